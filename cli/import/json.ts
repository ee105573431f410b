// Tests: test/cli/import/command.test.ts
import type { ApplicationFile, ImportPlan } from "../../adopt";
import { type Problem, problemText } from "../../problems";
import type { EndsOnPorts, ImportProof } from "./prove";

/** The plan of an import and its proof, as one JSON document. */
export function importJson(
  plan: ImportPlan,
  files: readonly ApplicationFile[],
  unexpressed: readonly Problem[],
  proof: ImportProof,
  warnings: readonly string[],
): string {
  const texts = (problems: readonly Problem[]) =>
    problems.map((problem) => ({ text: problemText(problem), ...problem }));
  const document = {
    version: 1,
    verdict: proof.verdict,
    applications: plan.applications.map(({ application, namespace, observed, databases }, i) => ({
      namespace,
      file: files[i]?.name,
      declaration: application,
      observed,
      databases,
      text: files[i]?.text,
    })),
    cluster: plan.cluster,
    kept: plan.kept,
    leftOut: plan.leftOut,
    unexpressed: texts(unexpressed),
    oneSided: plan.oneSided,
    toWrite: texts(proof.toWrite),
    wider: proof.wider.map(connectionData),
    narrower: proof.narrower.map(connectionData),
    unknown: proof.unknown.map(connectionData),
    notCompared: proof.notCompared,
    refused: texts(proof.problems),
    warnings,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const connectionData = ({ from, to, ports }: EndsOnPorts): object => ({
  from: from.map(({ id }) => id).sort(),
  to: to.map(({ id }) => id).sort(),
  ports,
});
