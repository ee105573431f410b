import type { VpcCniDeparture } from "./vpcCniModel";

/** A departure of the VPC CNI from the specification, in words: which cells it decides is the model's to say. */
export interface VpcCniDepartureRecord {
  readonly name: VpcCniDeparture;
  readonly what: string;
  /** Where it is in the sources: the agent's v1.4.3, or its controller's of mid-2026. */
  readonly reference: string;
  /** What the product does about it. */
  readonly consequence: string;
}

export const vpcCniDepartures: readonly VpcCniDepartureRecord[] = [
  {
    name: "longest-prefix",
    what:
      "All blocks of all rules of all policies of a pod are one table, in which the longest prefix decides. A block inherits the ports " +
      "of shorter blocks around it; what one rule excepts is closed for other rules too, unless they have that very block.",
    reference:
      "agent v1.4.3, pkg/fwruleprocessor, ComputeMapEntriesFromEndpointRules; aws-network-policy-agent#180, #326",
    consequence: "Generated policies have no `except`: blocks are subtracted.",
  },
  {
    name: "rules-beyond-types",
    what:
      "Rules count although the policy's policyTypes leave their direction out: they isolate its pods in that direction, and open what " +
      "they name where another policy isolates them.",
    reference:
      "controller, pkg/resolvers/endpoints.go, computeIngressEndpoints and computeEgressEndpoints; agent v1.4.3, " +
      "controllers/policyendpoints_controller.go, deriveIngressAndEgressFirewallRules",
    consequence: "Generated policies have rules in the direction of their type only.",
  },
  {
    name: "ingress-name-of-any-pod",
    what: "A named port of an ingress rule is every number that any pod of the policy has for it, at all of its pods.",
    reference: "controller, pkg/resolvers/endpoints.go, getIngressRulesPorts",
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "egress-name-with-block",
    what: "An egress rule to a block, or to everybody, ignores named ports: it opens nothing, also to pods that have the name.",
    reference: "controller, pkg/resolvers/endpoints.go, convertToPolicyInfoPortForCIDRs",
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "shared-rule-set",
    what:
      "Pods of one namespace and node whose names differ only after the last dash share one rule set: of all policies that select any of " +
      "them, on whatever node.",
    reference: "agent v1.4.3, pkg/utils/utils.go, GetPodIdentifier",
    consequence:
      "Generated policies select by labels that all pods of a Deployment have; pods without a controller want names that " +
      "differ before the last dash.",
  },
];
