/**
 * Breaks what this project's own stacks register, in every way on a list, and asks who stops it: a policy of the pack, as
 * served and configured for the stack, or else the brute-force twin's proof that the change opens nothing. What changes who
 * can connect to whom has to be noticed by the comparison with what is declared alone, whatever else catches it.
 *
 *   npm run mutants [-- --json] [-- --all] [-- --only TEXT] [-- --stack NAME]
 *
 * Of each kind of mistake, a few per stack are made, spread over all the places where it can be; --all makes it in every
 * place, which takes minutes. Exits with 1 where a mutant survives. Nothing is random: the same stacks give the same mutants.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { load } from "js-yaml";
import { Judge } from "./judge";
import { OPERATORS } from "./operators/all";
import { openedBy, type PodCidrs } from "./proof";
import { differsByProof, isConnectivity, PROOF } from "./declared";
import { type Outcome, table } from "./report";
import { generated, type Mutant, mutantsOf, ROOT, type Stack, STACKS } from "./stack";

/** How many mutants are judged at a time: one makes its requests while another is judged. */
const AT_ONCE = 3;

/** How many mutants of one kind and stack are judged, unless all are. */
const OF_A_KIND = 3;

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    stack: { type: "string", default: "" },
  },
});

async function outcomeOf(mutant: Mutant, judge: Judge, ranges: PodCidrs): Promise<Outcome> {
  const told = { operator: mutant.operator, stack: mutant.stack.name, at: mutant.at };
  const byPack = await judge.caught(mutant);
  const unproven = isConnectivity(mutant) && !differsByProof(mutant);
  const others = byPack.filter((policy) => policy !== PROOF);
  // What the pack catches otherwise is no excuse for the proof: it has to notice by itself what opens or closes something.
  if (byPack.length > 0 && !unproven) return { ...told, kind: "caught", by: byPack };
  const opened = openedBy(mutant, ranges);
  if (opened === null)
    return others.length > 0 ? { ...told, kind: "caught", by: others } : { ...told, kind: "harmless" };
  if (unproven)
    return { ...told, kind: "survived", opened: `unnoticed by the proof: ${opened ?? "see the change"}` };
  return { ...told, kind: "survived", opened: opened ?? "something that the twin doesn't know" };
}

/** Where the clusters' pods are, as the stack's configuration says. */
function podCidrsOf(stack: string): PodCidrs {
  const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
  const { config } = load(readFileSync(file, "utf8")) as {
    config: { "palisade:clusters": { name: string; podCidrs: string[] }[] };
  };
  const clusters = new Map(config["palisade:clusters"].map(({ name, podCidrs }) => [name, podCidrs]));
  return (cluster) => {
    const ranges = clusters.get(cluster);
    if (ranges === undefined) throw new Error(`${file} has no cluster ${cluster}`);
    return ranges;
  };
}

/** Some items, evenly from first to last. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as T);
}

async function judged(stack: Stack, folder: string): Promise<Outcome[]> {
  const operators = OPERATORS.filter(({ name }) => name.includes(flags.only));
  const mutants = operators.flatMap((operator) => {
    const made = mutantsOf(operator, stack);
    return flags.all ? made : spread(made, OF_A_KIND);
  });
  const judge = await Judge.start(stack, folder);
  try {
    const control = await judge.violated(stack.resources, stack.resources);
    if (control.length > 0)
      throw new Error(`the stack ${stack.name} as generated violates ${control.join(", ")}`);
    const outcomes: Outcome[] = [];
    const ranges = podCidrsOf(stack.name);
    let next = 0;
    const work = async () => {
      for (let i = next++; i < mutants.length; i = next++) {
        const mutant = mutants[i];
        if (mutant) outcomes[i] = await outcomeOf(mutant, judge, ranges);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return outcomes;
  } finally {
    await judge.stop();
  }
}

async function main(): Promise<void> {
  const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
  const { directory } = await buildPolicyPack();
  const names = STACKS.filter((name) => flags.stack === "" || name === flags.stack);
  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(...(await judged(await generated(name), directory)));
  process.stdout.write(flags.json ? `${JSON.stringify(outcomes, undefined, 2)}\n` : table(outcomes));
  if (outcomes.length === 0 || outcomes.some(({ kind }) => kind === "survived")) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
