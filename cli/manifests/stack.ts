import path from "node:path";
import { PreviewError, preview, readProject, type Resource } from "../../engine";
import { BadInput, type Loaded, type WorldFlags } from "./load";
import { StackWorlds } from "./stackWorld";

/**
 * The worlds of a stack's plan, one a cluster, from the embedded preview: Kubernetes objects, and security groups if it
 * has some. What the preview doesn't know is unknown here. `--cluster` chooses one.
 * @throws BadInput when the program fails, or the stack or cluster isn't there.
 */
export async function loadStack(stack: string, flags: WorldFlags): Promise<readonly Loaded[]> {
  const worlds = new StackWorlds(stack, await planned(stack, flags.cwd ?? "."));
  const clusters = chosen(worlds.clusters, flags.cluster, stack);
  if (clusters.length === 1) return clusters.map((cluster) => worlds.world(cluster, flags));
  return clusters.map((cluster) => {
    const { world, warnings } = worlds.world(cluster, flags);
    return { cluster, world, warnings: warnings.map((warning) => `${cluster}: ${warning}`) };
  });
}

async function planned(stack: string, folder: string): Promise<readonly Resource[]> {
  let printed = "";
  try {
    const project = readProject(folder);
    const name = stack.split("/").at(-1) ?? stack;
    const result = await preview({
      project,
      stack,
      packs: [],
      answersFile: path.resolve(project.root, `Pulumi.${name}.answers.json`),
      answerRemedy: `record it with palisade preview --stack ${stack} --record`,
      output: (text) => (printed += text),
    });
    return result.resources;
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    throw new BadInput([...error.problems, ...printed.split("\n").filter((line) => line !== "")]);
  }
}

/** All clusters, or the one that is wanted. */
function chosen(clusters: readonly string[], wanted: string | undefined, stack: string): readonly string[] {
  if (wanted !== undefined && !clusters.includes(wanted)) {
    const names = clusters.length === 0 ? "no cluster" : clusters.join(", ");
    throw new BadInput([`--cluster ${wanted}: stack ${stack} has ${names}`]);
  }
  if (clusters.length === 0) throw new BadInput([`stack ${stack} registers no Kubernetes object`]);
  return wanted === undefined ? clusters : [wanted];
}
