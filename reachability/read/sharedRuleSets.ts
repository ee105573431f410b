// Tests: test/reachability/evidence/departures.test.ts
import { append } from "../../data";
import { type KnownLabels, matches, type Selector, selector, UNKNOWN } from "../../kubernetes";
import type { Effect, UncomputedPolicy } from "./otherKinds/uncomputed";
import type { DirectionRules, NetworkPolicy } from "./policy";
import type { PodSet, PodShape, World } from "./world";

/** Kinds whose pods are named by theirs and one part more. */
const DIRECT: ReadonlySet<string> = new Set([
  "StatefulSet",
  "DaemonSet",
  "Job",
  "ReplicaSet",
  "ReplicationController",
]);

/** Pods of one name that may be on one node. */
interface SharingPod {
  readonly namespace: string;
  readonly shape: PodShape;
}

/**
 * What the AWS VPC CNI makes of pods of one namespace and node whose names differ only after the last dash: they share one rule set, of all
 * policies that select any of them. Each policy that selects some and not others may act on the others, too; whether they are on one node is
 * rarely known. Source: aws-network-policy-agent v1.4.3, pkg/utils, GetPodIdentifier.
 */
export function sharedRuleSets(world: Pick<World, "workloads" | "policies">): readonly UncomputedPolicy[] {
  if (world.policies.length === 0) return [];
  const groups = new Map<string, SharingPod[]>();
  for (const workload of world.workloads) {
    const name = nameShared(workload);
    if (name === undefined) continue;
    for (const shape of workload.variants)
      if (shape.hostNetwork !== true)
        append(groups, `${workload.namespace}/${name}`, { namespace: workload.namespace, shape });
  }
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of world.policies) append(byNamespace, policy.namespace, policy);
  return [...groups.values()].flatMap((members) =>
    members.length < 2 ? [] : ofGroup(members, byNamespace.get(members[0]?.namespace ?? "") ?? []),
  );
}

/** What pods that may share a rule set have in common. */
function nameShared({ kind, name, representative }: PodSet): string | undefined {
  if (representative) return undefined;
  // The part that its ReplicaSet adds is its own: only its replicas share.
  return kind === "Deployment" ? `Deployment ${name}` : podNamePrefix(kind, name);
}

/** What the names of a workload's pods have before their last dash; undefined where a controller between adds to it. */
export function podNamePrefix(kind: string, name: string): string | undefined {
  if (kind === "Pod") return name.includes("-") ? name.slice(0, name.lastIndexOf("-")) : name;
  return DIRECT.has(kind) ? name : undefined;
}

function ofGroup(members: readonly SharingPod[], policies: readonly NetworkPolicy[]): UncomputedPolicy[] {
  return policies.flatMap((policy) => {
    const selects = members.map(({ shape }) => matches(policy.podSelector, shape.labels));
    return members.flatMap((member, i): UncomputedPolicy[] => {
      if (selects[i] === "yes") return [];
      const isShared = members.some(
        (other, j) => selects[j] !== "no" && other !== member && mayMeet(other.shape, member.shape),
      );
      return isShared ? [acting(policy, member, policies)] : [];
    });
  });
}

const mayMeet = (one: PodShape, other: PodShape): boolean =>
  one.node === undefined || other.node === undefined || one.node === other.node;

/** A policy as one that may act on pods that it doesn't select. */
function acting(
  policy: NetworkPolicy,
  { namespace, shape }: SharingPod,
  policies: readonly NetworkPolicy[],
): UncomputedPolicy {
  const effect = (side: "ingress" | "egress"): Effect | undefined => {
    if (policy[side].isolates === "no") return undefined;
    const isIsolated = policies.some(
      ({ podSelector, [side]: rules }) =>
        rules.isolates === "yes" && matches(podSelector, shape.labels) === "yes",
    );
    return isIsolated ? opens(policy[side]) : "narrows";
  };
  const { name, source } = policy;
  return {
    kind: "NetworkPolicy",
    namespace,
    name,
    source,
    subjects: [{ kind: "pods", namespaces: namespace, pods: selectorOf(shape.labels) }],
    ingress: effect("ingress"),
    egress: effect("egress"),
    outsideOnly: false,
    content: `${namespace}/${name}`,
    because: "shared rules",
  };
}

const opens = ({ rules }: DirectionRules): Effect | undefined => (rules.length > 0 ? "widens" : undefined);

/** The pods with these labels, and perhaps more. */
const selectorOf = ({ known }: KnownLabels): Selector =>
  selector(
    [...known].flatMap(([key, value]) =>
      value === UNKNOWN ? [] : [{ key, operator: "In" as const, values: [value] }],
    ),
  );
