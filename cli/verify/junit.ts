// Tests: test/cli/verify.test.ts
import { type ClusterReport, countsOf, type DiagnosedAnswer, questionText } from "../../verify";
import { xmlText } from "../render/xml";
import { differenceText, leftOutText } from "./text";

/** The report as JUnit XML: a difference is a failure, what couldn't be probed an error. */
export function junit(reports: readonly ClusterReport[]): string {
  const suites = reports.map((report) => {
    const { different, couldNotProbe, nothingToAsk, wrongChecks, unknownChecks, leftOut } = countsOf([
      report,
    ]);
    const cases = [
      ...report.checks.map(({ subject, state, detail }) =>
        testCase(
          "preflight",
          subject,
          state === "wrong" ? ["failure", detail] : state === "unknown" ? ["skipped", detail] : undefined,
        ),
      ),
      ...report.leftOut.map((part) => testCase("plan", part, ["skipped", leftOutText([part])])),
      ...report.answers.map((answer) =>
        testCase(answer.question.kind, questionText(answer.question), complaint(answer)),
      ),
    ];
    const numbers = `tests="${cases.length}" failures="${different + wrongChecks}" errors="${couldNotProbe}" skipped="${nothingToAsk + unknownChecks + leftOut}"`;
    return `  <testsuite name="${xmlText(`palisade verify ${report.cluster}`)}" ${numbers}>\n${cases.join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

type Complaint = readonly [element: "failure" | "error" | "skipped", message: string];

function complaint(answer: DiagnosedAnswer): Complaint | undefined {
  switch (answer.result) {
    case "as-expected":
      return undefined;
    case "different":
      return ["failure", differenceText(answer)];
    case "could-not-probe":
      return ["error", `could not probe: ${answer.cause ?? ""}`];
    case "nothing-to-ask":
      return ["skipped", answer.cause ?? ""];
  }
}

function testCase(kind: string, name: string, complained: Complaint | undefined): string {
  const head = `    <testcase classname="${xmlText(kind)}" name="${xmlText(name)}"`;
  if (complained === undefined) return `${head}/>\n`;
  return `${head}>\n      <${complained[0]} message="${xmlText(complained[1])}"/>\n    </testcase>\n`;
}
