import path from "node:path";
import { PreviewError, preview, readProject, type Resource } from "../../engine";
import { BadInput, type Loaded, type WorldFlags } from "./load";
import { StackWorlds } from "./stackWorld";

/**
 * The world of a stack's plan, from the embedded preview: its Kubernetes objects, and its security groups if it has
 * some. What the preview doesn't know is unknown here. A stack of several clusters needs `--cluster`.
 * @throws BadInput when the program fails, or the stack or cluster isn't there.
 */
export async function loadStack(stack: string, flags: WorldFlags): Promise<Loaded> {
  const worlds = new StackWorlds(stack, await planned(stack, flags.cwd ?? "."));
  return worlds.world(chosen(worlds.clusters, flags.cluster, stack), flags);
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

function chosen(clusters: readonly string[], wanted: string | undefined, stack: string): string {
  const names = clusters.join(", ");
  if (wanted !== undefined) {
    if (clusters.includes(wanted)) return wanted;
    throw new BadInput([`--cluster ${wanted}: stack ${stack} has ${names === "" ? "no cluster" : names}`]);
  }
  const [only, ...others] = clusters;
  if (only === undefined) throw new BadInput([`stack ${stack} registers no Kubernetes object`]);
  if (others.length === 0) return only;
  throw new BadInput([`stack ${stack} spans several clusters: choose one by --cluster: ${names}`]);
}
