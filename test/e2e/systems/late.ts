import { strict as assert } from "node:assert";
import { HeldConnection } from "../bench/held";
import { announcePods, hostPods, type PodSpec, type RunningPod } from "../bench/pods";
import { delay, eventually } from "../machine/process";
import { cellText, type Cell } from "../matrix/cells";
import { roundOf, type Round } from "../matrix/watch";
import type { SystemEnd, SystemStage } from "./stage";

/** A pod that starts while policies are in force. */
export interface LatePod {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On the first or the second node. */
  readonly node: 0 | 1;
}

/** What connected to and from late pods that no policy admits. */
export interface LateStart {
  /** Milliseconds for which it did, from when the pods had their addresses. */
  readonly sinceAddressMs: number;
  /** Milliseconds for which it did, from when the API server showed the pods with their addresses; 0: no longer than that. */
  readonly sinceAnnouncedMs: number;
  /** Milliseconds until everything declared worked, from when the API server showed them. */
  readonly workingMs: number;
  /** The open ones of which the other end has policies in force: a pod of the application's own namespace. */
  readonly ofIsolated: readonly string[];
  /** The open ones of a later time than when everything was closed first. */
  readonly reopened: readonly string[];
  /** Whether a connection that was made while the pod was open goes on. */
  readonly heldGoesOn: boolean;
}

/** How long late pods are probed after they are closed. */
const staysMs = 3000;

/**
 * Starts pods as a node does, an address first, then what the API server shows, and probes them in both directions from
 * their first moment on.
 *
 * @param others the other ends, by name
 * @param ports what is asked, TCP
 */
export async function startLate(
  stage: SystemStage,
  pods: readonly LatePod[],
  others: readonly string[],
  ports: readonly number[],
): Promise<LateStart> {
  const late = await hostPods(
    stage.bench.prober,
    pods.map((pod, i) => specOf(stage, pod, i)),
  );
  const addressed = Date.now();
  const cells = cellsOf(stage, late, others, ports);
  const rounds: Round[] = [];
  const going = { on: true };
  const probing = (async () => {
    while (going.on) rounds.push(await roundOf(stage.bench.prober, cells));
  })();
  try {
    const stranger = stage.end("elsewhere/stranger-0").host;
    const [port, first] = [ports[0] ?? 0, late[0]];
    assert.ok(first);
    const held = await HeldConnection.open(stranger, first.address, port);
    const announcing = announcePods(stage.cluster, late);
    const announced = await eventually("the late pods have addresses", () => shown(stage, late), {
      everyMs: 10,
    });
    await announcing;
    const verdicts = await verdictsOf(stage, cells);
    const [forbidden, declared] = (["blocked", "allowed"] as const).map((wanted) =>
      cells.flatMap((_, i) => (verdicts[i] === wanted ? [i] : [])),
    );
    assert.ok(forbidden && declared && forbidden.length > 0 && declared.length > 0);
    const since = (indices: readonly number[], wanted: boolean) =>
      rounds.find(
        ({ began, connected }) => began >= announced && indices.every((i) => connected[i] === wanted),
      );
    const closed = await eventually("the late pods are closed", () => since(forbidden, false));
    const working = await eventually("the late pods are reached as declared", () => since(declared, true));
    await delay(staysMs);
    const open = rounds.flatMap((round) =>
      forbidden.filter((i) => round.connected[i] === true).map((i) => ({ round, cell: cells[i] })),
    );
    const last = Math.max(addressed, ...open.map(({ round }) => round.ended));
    const named = (some: typeof open) => [
      ...new Set(some.flatMap(({ cell }) => (cell ? [cellText(cell)] : []))),
    ];
    const ours = `${stage.system.kubeNamespace}/`;
    const heldGoesOn = await held.passes();
    held.close();
    return {
      sinceAddressMs: last - addressed,
      sinceAnnouncedMs: Math.max(0, last - announced),
      workingMs: working.began - announced,
      ofIsolated: named(
        open.filter(({ cell }) => cell?.from.name.startsWith(ours) === true && cell.to.name.startsWith(ours)),
      ),
      reopened: named(open.filter(({ round }) => round.began > closed.began)),
      heldGoesOn,
    };
  } finally {
    going.on = false;
    await probing;
  }
}

/** A late pod, whose address nobody else has. */
export function specOf(
  { cluster, system, listeners }: SystemStage,
  { name, labels, node }: LatePod,
  i: number,
): PodSpec {
  return {
    ...{ name, labels, listeners, kubeNamespace: system.kubeNamespace, node: cluster.nodes[node] },
    address: `${system.podNetworks[node]}.${200 + i}`,
  };
}

/** To and from each late pod, on every port that is asked. */
export function cellsOf(
  stage: SystemStage,
  late: readonly RunningPod[],
  others: readonly string[],
  ports: readonly number[],
): readonly (Cell & { readonly from: SystemEnd; readonly to: SystemEnd })[] {
  const known = others.map((name) => stage.end(name));
  return late.flatMap(({ name, kubeNamespace, host }) => {
    const title = `${kubeNamespace}/${name}`;
    const pod = { name: title, answer: title, host, known: { namespace: kubeNamespace, name } };
    return known.flatMap((other) =>
      ports.flatMap((port) => [
        { from: pod, to: other, protocol: "tcp" as const, port },
        { from: other, to: pod, protocol: "tcp" as const, port },
      ]),
    );
  });
}

/** Whether the API server shows all of the pods with their addresses. */
async function shown({ cluster }: SystemStage, late: readonly RunningPod[]): Promise<number | undefined> {
  for (const { name, kubeNamespace: namespace } of late) {
    const pod = await cluster.kube.read({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace } });
    if ((pod?.["status"] as { podIP?: string } | undefined)?.podIP === undefined) return undefined;
  }
  return Date.now();
}

/** What the analyzer says of the cells, of the policies and pods that are live. */
export async function verdictsOf(
  stage: SystemStage,
  cells: readonly (Cell & { readonly from: SystemEnd; readonly to: SystemEnd })[],
): Promise<readonly string[]> {
  const prediction = await stage.predict();
  return cells.map(({ from, to, protocol, port }) =>
    prediction.verdict(from.known, to.known, protocol, port),
  );
}
