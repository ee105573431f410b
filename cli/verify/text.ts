// Tests: test/cli/verify.test.ts
import {
  type ClusterReport,
  countsOf,
  type DiagnosedAnswer,
  driftText,
  type JudgedProbe,
  liveVerdictOf,
  podName,
  questionText,
} from "../../verify";

/** The report for people: what is wrong first, what couldn't be probed by its cause, the rest as numbers. */
export function text(reports: readonly ClusterReport[], verbose: boolean): string {
  return [...reports.map((report) => clusterText(report, verbose)), verdictLine(reports)].join("\n");
}

function clusterText(report: ClusterReport, verbose: boolean): string {
  const { cluster, context, checks, answers, drift, enforcement, notes, probes } = report;
  const told = checks.filter(({ state }) => verbose || state !== "ok");
  const different = answers.filter(({ result }) => result === "different");
  const expected = answers.filter(({ result }) => result === "as-expected");
  return [
    `${cluster} (context ${context})`,
    ...told.map(
      ({ subject, state, detail }) =>
        `  ${state === "ok" ? "ok     " : state.toUpperCase().padEnd(7)} ${subject}: ${detail}`,
    ),
    `  ${checks.length - told.length > 0 ? `${checks.length - told.length} checks of the config are right. ` : ""}${enforcement}`,
    ...different.map((answer) => `  DIFFERENT ${differenceText(answer)}`),
    ...causes(answers, "could-not-probe", "COULD NOT PROBE"),
    ...causes(answers, "nothing-to-ask", "nothing to ask"),
    ...(different.length > 0 ? drift.map((each) => `  drift: ${driftText(each)}`) : []),
    ...(verbose
      ? expected.map(
          (answer) =>
            `  ok ${answer.question.expected.padEnd(7)} ${questionText(answer.question)}: ${answer.question.because}`,
        )
      : []),
    ...(report.leftOut.length === 0 ? [] : [`  NOT COMPARED ${leftOutText(report.leftOut)}`]),
    ...notes.map((note) => `  ${note}`),
    `  ${summary(answers)}, by ${probes} connections`,
    "",
  ].join("\n");
}

/** That parts of a plan couldn't be run here, by name. */
export const leftOutText = (parts: readonly string[]): string =>
  `parts of the plan couldn't be run here, and what they would make is unknown: ${parts.join(", ")}`;

const KINDS = { flow: "declared flows", denial: "denials", scenario: "of the owner's scenarios" } as const;

function summary(answers: readonly DiagnosedAnswer[]): string {
  return Object.entries(KINDS)
    .map(([kind, words]) => {
      const own = answers.filter(({ question }) => question.kind === kind);
      return `${own.filter(({ result }) => result === "as-expected").length} of ${own.length} ${words}`;
    })
    .join(", ")
    .concat(" as expected");
}

/** "django → redis tcp/6379: blocked, expected allowed (…)", with the connection that showed it, and why. */
export function differenceText({ question, probes, diagnosis }: DiagnosedAnswer): string {
  const wrong = probes.filter(
    ({ verdict }) => verdict.verdict !== question.expected && verdict.verdict !== "could-not-probe",
  );
  const [first] = wrong;
  const shown =
    first === undefined ? "" : ` ${wrong.length} of ${probes.length} connections, ${probeText(first)}.`;
  const seen = question.expected === "allowed" ? "blocked" : "allowed";
  return `${questionText(question)}: ${seen}, expected ${question.expected} (${question.because}).${shown}${diagnosis ? ` ${diagnosis}` : ""}`;
}

function probeText({ probe, verdict }: JudgedProbe): string {
  const connection = `${podName(probe.from)} → ${probe.to.name} ${probe.to.host}:${probe.to.port}`;
  return verdict.verdict === "blocked"
    ? `${connection}: ${verdict.detail}, though ${verdict.control}`
    : connection;
}

/** Many questions fail for one cause: each cause once, with what it concerns. */
function causes(
  answers: readonly DiagnosedAnswer[],
  result: DiagnosedAnswer["result"],
  word: string,
): string[] {
  const byCause = new Map<string, string[]>();
  for (const { question, cause = "", ...answer } of answers) {
    if (answer.result !== result) continue;
    byCause.set(cause, [...(byCause.get(cause) ?? []), questionText(question)]);
  }
  return [...byCause].map(([cause, questions]) => {
    const rest = questions.length > 3 ? `, and ${questions.length - 3} more` : "";
    return `  ${word} ${questions.slice(0, 3).join(", ")}${rest}: ${cause}`;
  });
}

function verdictLine(reports: readonly ClusterReport[]): string {
  const counts = countsOf(reports);
  const { asExpected, different, couldNotProbe, wrongChecks, leftOut } = counts;
  const parts = [
    `${asExpected} as expected`,
    `${different} different`,
    `${couldNotProbe} could not be probed`,
    ...(wrongChecks > 0 ? [`${wrongChecks} wrong in the config or the cluster`] : []),
    ...(leftOut > 0 ? [`${leftOut} part${leftOut === 1 ? "" : "s"} of the plan not compared`] : []),
  ];
  return `${liveVerdictOf(counts).toUpperCase()}  ${parts.join(", ")}\n`;
}
