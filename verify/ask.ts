import type { PlacedApplication } from "../config";
import type { Instance } from "../flows";
import type { PortRange, Protocol } from "../net";
import { type QuestionEnd, type ProbeQuestion, questionKey } from "./question";

/** A range is asked about at its ends. */
const portsOf = (ranges: readonly PortRange[]): { protocol: Protocol; port: number }[] =>
  ranges.flatMap(({ protocol, from, to }) => [...new Set([from, to])].map((port) => ({ protocol, port })));

/** A question for each port; `because` is the reason that the report shows. */
export function ask(
  kind: ProbeQuestion["kind"],
  from: QuestionEnd,
  to: QuestionEnd,
  ports: readonly PortRange[],
  expected: ProbeQuestion["expected"],
  because: string,
): ProbeQuestion[] {
  // The API server listens elsewhere than its Service.
  const asked =
    to.kind === "address" && to.port !== undefined
      ? [{ protocol: "TCP" as const, port: to.port }]
      : portsOf(ports);
  return asked.map((each) => ({ kind, from, to, ...each, expected, because }));
}

/** All instances of all workloads. */
export const instancesOf = ({ application }: PlacedApplication): readonly Instance[] =>
  application.workloads.flatMap(({ instances }) => instances);

/** Each question once, the first reason kept. */
export function distinct(questions: readonly ProbeQuestion[]): ProbeQuestion[] {
  const byKey = new Map<string, ProbeQuestion>();
  for (const question of questions)
    if (!byKey.has(questionKey(question))) byKey.set(questionKey(question), question);
  return [...byKey.values()];
}
