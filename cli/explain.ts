import type { Protocol } from "../net/ports";
import { type Analysis, analyze } from "../reachability/analysis";
import { meaningOf, outsideMeant } from "../reachability/endFilter";
import type { End } from "../reachability/ends";
import type { Question } from "../reachability/evidence";
import { type Explanation, explain } from "../reachability/explain";
import { changeText } from "../reachability/explain/text";
import { behind, selectedBy } from "../reachability/services";
import type { Service } from "../reachability/world";
import { EXIT } from "./exit";
import { BadInput, type Loaded, type WorldFlags } from "./manifests/load";
import { load, noSuchEnd, orBadInput, portOf, print } from "./reach";

/** The options of `palisade explain`, as commander parses them. */
export interface ExplainFlags extends WorldFlags {
  readonly json?: boolean;
  readonly failOn?: "unknown";
}

/** Runs `palisade explain FROM TO PORT PATH…`: one question's answer in a few sentences, with what decides it. */
export async function run(
  from: string,
  to: string,
  port: string,
  paths: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  return orBadInput(async () => {
    const range = portOf(port);
    if (range.from !== range.to) throw new BadInput([`port ${port}: ask about one port`]);
    const loaded = await load(paths, flags);
    const warnings = loaded.flatMap((one) => one.warnings);
    const { analysis, questions } = asked(loaded, from, to, range.protocol, range.from);
    const answers = questions.map((question) => ({
      question,
      answer: explain(analysis, question),
    }));
    if (flags.json === true) print([jsonOf(answers, warnings)]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print([answers.map(({ answer }) => textOf(answer)).join("\n")]);
    }
    const undecided = answers.some(({ answer }) => answer.verdict === "unknown");
    return undecided && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  });
}

/** A name that means nothing in a world. */
class NoSuchEnd extends BadInput {}

interface Asked {
  readonly analysis: Analysis;
  readonly questions: readonly Question[];
}

/** What is asked, in the one cluster that has both ends. */
function asked(loaded: readonly Loaded[], from: string, to: string, protocol: Protocol, port: number): Asked {
  const found: { readonly cluster: string; readonly asked: Asked }[] = [];
  const problems: string[] = [];
  for (const { cluster = "", world } of loaded) {
    const analysis = analyze(world);
    const own = (text: string) => (text.startsWith(`${cluster}:`) ? text.slice(cluster.length + 1) : text);
    try {
      const sources = sourcesNamed(analysis, own(from));
      const questions = targets(analysis, own(to), protocol, port).flatMap((target) =>
        sources.map((source): Question => ({ from: source, ...target })),
      );
      if (questions.every((one) => one.from.kind === "IPBlock" && one.to.kind === "IPBlock")) {
        throw new BadInput([
          `${from} and ${to} are both addresses outside: neither end is of this cluster, and nothing here decides whether they reach each other`,
        ]);
      }
      found.push({ cluster, asked: { analysis, questions } });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      // In another cluster these names may mean something; a name that means too much here is a problem anyway.
      if (!(error instanceof NoSuchEnd)) throw error;
      problems.push(...error.lines.map((line) => (cluster === "" ? line : `cluster ${cluster}: ${line}`)));
    }
  }
  const [only, ...others] = found;
  if (only === undefined) throw new BadInput(problems);
  if (others.length > 0) {
    const names = found.map(({ cluster }) => cluster).join(", ");
    throw new BadInput([`${from} and ${to} are in several clusters: choose one by --cluster: ${names}`]);
  }
  return only.asked;
}

/** The ends that a text means as a source; several only where it means addresses that something tells apart. */
function sourcesNamed(analysis: Analysis, text: string): readonly End[] {
  const { ends, relation, world } = analysis;
  const outside = outsideMeant(relation.classes.outside, text);
  if (outside !== undefined) return outside;
  const meaning = meaningOf(ends, world.services, text);
  if (meaning.kind === "nothing") throw new NoSuchEnd([`${text}: ${noSuchEnd(ends)}`]);
  if (meaning.kind === "ends") return [theOnly(text, "ends", meaning.ends, ({ id }) => id)];
  const pods = selectedBy(world, theOnly(text, "Services", meaning.services, nameOf)).map(({ id }) => id);
  const instead =
    pods.length === 0 ? "no workload given here is behind it" : `name what is behind it: ${some(pods)}`;
  throw new BadInput([`${text} is a Service, which opens no connections; ${instead}`]);
}

/** What is asked about at the destination: a Service stands for the pods behind it, and their ports. */
function targets(
  analysis: Analysis,
  text: string,
  protocol: Protocol,
  port: number,
): readonly Omit<Question, "from">[] {
  const { ends, relation, world } = analysis;
  const outside = outsideMeant(relation.classes.outside, text);
  if (outside !== undefined) return outside.map((to) => ({ to, protocol, port }));
  const meaning = meaningOf(ends, world.services, text);
  if (meaning.kind === "nothing") throw new NoSuchEnd([`${text}: ${noSuchEnd(ends)}`]);
  if (meaning.kind === "ends") {
    return [{ to: theOnly(text, "ends", meaning.ends, ({ id }) => id), protocol, port }];
  }
  const service = theOnly(text, "Services", meaning.services, nameOf);
  const found = behind(analysis, service, protocol, port);
  if (found.length === 0) {
    throw new BadInput([
      `Service ${nameOf(service)}: no ${protocol} port ${port} that leads to a workload given here`,
    ]);
  }
  return found.map(({ end, port: target }) => ({ to: end, protocol, port: target }));
}

const nameOf = ({ namespace, name }: Service) => `${namespace}/${name}`;
const some = (names: readonly string[]) => `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;

/** The one thing that a text means; that it means several is the user's to settle. */
function theOnly<T>(text: string, kind: string, found: readonly T[], name: (one: T) => string): T {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new BadInput([`${text} means ${found.length} ${kind}: ${some(found.map(name))}; name one`]);
}

function textOf({ sentences, changes }: Explanation): string {
  const advice = changes.map((change) => {
    const text = changeText(change);
    if (text === undefined || change.kind === "none") {
      return change.kind === "none"
        ? `Nothing can be added to allow its ${change.side}: ${change.reason}.\n`
        : "";
    }
    const also = change.also.length === 0 ? "" : `That also holds for ${some(change.also)}.\n`;
    return `To allow it, add to ${text.to}:\n${text.yaml.replaceAll(/^/gm, "  ")}\n${also}`;
  });
  return `${sentences.join("\n")}\n${advice.join("")}`;
}

function jsonOf(
  answers: readonly { readonly question: Question; readonly answer: Explanation }[],
  warnings: readonly string[],
): string {
  const shown = answers.map(({ question: { from, to, protocol, port }, answer }) => ({
    from: from.id,
    to: to.id,
    protocol,
    port,
    ...answer,
    changes: answer.changes.map((change) => ({ ...change, ...changeText(change) })),
  }));
  return `${JSON.stringify({ answers: shown, warnings }, undefined, 2)}\n`;
}
