// Tests: test/verify/judge.test.ts
import type { Protocol } from "../net";
import { type LivePod, podName } from "./pods";
import type { QuestionEnd, ProbeQuestion } from "./question";

/** A destination as packets know it. */
export interface Destination {
  /** "shop/web-0", "internet". */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** Where it is a pod. */
  readonly pod?: LivePod;
}

/** One connection to try for a question, from one pod. */
export interface Probe {
  readonly from: LivePod;
  readonly to: Destination;
}

/** A question with the connections that answer it. */
export interface ProbedQuestion {
  readonly question: ProbeQuestion;
  /** Empty where an end is missing, or where both ends are the same only pod. */
  readonly probes: readonly Probe[];
}

/** "shop/web-0 → shop/db-0 TCP/5432": the same for every question that needs the same connection. */
export const probeKey = ({ from, to }: Probe): string => `${podName(from)} → ${destinationKey(to)}`;

export const destinationKey = ({ name, host, protocol, port }: Destination): string =>
  `${name} (${host}) ${protocol}/${port}`;

/** The connections of a question: each sampled pod of one end to each of the other. */
export function probesOf(question: ProbeQuestion): ProbedQuestion {
  const { from, to } = question;
  if (from.kind !== "pods") return { question, probes: [] };
  const probes = from.pods.flatMap((source) =>
    destinations(to, question)
      .filter(({ pod }) => pod?.uid !== source.uid || podName(pod) !== podName(source))
      .map((destination): Probe => ({ from: source, to: destination })),
  );
  return { question, probes };
}

function destinations(to: QuestionEnd, { protocol, port }: ProbeQuestion): Destination[] {
  switch (to.kind) {
    case "missing":
      return [];
    case "address":
      return [{ name: to.name, host: to.host, protocol, port: to.port ?? port }];
    case "pods":
      return to.pods.flatMap((pod) =>
        pod.addresses
          .slice(0, 1)
          .map((host): Destination => ({ name: podName(pod), host, protocol, port, pod })),
      );
  }
}

/**
 * The probes that control others: each destination pod asks itself whether it listens (no policy stands between a pod and
 * itself), and a stranger, whom nothing of ours keeps in, tries each address outside.
 */
export function controlProbes(questions: readonly ProbedQuestion[], outsiders: readonly LivePod[]): Probe[] {
  const asked = new Map(
    questions.flatMap(({ probes }) => probes.map(({ to }) => [destinationKey(to), to] as const)),
  );
  return [...asked.values()].flatMap((to) =>
    to.pod === undefined ? outsiders.map((from): Probe => ({ from, to })) : [{ from: to.pod, to }],
  );
}
