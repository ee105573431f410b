import type { Departure } from "./kubeRouter";

/**
 * A departure of the controller (kube-router v2.6.3, k3s's build) from the specification, in words: which cells it decides is the
 * model's to say, and that each decides some is test/realParts/worlds.test.ts'.
 */
export interface DepartureRecord {
  readonly name: Departure;
  readonly what: string;
  /** Where it is in the controller's source or issues. */
  readonly reference: string;
  /** What the product does about it. */
  readonly consequence: string;
}

export const departures: readonly DepartureRecord[] = [
  {
    name: "shared-chain",
    what:
      "A policy of both types is one chain, and each of its rules judges both directions: between two pods that it " +
      "selects, an egress rule opens the destination's ingress, and an ingress rule the source's egress.",
    reference: "k3s-io/k3s#2390; pkg/controllers/netpol/pod.go, setupPodNetpolRules (kubeBothPolicyType)",
    consequence: "No policy that is generated has rules in both directions.",
  },
  {
    name: "unresolved-name-opens-all-ports",
    what: "A rule whose ports are names that no pod has, with pods as peers, opens every port to these pods.",
    reference:
      "pkg/controllers/netpol/policy.go, processIngressRules and processEgressRules: no ports and no named ports",
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "egress-name-without-peer",
    what:
      "An egress rule with a named port and no peer looks the name up on the pods of the policy's own namespace, and " +
      "opens its numbers to every destination.",
    reference: "cloudnativelabs/kube-router#1036, #1037",
    consequence: "Generated policies have numbers only, and never a rule without peers.",
  },
  {
    name: "egress-name-with-block",
    what: "An egress rule to a block ignores its named ports: it opens nothing, also to pods in the block that have the name.",
    reference:
      "pkg/controllers/netpol/policy.go, processEgressRules: dstIPBlocks has no case for named ports",
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "longest-prefix",
    what:
      "All blocks of one rule are one set, in which the longest prefix decides: what one block excepts stays excepted " +
      "although another, shorter one of the same rule holds it.",
    reference: "cloudnativelabs/kube-router#543; pkg/controllers/netpol/policy.go, evalIPBlockPeer (nomatch)",
    consequence: "Blocks that are generated into one rule don't overlap.",
  },
];
