import { podName } from "./pods";
import { destinationKey, type Probe, probeKey, type ProbedQuestion } from "./probes";
import type { ProbeQuestion } from "./question";
import type { Attempt } from "./script";

/**
 * What is known of one connection. A refusal is `blocked` only where a control shows that the port listens; everything
 * else that isn't a connection is `could-not-probe`, with its cause.
 */
export type ProbeVerdict =
  | { readonly verdict: "allowed" }
  | { readonly verdict: "blocked"; readonly detail: string; readonly control: string }
  | { readonly verdict: "could-not-probe"; readonly cause: string };

/** One connection and what came of it. */
export interface JudgedProbe {
  readonly probe: Probe;
  readonly verdict: ProbeVerdict;
}

/** What came of a question. `nothing-to-ask`: both its ends are the same single pod. */
export interface QuestionResult {
  readonly question: ProbeQuestion;
  readonly result: "as-expected" | "different" | "could-not-probe" | "nothing-to-ask";
  readonly probes: readonly JudgedProbe[];
  /** Why it couldn't be asked. */
  readonly cause?: string;
}

/** What was tried, by probeKey; absent: not yet, or its pod's batch never ran, and then `broken` says why. */
export interface Tried {
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** By pod name: why nothing could be tried from it. */
  readonly broken: ReadonlyMap<string, string>;
  /** Pods that aren't any more what they were when they were asked. */
  readonly changed: ReadonlySet<string>;
}

/** Judges every question. */
export function judge(
  questions: readonly ProbedQuestion[],
  controls: readonly Probe[],
  tried: Tried,
): QuestionResult[] {
  const listening = controlsOf([...questions.flatMap(({ probes }) => probes), ...controls], tried);
  return questions.map((probed) => answerOf(probed, listening, tried));
}

function answerOf({ question, probes }: ProbedQuestion, listening: Listening, tried: Tried): QuestionResult {
  const { from, to, expected } = question;
  for (const end of [from, to]) {
    if (end.kind === "missing") return { question, result: "could-not-probe", probes: [], cause: end.cause };
  }
  if (probes.length === 0) {
    return { question, result: "nothing-to-ask", probes: [], cause: `only one pod of ${from.name} runs` };
  }
  const judged = probes.map((probe): JudgedProbe => ({ probe, verdict: verdictOf(probe, listening, tried) }));
  const seen = judged.map(({ verdict }) => verdict);
  if (seen.some(({ verdict }) => verdict !== "could-not-probe" && verdict !== expected)) {
    return { question, result: "different", probes: judged };
  }
  const unprobed = seen.find((verdict) => verdict.verdict === "could-not-probe");
  if (unprobed?.verdict === "could-not-probe") {
    return { question, result: "could-not-probe", probes: judged, cause: unprobed.cause };
  }
  return { question, result: "as-expected", probes: judged };
}

function verdictOf(probe: Probe, listening: Listening, { attempts, broken, changed }: Tried): ProbeVerdict {
  const moved = [probe.from, probe.to.pod].find((pod) => pod !== undefined && changed.has(podName(pod)));
  if (moved !== undefined)
    return couldNot(`${podName(moved)} was replaced or stopped while it was being probed`);
  if (probe.to.protocol === "SCTP") return couldNot("no tool in a pod can speak SCTP");
  const attempt = attempts.get(probeKey(probe));
  if (attempt === undefined)
    return couldNot(broken.get(podName(probe.from)) ?? `${podName(probe.from)}: the probe gave no answer`);
  switch (attempt.outcome) {
    case "connected":
      return { verdict: "allowed" };
    case "failed":
      return couldNot(`${podName(probe.from)}: ${attempt.detail}`);
    case "refused":
    case "silent":
    case "unreachable": {
      const control = listening.get(destinationKey(probe.to));
      if (control?.listens === true)
        return { verdict: "blocked", detail: attempt.outcome, control: control.because };
      return couldNot(control?.because ?? `nothing shows that ${destinationKey(probe.to)} listens`);
    }
  }
}

const couldNot = (cause: string): ProbeVerdict => ({ verdict: "could-not-probe", cause });

interface Control {
  readonly listens: boolean;
  readonly because: string;
}

type Listening = ReadonlyMap<string, Control>;

/** What is known of each destination: that somebody connected, or why nobody could tell. */
function controlsOf(probes: readonly Probe[], { attempts, broken }: Tried): Listening {
  const found = new Map<string, Control>();
  for (const probe of probes) {
    const key = destinationKey(probe.to);
    if (found.get(key)?.listens === true) continue;
    const attempt = attempts.get(probeKey(probe));
    const itself = probe.to.pod !== undefined && podName(probe.from) === podName(probe.to.pod);
    if (attempt?.outcome === "connected") {
      found.set(key, {
        listens: true,
        because: itself ? "it connects to itself" : `${podName(probe.from)} connects to it`,
      });
    } else if (itself) {
      found.set(key, { listens: false, because: notListening(probe, attempt, broken) });
    }
  }
  for (const probe of probes) {
    const key = destinationKey(probe.to);
    if (found.has(key)) continue;
    const who = probe.to.pod === undefined ? "from anywhere" : "from any pod";
    found.set(key, {
      listens: false,
      because: `nothing connects to ${key} ${who}, so it may be down as well as blocked`,
    });
  }
  return found;
}

function notListening(
  probe: Probe,
  attempt: Attempt | undefined,
  broken: ReadonlyMap<string, string>,
): string {
  const { name, protocol, port } = probe.to;
  switch (attempt?.outcome) {
    case "refused":
      return `${name} doesn't listen on ${protocol.toLowerCase()}/${port}: it refuses itself`;
    case undefined:
      return `nothing shows that ${name} listens on ${protocol.toLowerCase()}/${port}: ${broken.get(podName(probe.from)) ?? "it gave no answer"}`;
    case "connected":
    case "silent":
    case "unreachable":
    case "failed":
      return `nothing shows that ${name} listens on ${protocol.toLowerCase()}/${port}: asking itself, it is ${attempt.outcome} ${attempt.detail}`.trimEnd();
  }
}
