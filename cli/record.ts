// Tests: test/e2e/suites/parity.suite.ts
import fs from "node:fs";
import path from "node:path";
import { stackFileOf, type Project } from "../engine";
import { recordAnswers } from "../engine/record";
import { EXIT } from "./exit";

/**
 * Runs `palisade preview --record`: writes the answers file of a stack from a preview by the Pulumi CLI, whose output goes to
 * stderr. Resolves with the exit code; rejects with PalisadeInputError.
 */
export async function record(project: Project, stack: string, file: string): Promise<number> {
  // An unknown stack is the same mistake here.
  stackFileOf(project, stack);
  const answers = await recordAnswers(project, stack, (text) => process.stderr.write(text));
  fs.writeFileSync(file, `${JSON.stringify(answers, undefined, 2)}\n`);
  const references = Object.keys(answers.stackReferences).length;
  process.stderr.write(
    `${path.relative(process.cwd(), file)}: ${answers.invokes.length} function answers, ${references} stack references\n`,
  );
  return EXIT.clean;
}
