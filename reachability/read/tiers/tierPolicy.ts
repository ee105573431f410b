// Tests: test/reachability/read/tierPolicy.test.ts
import type { Selector } from "../../../kubernetes";
import type { SubjectSelector, UncomputedPolicy } from "../otherKinds/uncomputed";
import type { RulePeer, RulePorts } from "../policy";
import type { Source } from "../problems";

/**
 * The tiers of policies around NetworkPolicies: one is asked before them, the other where none of them isolates. The deny rules of
 * Cilium's policies come before all.
 */
export type Tier = "deny" | "admin" | "baseline";

/** What a rule makes of a connection that it is the first to match. `pass` leaves it to the next tier. */
export type TierAction = "accept" | "deny" | "pass";

/** Whom a rule of a tier means. */
export type TierPeer =
  | Extract<RulePeer, { readonly kind: "pods" | "block" | "ends" | "unknown" }>
  /** Nodes by their labels, which aren't looked at: it isn't known which addresses these are. */
  | { readonly kind: "nodes" }
  /** Host names: addresses outside that nobody knows. */
  | { readonly kind: "names" };

/** One rule: the first that matches a connection decides, within its tier. */
export interface TierRule {
  readonly action: TierAction;
  readonly peers: readonly TierPeer[];
  readonly ports: RulePorts;
  /** Where it stands: `spec.ingress[0]`. */
  readonly place: string;
  /** Why it may match less than this, where that is so. */
  readonly atMost?: string;
}

/** A ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy of the network-policy-api, or the denials of a Cilium policy. */
export interface TierPolicy {
  readonly kind: string;
  readonly name: string;
  readonly source: Source;
  readonly tier: Tier;
  /** Lower ones are asked first. Which of two alike is asked first isn't known. */
  readonly priority: number;
  readonly subject: { readonly namespaces: Selector; readonly pods: Selector };
  readonly ingress: readonly TierRule[];
  readonly egress: readonly TierRule[];
  /** What stands for it where it isn't known what the cluster's plugin makes of it. */
  readonly otherwise: readonly UncomputedPolicy[];
}

/** The pods that a policy speaks of: its subject, then its rules' peers. */
export const spokenOfBy = ({ subject, ingress, egress }: TierPolicy): readonly PodSubject[] => [
  { kind: "pods", ...subject },
  ...[...ingress, ...egress].flatMap(({ peers }) =>
    peers.flatMap((peer): readonly PodSubject[] =>
      peer.kind === "pods" && peer.namespaces !== "own"
        ? [{ kind: "pods", namespaces: peer.namespaces, pods: peer.pods }]
        : [],
    ),
  ),
];

export type PodSubject = Extract<SubjectSelector, { readonly kind: "pods" }> & {
  readonly namespaces: Selector;
};
