// Tests: test/cli/verify.test.ts
import {
  type ClusterReport,
  countsOf,
  type DiagnosedAnswer,
  driftText,
  liveVerdictOf,
  podName,
  questionText,
} from "../../verify";

/** The report as one JSON document. */
export function json(reports: readonly ClusterReport[]): string {
  const counts = countsOf(reports);
  const document = {
    version: 1,
    verdict: liveVerdictOf(counts),
    counts,
    clusters: reports.map(({ answers, drift, ...rest }) => ({
      ...rest,
      drift: drift.map((each) => ({ ...each, text: driftText(each) })),
      questions: answers.map(question),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const question = ({ question: asked, result, cause, diagnosis, probes }: DiagnosedAnswer) => ({
  question: questionText(asked),
  kind: asked.kind,
  from: asked.from.name,
  to: asked.to.name,
  port: `${asked.protocol.toLowerCase()}/${asked.port}`,
  because: asked.because,
  expected: asked.expected,
  result,
  ...(cause === undefined ? {} : { cause }),
  ...(diagnosis === undefined ? {} : { diagnosis }),
  probes: probes.map(({ probe, verdict }) => ({
    from: podName(probe.from),
    to: probe.to.name,
    address: `${probe.to.host}:${probe.to.port}`,
    ...verdict,
  })),
});
