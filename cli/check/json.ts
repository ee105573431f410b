// Tests: test/cli/check/formats.test.ts
import type { CheckReport } from "./report";

/** The report as one JSON document. */
export function jsonText({ verdict, findings, checked, files, warnings, ...report }: CheckReport): string {
  const document = {
    version: 1,
    verdict,
    profile: report.profile,
    policies: report.policies.map(({ name }) => name),
    disabled: report.disabled.map(({ name }) => name),
    findings: findings.map(({ policy, level, undecided, message, object, place }) => ({
      policy: policy.name,
      level,
      severity: policy.severity,
      undecided,
      message,
      ...(object && { kind: object.kind, name: object.name }),
      ...place,
    })),
    files,
    judged: checked.judged,
    skipped: Object.fromEntries(checked.skipped),
    unjudged: Object.fromEntries(checked.unjudged),
    warnings,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
