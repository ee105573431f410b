// Tests: test/reachability/read/ciliumPolicy.test.ts
import type { Selector } from "../../../kubernetes";
import type { UncomputedPolicy } from "../otherKinds/uncomputed";
import type { DirectionRules, Rule, RulePeer } from "../policy";
import type { Source } from "../problems";
import type { PodSubject, TierPolicy, TierRule } from "../tiers/tierPolicy";

/** One whom a rule means. */
export type CiliumPeer = Extract<RulePeer, { readonly kind: "pods" | "block" | "ends" }>;

/** A Service that a rule means by what is behind it. */
export interface ServicePeer {
  readonly kind: "service";
  /** Undefined for Services of that name in any namespace. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A rule of a Cilium policy that admits, with the Services that it means still to be looked up. */
export interface CiliumRule extends Rule {
  readonly services: readonly ServicePeer[];
}

/** One direction of a Cilium policy: deny rules come before all others, whoever's these are. */
export interface CiliumDirection {
  /** Whether it sets default deny: nothing but what some rule admits passes then. */
  readonly isolates: DirectionRules["isolates"];
  /** They admit where anything isolates, whether or not this policy does. */
  readonly rules: readonly CiliumRule[];
  readonly denies: readonly TierRule[];
}

/** One specification of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy: an object may hold several. */
export interface CiliumSpec {
  readonly subject: { readonly namespaces: Selector; readonly pods: Selector };
  readonly ingress: CiliumDirection;
  readonly egress: CiliumDirection;
}

/** A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy as it is written. */
export interface CiliumObject {
  readonly kind: string;
  /** Empty for a clusterwide one. */
  readonly namespace: string;
  readonly name: string;
  readonly source: Source;
  /** Empty where it can't be computed. */
  readonly specs: readonly CiliumSpec[];
  /** The field for which it can't be computed, and why. */
  readonly fault: string | undefined;
  /** What stands for it where the cluster's plugin isn't Cilium, or where it can't be computed. */
  readonly otherwise: readonly UncomputedPolicy[];
}

/** What one specification admits and isolates, its Services looked up. Its denials are a policy of the tier `deny`. */
export interface CiliumPolicy extends Pick<CiliumObject, "kind" | "namespace" | "name" | "source"> {
  readonly subject: CiliumSpec["subject"];
  readonly ingress: DirectionRules;
  readonly egress: DirectionRules;
}

/** The denials of one specification, as a policy of the tier that is asked before all others; undefined where there are none. */
export function denialsOf(
  { kind, namespace, name, source }: CiliumObject,
  { subject, ingress, egress }: CiliumSpec,
): TierPolicy | undefined {
  if (ingress.denies.length + egress.denies.length === 0) return undefined;
  return {
    kind,
    name: namespace === "" ? name : `${namespace}/${name}`,
    source,
    tier: "deny",
    priority: 0,
    subject,
    ingress: ingress.denies,
    egress: egress.denies,
    otherwise: [],
  };
}

/** The pods that a policy speaks of: its subject, then whom its rules admit. */
export const spokenOfByCilium = ({ subject, ingress, egress }: CiliumPolicy): readonly PodSubject[] => [
  { kind: "pods", ...subject },
  ...[...ingress.rules, ...egress.rules].flatMap(({ peers }) =>
    (peers === "everyone" ? [] : peers).flatMap((peer): readonly PodSubject[] =>
      peer.kind === "pods" && peer.namespaces !== "own"
        ? [{ kind: "pods", namespaces: peer.namespaces, pods: peer.pods }]
        : [],
    ),
  ),
];
