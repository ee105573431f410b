import type { CheckReport } from "./report";

/** The report as one JSON document. */
export function jsonText({ verdict, findings, checked, files, warnings }: CheckReport): string {
  const document = {
    version: 1,
    verdict,
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
    judged: checked.objects.length,
    skipped: Object.fromEntries(checked.skipped),
    warnings,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
