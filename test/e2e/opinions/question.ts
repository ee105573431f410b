import { connected, type Verdict as Answer } from "../../twin/twin";
import type { TwinEnd, TwinNamespace, TwinPod, TwinPolicy, TwinWorld } from "../../twin/world";
import type { Verdict } from "../matrix/cells";
import { isOf, type OpinionCell, type OpinionEnd } from "./cells";
import type { PlacedWorld } from "./placedWorld";

/** A question about one packet, for the brute-force twin: the world has one address family. */
export interface Question extends Pick<OpinionCell, "protocol" | "port"> {
  readonly world: TwinWorld;
  readonly family: 4 | 6;
  readonly from: TwinEnd;
  readonly to: TwinEnd;
}

/** What one implementation makes of a question: another one, or a verdict whatever the policies say. */
export type View = (question: Question) => Question | Verdict;

interface Packets {
  readonly family: 4 | 6;
}
const FAMILIES: readonly Packets[] = [{ family: 4 }, { family: 6 }];

/** Where nodes are among the pods: as pods of their network, which is what they are to policies. */
export const NODES = "nodes-of-the-cluster";

/**
 * The twin's verdict on a cell as some views see it; with none, what the specification says, which policies of equal priority and
 * peers that only a cluster knows may leave open. A packet has one family: open is what one family's packet passes.
 */
export function verdictOf(world: PlacedWorld, cell: OpinionCell, views: readonly View[]): Answer {
  const families = FAMILIES.filter((family) =>
    [cell.from, cell.to].every(({ ips }) => ips.some(isOf(family.family))),
  );
  const verdicts = families.map((family) => packetVerdict(packet(world, cell, family), views));
  if (verdicts.includes("allowed")) return "allowed";
  return verdicts.includes("unknown") ? "unknown" : "blocked";
}

const packet = (
  world: PlacedWorld,
  { from, to, protocol, port }: OpinionCell,
  packets: Packets,
): Question => ({
  ...{ world: ofFamily(world, packets), family: packets.family, protocol, port },
  ...{ from: twinEnd(from), to: twinEnd(to) },
});

function packetVerdict(question: Question, views: readonly View[]): Answer {
  let seen = question;
  for (const view of views) {
    const next = view(seen);
    if (typeof next === "string") return next;
    seen = next;
  }
  // Between hosts, on one node or not, there is nothing for policies to judge.
  if ([seen.from, seen.to].every((end) => podOf(seen.world, end)?.hostNetwork ?? "address" in end))
    return "allowed";
  const verdict = connected(seen.world, seen.from, seen.to, seen.protocol, seen.port);
  if (verdict === "unknown" && seen.world.tierPolicies === undefined)
    throw new Error("in a world where everything is known, the twin answers unknown");
  return verdict;
}

function twinEnd(end: OpinionEnd): TwinEnd {
  if ("node" in end) return { namespace: NODES, name: end.node };
  return "address" in end ? { address: end.address } : { namespace: end.namespace, name: end.name };
}

/** The world that packets of one family see. */
const ofFamily = remembered((world: PlacedWorld, { family }: Packets): TwinWorld => {
  const nodes = world.nodes.map(({ name, ips }): TwinPod => ({
    namespace: NODES,
    name,
    hostNetwork: true,
    node: name,
    ips,
  }));
  const pods = [...world.running.pods, ...nodes].map((pod) => ({
    ...pod,
    ips: (pod.ips ?? []).filter(isOf(family)),
  }));
  return { ...world.running, pods };
});

export function podOf(world: TwinWorld, end: TwinEnd): TwinPod | undefined {
  if ("address" in end) return undefined;
  return world.pods.find(({ namespace, name }) => namespace === end.namespace && name === end.name);
}

/** A function of two objects, worked out once for both. */
export function remembered<A extends object, B extends object, R>(
  make: (a: A, b: B) => R,
): (a: A, b: B) => R {
  const known = new WeakMap<A, WeakMap<B, { readonly made: R }>>();
  return (a, b) => {
    const ofFirst = known.get(a) ?? new WeakMap<B, { readonly made: R }>();
    known.set(a, ofFirst);
    const found = ofFirst.get(b) ?? { made: make(a, b) };
    ofFirst.set(b, found);
    return found.made;
  };
}

interface Change {
  readonly namespace?: (namespace: TwinNamespace) => TwinNamespace;
  readonly pod?: (pod: TwinPod) => TwinPod;
  readonly policy?: (policy: TwinPolicy) => TwinPolicy;
}

const changed = remembered((world: TwinWorld, { namespace, pod, policy }: Change): TwinWorld => {
  const { namespaces, pods, networkPolicies } = world;
  return {
    ...world,
    namespaces: namespace === undefined ? namespaces : namespaces.map(namespace),
    pods: pod === undefined ? pods : pods.map(pod),
    networkPolicies: policy === undefined ? networkPolicies : networkPolicies.map(policy),
  };
});

/** A view that changes all namespaces, pods or policies alike, whatever is asked. */
export const viewOfAll =
  (change: Change): View =>
  (question) => ({ ...question, world: changed(question.world, change) });
