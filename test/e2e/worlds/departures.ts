import type { TwinPolicy } from "../../twin/world";
import type { Departure } from "./kubeRouter";

/** A departure of the controller from the specification, shown by the least that shows it. */
export interface DepartureRecord {
  readonly name: Departure;
  readonly what: string;
  /** Where it is in the controller's source or issues. */
  readonly reference: string;
  /** Policies that show it on pods without labels. */
  readonly policies: readonly TwinPolicy[];
  /** What the product does about it. */
  readonly consequence: string;
}

const inA = (name: string, spec: TwinPolicy["spec"]): TwinPolicy => ({
  metadata: { namespace: "w-a", name },
  spec: spec ?? {},
});
const nobody = inA("nobody", { podSelector: {}, policyTypes: ["Ingress"] });
const nowhere = inA("nowhere", { podSelector: {}, policyTypes: ["Egress"] });

export const departures: readonly DepartureRecord[] = [
  {
    name: "shared-chain",
    what:
      "A policy of both types is one chain, and each of its rules judges both directions: between two pods that it " +
      "selects, an egress rule opens the destination's ingress, and an ingress rule the source's egress.",
    reference: "k3s-io/k3s#2390; pkg/controllers/netpol/pod.go, setupPodNetpolRules (kubeBothPolicyType)",
    policies: [
      inA("both", {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        egress: [{ to: [{ podSelector: {} }] }],
      }),
    ],
    consequence: "No policy that is generated has rules in both directions.",
  },
  {
    name: "unresolved-name-opens-all-ports",
    what: "A rule whose ports are names that no pod has, with pods as peers, opens every port to these pods.",
    reference:
      "pkg/controllers/netpol/policy.go, processIngressRules and processEgressRules: no ports and no named ports",
    policies: [
      nobody,
      inA("typo", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "htpp" }] }],
      }),
    ],
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "egress-name-without-peer",
    what:
      "An egress rule with a named port and no peer looks the name up on the pods of the policy's own namespace, and " +
      "opens its numbers to every destination.",
    reference: "cloudnativelabs/kube-router#1036, #1037",
    policies: [
      nowhere,
      inA("name", { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: "http" }] }] }),
    ],
    consequence: "Generated policies have numbers only, and never a rule without peers.",
  },
  {
    name: "egress-name-with-block",
    what: "An egress rule to a block ignores its named ports: it opens nothing, also to pods in the block that have the name.",
    reference:
      "pkg/controllers/netpol/policy.go, processEgressRules: dstIPBlocks has no case for named ports",
    policies: [
      nowhere,
      inA("block", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.42.0.0/16" } }], ports: [{ port: "http" }] }],
      }),
    ],
    consequence: "Generated policies have numbers only.",
  },
  {
    name: "longest-prefix",
    what:
      "All blocks of one rule are one set, in which the longest prefix decides: what one block excepts stays excepted " +
      "although another, shorter one of the same rule holds it.",
    reference: "cloudnativelabs/kube-router#543; pkg/controllers/netpol/policy.go, evalIPBlockPeer (nomatch)",
    policies: [
      nobody,
      inA("overlap", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              { ipBlock: { cidr: "10.42.0.0/16", except: ["10.42.0.0/24"] } },
              { ipBlock: { cidr: "0.0.0.0/0" } },
            ],
          },
        ],
      }),
    ],
    consequence: "Blocks that are generated into one rule don't overlap.",
  },
];
