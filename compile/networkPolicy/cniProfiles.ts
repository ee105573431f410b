import type { CniProfile } from "../cluster";

/** How a CNI wants policies written, and what it can't express. */
export interface Spelling {
  /** Whether "the internet" is one block with exceptions or the blocks that are left when these are taken away. */
  readonly internet: "except" | "subtracted";
  /** Whether the CNI filters before a Service's address becomes a pod's: then cluster IPs are peers too. */
  readonly seesClusterIps: boolean;
  /** Whether an ipBlock matches nodes: host-network pods, node-local agents, API servers. */
  readonly blocksMatchNodes: boolean;
  /** Whether pods have addresses out of the nodes' ranges. */
  readonly podsShareNodeRanges: boolean;
  /** Whether policies work for one address family only: rules of the other are ignored, so its packets are unfiltered. */
  readonly oneFamily?: true;
  /**
   * Whether the CNI keeps a rule's addresses by the rule's place in the policy, and exchanges them before its ports: then
   * a policy's name says its ports, and no policy ever moves its rules.
   */
  readonly places?: true;
  /** The most pairs of protocol and port (or range) that a pod's policies may have for one peer and direction. */
  readonly portPairs?: number;
  /** What someone who runs this CNI has to know, whatever the application. */
  readonly notes: readonly string[];
}

/**
 * By profile. Sources: the AWS EKS user guide ("Limit pod traffic with Kubernetes network policies") and
 * aws-network-policy-agent#180, #271, #326, #609; Cilium's documentation ("Layer 3 examples"), cilium#19601 and
 * #34387, 1.20.2's pkg/k8s/watchers/pod.go (pods that it doesn't manage); k3s's and Calico's documentation; kube-router's pkg/controllers/netpol (k3s: `RestoreSets` before
 * `iptables-restore`).
 */
export const SPELLINGS: Readonly<Record<CniProfile, Spelling>> = {
  k3s: {
    internet: "except",
    seesClusterIps: false,
    blocksMatchNodes: true,
    podsShareNodeRanges: false,
    places: true,
    notes: [],
  },
  calico: {
    internet: "except",
    seesClusterIps: false,
    blocksMatchNodes: true,
    podsShareNodeRanges: false,
    notes: [],
  },
  cilium: {
    internet: "except",
    seesClusterIps: false,
    blocksMatchNodes: false,
    podsShareNodeRanges: false,
    notes: [
      "cilium: policies hold for pods that Cilium has given their network. Pods that ran before Cilium did have none until they start anew: nothing closes them, and no peer's labels admit them.",
    ],
  },
  "aws-vpc-cni": {
    // Its longest-prefix match lets an exception win over another rule that allows it.
    internet: "subtracted",
    seesClusterIps: true,
    blocksMatchNodes: true,
    podsShareNodeRanges: true,
    oneFamily: true,
    portPairs: 24,
    notes: [
      "aws-vpc-cni: enableNetworkPolicy must be on, and only pods on EC2 Linux nodes are covered. Pods of one namespace and node whose names differ only after the last dash share one rule set.",
      "aws-vpc-cni: a Service's address is open only if the Service's selector has every label that the flow's destination is selected by, and its targetPort is the flow's port, or the first of its range.",
    ],
  },
  azure: {
    internet: "except",
    seesClusterIps: false,
    blocksMatchNodes: true,
    podsShareNodeRanges: true,
    notes: ["azure: this profile is unproven; it follows the CNI's documentation alone."],
  },
};
