// Tests: test/cli/reach/command.test.ts
import path from "node:path";
import { type Preview, preview, type PreviewOptions, type Project, readProject } from "../../engine";
import { PalisadeInputError } from "../../problems";

/**
 * A stack's plan by the embedded preview, judged by packs. What the program printed is shown where it fails; what can't be run here is left out
 * by name.
 * @throws PalisadeInputError when the program fails, or the stack isn't there.
 */
export async function judgedPlan(
  stack: string,
  folder: string,
  packs: (project: Project) => PreviewOptions["packs"],
): Promise<Preview> {
  let printed = "";
  try {
    const project = readProject(folder);
    const name = stack.split("/").at(-1) ?? stack;
    return await preview({
      project,
      stack,
      packs: packs(project),
      answersFile: path.resolve(project.root, `Pulumi.${name}.answers.json`),
      answerRemedy: `Record it with palisade preview --stack ${stack} --record`,
      output: (text) => (printed += text),
    });
  } catch (error) {
    if (error instanceof PalisadeInputError) process.stderr.write(printed);
    throw error;
  }
}
