// Tests: test/cli/reach/command.test.ts
import type { Preview } from "../../engine";
import {
  atSource,
  atSubject,
  didYouMean,
  inputError,
  PalisadeInputError,
  placeText,
  type Problem,
} from "../../problems";
import type { Loaded, WorldFlags } from "./load";
import { judgedPlan } from "./plan";
import { type Skipped, skippedTexts } from "./skipped";
import { StackWorlds } from "./stackWorld";

/**
 * The worlds of a stack's plan, one a cluster, from the embedded preview: Kubernetes objects, and security groups if it
 * has some. What the preview doesn't know is unknown here, and the parts that it leaves out are named. `--cluster` chooses one.
 * @throws PalisadeInputError when the program fails, or the stack or cluster isn't there.
 */
export async function loadStack(stack: string, flags: WorldFlags): Promise<readonly Loaded[]> {
  return worldsOf(stack, await judgedPlan(stack, flags.cwd ?? ".", () => []), flags);
}

/** The same of a plan that is there already. */
export function worldsOf(
  stack: string,
  { resources, leftOut }: Pick<Preview, "resources" | "leftOut">,
  flags: WorldFlags,
): readonly Loaded[] {
  const worlds = new StackWorlds(stack, resources, leftOut);
  const clusters = chosen(worlds.clusters, flags.cluster, stack, leftOut);
  const loaded = clusters.map((cluster): Loaded => {
    const { world, warnings } = worlds.world(cluster, flags);
    if (clusters.length === 1) return { world, warnings };
    return { cluster, world, warnings: warnings.map((warning) => `${cluster}: ${warning}`) };
  });
  const [first, ...others] = loaded;
  if (first === undefined || leftOut.length === 0) return loaded;
  // Which cluster a part would be on, nobody says: it is told once.
  const skipped = leftOut.map(skippedPart);
  const warnings = [...skippedTexts(skipped, flags.verbose === true), ...first.warnings];
  return [{ ...first, warnings, skipped }, ...others];
}

const skippedPart = ({ place }: Problem): Skipped => ({
  cause: "left out",
  file: placeText(place),
  reason: "",
});

/** All clusters, or the one that is wanted. */
function chosen(
  clusters: readonly string[],
  wanted: string | undefined,
  stack: string,
  leftOut: readonly Problem[],
): readonly string[] {
  if (wanted !== undefined && !clusters.includes(wanted)) {
    const names = clusters.length === 0 ? "no cluster" : clusters.join(", ");
    throw inputError(
      atSource(`--cluster ${wanted}`),
      `stack ${stack} has ${names}`,
      didYouMean(wanted, clusters),
    );
  }
  if (clusters.length === 0)
    throw new PalisadeInputError([
      { place: atSubject(`stack ${stack}`), message: "registers no Kubernetes object" },
      ...leftOut,
    ]);
  return wanted === undefined ? clusters : [wanted];
}
