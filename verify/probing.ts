import { ApiError, exec, type ExecOutcome, isForbidden, type Rest, UnreachableError } from "../kube";
import { addProbeContainer } from "./ephemeral";
import { type LivePod, podName } from "./pods";
import { type Probe, probeKey } from "./probes";
import { type Attempt, batchCommand, INTERPRETERS, PATIENCE, readBatch, type ProbeTarget } from "./script";

/** What probing needs. */
export interface ProbingOptions {
  readonly rest: Rest;
  /** Image of the ephemeral container for pods without tools; absent: such pods can't be probed from. */
  readonly image?: string;
  /** Called when a pod's batches are done. */
  readonly progress: (done: number, of: number) => void;
}

/** What came of all probes. */
export interface Attempts {
  /** By probeKey. */
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** By pod name: why nothing could be tried from it. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Connections that one exec tries: more would start more processes in the pod than its limits may stand. */
const BATCH = 40;

/** Pods that are asked at the same time. */
const AT_ONCE = 6;

/** Tries every connection, each pod's in as few execs as can be. Never throws for a pod: it says why that one is broken. */
export async function tryAll(probes: readonly Probe[], options: ProbingOptions): Promise<Attempts> {
  const byPod = new Map<string, { pod: LivePod; probes: Map<string, Probe> }>();
  for (const probe of probes) {
    if (probe.to.protocol === "SCTP") continue;
    const key = podName(probe.from);
    const entry = byPod.get(key) ?? { pod: probe.from, probes: new Map<string, Probe>() };
    entry.probes.set(probeKey(probe), probe);
    byPod.set(key, entry);
  }
  const attempts = new Map<string, Attempt>();
  const broken = new Map<string, string>();
  const queue = [...byPod.values()];
  let done = 0;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const cause = await tryFrom(next.pod, [...next.probes.values()], attempts, options);
      if (cause !== undefined) broken.set(podName(next.pod), cause);
      options.progress(++done, byPod.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { attempts, broken };
}

/** Tries one pod's connections; returns why it couldn't, if it couldn't. */
async function tryFrom(
  pod: LivePod,
  probes: readonly Probe[],
  attempts: Map<string, Attempt>,
  options: ProbingOptions,
): Promise<string | undefined> {
  let container = pod.container;
  for (let first = 0; first < probes.length; first += BATCH) {
    const part = probes.slice(first, first + BATCH);
    let outcome = await runBatch(pod, container, part, options);
    if (outcome.kind === "no-tools" && options.image !== undefined && container === pod.container) {
      const added = await addProbeContainer(options.rest, pod, options.image);
      if ("problem" in added) return `${outcome.cause}; ${added.problem}`;
      container = added.container;
      outcome = await runBatch(pod, container, part, options);
    }
    if (outcome.kind === "ran") for (const [key, attempt] of outcome.attempts) attempts.set(key, attempt);
    else
      return outcome.kind === "no-tools" && options.image === undefined
        ? `${outcome.cause}; give an image that has them with --image`
        : outcome.cause;
  }
  return undefined;
}

type BatchOutcome =
  | { readonly kind: "ran"; readonly attempts: ReadonlyMap<string, Attempt> }
  | { readonly kind: "no-tools" | "broken"; readonly cause: string };

/** Runs a batch on the first interpreter that the container has. */
async function runBatch(
  pod: LivePod,
  container: string,
  probes: readonly Probe[],
  { rest }: ProbingOptions,
): Promise<BatchOutcome> {
  const name = podName(pod);
  const targets = probes.map(({ to }, id): ProbeTarget => {
    return { id, protocol: to.protocol === "UDP" ? "UDP" : "TCP", host: to.host, port: to.port };
  });
  for (const interpreter of INTERPRETERS) {
    let outcome: ExecOutcome;
    try {
      const where = { namespace: pod.namespace, pod: pod.name, container };
      outcome = await exec(rest, where, batchCommand(interpreter, targets), (PATIENCE * 4 + 30) * 1000);
    } catch (error) {
      if (isMissingCommand(error instanceof Error ? error.message : "")) continue;
      return { kind: "broken", cause: refusal(error, pod) };
    }
    const { tool, attempts } = readBatch(interpreter, outcome.stdout);
    if (tool === "none")
      return { kind: "no-tools", cause: `${name} has a shell, but nothing in it that can connect` };
    if (attempts.size > 0) return { kind: "ran", attempts: byKey(probes, attempts) };
    const said = `${outcome.failure ?? ""} ${outcome.stderr}`.trim();
    if (isMissingCommand(said)) continue;
    return { kind: "broken", cause: `exec in ${name} fails: ${said.slice(0, 300) || "it printed nothing"}` };
  }
  return { kind: "no-tools", cause: `${name} has no shell, python3 or node` };
}

const byKey = (probes: readonly Probe[], attempts: ReadonlyMap<number, Attempt>): Map<string, Attempt> =>
  new Map(
    [...attempts].flatMap(([id, attempt]) => {
      const probe = probes[id];
      return probe === undefined ? [] : [[probeKey(probe), attempt] as const];
    }),
  );

/** In the words of runc, containerd, CRI-O and Go. */
const isMissingCommand = (message: string): boolean =>
  /executable file not found|no such file or directory|not found in \$PATH/i.test(message);

function refusal(error: unknown, pod: LivePod): string {
  if (isForbidden(error)) return `no permission to exec in ${pod.namespace} (pods/exec: get, create)`;
  if (error instanceof ApiError) return `exec in ${podName(pod)} is refused: ${error.message}`;
  if (error instanceof UnreachableError) return error.message;
  throw error;
}
