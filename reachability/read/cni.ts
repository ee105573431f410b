import { keptByCilium } from "../../kubernetes";

/** The network plugins that are told apart, and `any`: as the API's words say, where these do otherwise. */
export const CNIS = ["any", "cilium", "calico", "k3s", "aws-vpc-cni", "azure"] as const;
export type Cni = (typeof CNIS)[number];

/** What a plugin does otherwise than the API's words say. */
export interface CniTraits {
  /**
   * Whether an ipBlock matches pods by their addresses, and nodes with the pods in their network; nodes where it is of all addresses, too;
   * and all of a pod's own node where it holds any address there, those of bridges and routers that no Node lists.
   */
  readonly blocksMatch: {
    readonly pods: boolean;
    readonly nodes: boolean;
    readonly allIsNodes: boolean;
    readonly ownNodeWhole: boolean;
  };
  /** Whether a pod reaches its own node without a rule; a node always reaches its own pods. */
  readonly ownNodeOpen: boolean;
  /** Whether rules count, and isolate, in a direction that policyTypes leaves out. */
  readonly rulesBeyondTypes: boolean;
  /** Whether port names of sidecars (init containers that always restart) count. */
  readonly sidecarNames: boolean;
  /** Whether a port's name stands for one port of each protocol that a pod has under it, or for the last one only. */
  readonly nameIsOf: "each protocol" | "last port";
  /** Whether SCTP passes at all. */
  readonly sctp: boolean;
  /** Whether policies see the address of a Service before it becomes a pod's, or after; undefined where it isn't known. */
  readonly services: "before" | "after" | undefined;
  /** Whether pods that have IPv6 addresses only may send by IPv4 too, past all policies. */
  readonly leavesByV4: boolean;
}

const SPECIFIED: CniTraits = {
  blocksMatch: { pods: true, nodes: true, allIsNodes: true, ownNodeWhole: false },
  ownNodeOpen: true,
  rulesBeyondTypes: false,
  sidecarNames: true,
  nameIsOf: "each protocol",
  sctp: true,
  services: "after",
  leavesByV4: false,
};

/**
 * By plugin. Sources: Cilium 1.20.2 (packets; "Layer 3 examples"; pkg/labelsfilter; pkg/k8s/labels.go,
 * pkg/types/portmap.go), k3s's kube-router 2.6.3 (packets; see
 * docs/e2e.md), aws-network-policy-agent 1.4.3 and its controller (eBPF programs; pkg/fwruleprocessor, pkg/resolvers),
 * amazon-vpc-cni-k8s, README, ENABLE_V4_EGRESS (true unless it is set).
 */
const TRAITS: Readonly<Record<Cni, CniTraits>> = {
  any: { ...SPECIFIED, services: undefined },
  calico: SPECIFIED,
  azure: { ...SPECIFIED, services: undefined },
  cilium: {
    ...SPECIFIED,
    blocksMatch: { pods: false, nodes: false, allIsNodes: false, ownNodeWhole: false },
    ownNodeOpen: false,
    rulesBeyondTypes: true,
    sidecarNames: false,
    nameIsOf: "last port",
    sctp: false,
  },
  k3s: { ...SPECIFIED, sidecarNames: false },
  "aws-vpc-cni": { ...SPECIFIED, rulesBeyondTypes: true, services: "before", leavesByV4: true },
};

/** What people may set on Cilium: `policy-cidr-match-mode` and `enable-sctp`. */
export interface CiliumSettings {
  readonly cidrMatch: readonly ("pods" | "nodes")[];
  readonly sctp: boolean;
}

/** A plugin's traits as it is set. */
export function traitsOf(cni: Cni, settings: CiliumSettings = { cidrMatch: [], sctp: false }): CniTraits {
  const traits = TRAITS[cni];
  if (cni !== "cilium") return traits;
  const { cidrMatch, sctp } = settings;
  const [pods, nodes] = [cidrMatch.includes("pods"), cidrMatch.includes("nodes")];
  // cilium#47827 (packets; pkg/policy/types/selector.go: matchesCIDRWildcard; pkg/ipcache/metadata.go: updateReservedHostLabels).
  const blocksMatch = { pods, nodes, allIsNodes: nodes && pods, ownNodeWhole: nodes };
  return { ...traits, blocksMatch, sctp };
}

/** Whether Cilium leaves a pod's label out of its identity as it comes, so that no selector matches it. Its own aren't the pod's to set. */
export const hiddenByCilium = (key: string): boolean =>
  remembered(key, () => key.startsWith(CILIUMS_OWN) || !keptByCilium("", key));

/** The same of a namespace's label, which is part of its pods' identities under another name. Source: pkg/k8s/utils, SanitizePodLabels. */
export const hiddenOfNamespace = (key: string): boolean => {
  const part = `${CILIUMS_OWN}.namespace.labels.${key}`;
  return remembered(part, () => !keptByCilium("", part));
};

const CILIUMS_OWN = "io.cilium.k8s";

/** What was answered: the same few keys stand in every selector and on every pod. */
const HIDDEN = new Map<string, boolean>();

function remembered(key: string, answer: () => boolean): boolean {
  const known = HIDDEN.get(key) ?? answer();
  HIDDEN.set(key, known);
  return known;
}
