// Tests: test/cli/htmlReport.test.ts
import { judgedManifests } from "./check";
import { evidenceOf, judgmentOfManifests } from "./controls";
import type { InputFile } from "./manifests/files";
import type { ReportFlags, ReportInput } from "./reportInput";
import { plural } from "./render/text";
import type { PolicyVerdict } from "./report";

/** What a report says of who judged. */
export type JudgedPart = Pick<ReportInput, "sentences" | "findings" | "evidence" | "verdict" | "isUndecided">;

/**
 * What the pack says of manifests or a running cluster, as a report shows it.
 * @throws PalisadeInputError as `palisade check`
 */
export async function judgedReport(
  paths: readonly string[],
  files: readonly InputFile[] | undefined,
  flags: ReportFlags,
): Promise<JudgedPart> {
  const report = await judgedManifests(paths, flags, files);
  const mandatory = report.findings.filter(({ level }) => level === "mandatory").length;
  return {
    sentences: [[verdictSentence(report.verdict, mandatory)]],
    findings: mandatoryFirst(
      report.findings.map(({ policy, level, undecided, message, object }) => ({
        level: undecided ? "undecided" : level,
        policy: policy.name,
        resource: object === undefined ? "" : `${object.kind} ${object.name}`,
        message,
      })),
    ),
    evidence: evidenceOf(judgmentOfManifests(report)),
    verdict: report.verdict,
    isUndecided: report.verdict === "undecided",
  };
}

/** A verdict as the report's first sentence. */
export function verdictSentence(verdict: PolicyVerdict, mandatory: number): string {
  switch (verdict) {
    case "clean":
      return "Clean: no mandatory policy is violated.";
    case "violations":
      return mandatory > 0
        ? `${plural(mandatory, "mandatory violation")}.`
        : "What is open isn't what is declared.";
    case "undecided":
      return "Undecided: something isn't known, or nothing judged it.";
  }
}

/** Findings in the order in which a report lists them. */
export const mandatoryFirst = (findings: ReportInput["findings"]): ReportInput["findings"] =>
  [...findings].sort((a, b) => Number(b.level === "mandatory") - Number(a.level === "mandatory"));
