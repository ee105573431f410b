import type { TwinPeer, TwinPod } from "../../twin/world";
import { mainContainersOnly, notSparingItself, notSparingNodes, type OpinionDeparture } from "./departures";
import { podOf, type Question, viewOfAll } from "./question";

/** Labels that make no identity, so that no selector finds them; the first expression that matches decides. */
const LABEL_FILTER: readonly (readonly [RegExp, "kept" | "dropped"])[] = [
  [/^app\.kubernetes\.io/, "kept"],
  [/^io\.kubernetes/, "dropped"],
  [/^kubernetes\.io/, "dropped"],
  [/^statefulset\.kubernetes\.io\/pod-name/, "dropped"],
  [/^apps\.kubernetes\.io\/pod-index/, "dropped"],
  [/^batch\.kubernetes\.io\/(job-completion-index|controller-uid)/, "dropped"],
  [/^.*beta\.kubernetes\.io/, "dropped"],
  [/^(k8s\.io|pod-template-generation|pod-template-hash|controller-revision-hash|controller-uid)/, "dropped"],
  [/^(annotation|etcd_node|topology\.kubernetes\.io)/, "dropped"],
];
const isKept = (key: string): boolean =>
  LABEL_FILTER.find(([pattern]) => pattern.test(key))?.[1] !== "dropped";

/** Namespaces' labels are kept, but for those that an expression finds anywhere in a key. */
const isKeptOfNamespace = (key: string): boolean => !key.includes("beta.kubernetes.io");
const filtered = (labels: TwinPod["labels"], keeps: (key: string) => boolean) =>
  Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => keeps(key)));

const nobody = { podSelector: { matchExpressions: [{ key: "x", operator: "In", values: [] }] } };

/** Some blocks match nobody; a rule whose peers are such blocks only has peers still. */
const without = (some: (cidr: string) => boolean) =>
  viewOfAll({
    policy: ({ spec = {}, ...policy }) => {
      const { ingress = [], egress = [] } = spec;
      const peers = (all: readonly TwinPeer[] = []) =>
        all.map((peer) => (peer.ipBlock !== undefined && some(peer.ipBlock.cidr) ? nobody : peer));
      return {
        ...policy,
        spec: {
          ...spec,
          ingress: ingress.map(({ from, ...rule }) => ({ ...rule, from: peers(from) })),
          egress: egress.map(({ to, ...rule }) => ({ ...rule, to: peers(to) })),
        },
      };
    },
  });
const withoutBlocks = without(() => true);
const withoutWholeBlocks = without((cidr) => cidr.endsWith("/0"));

const isPodsOwn = ({ world, from, to }: Question): boolean =>
  podOf(world, from) !== undefined && podOf(world, from) === podOf(world, to);
const hasPod = ({ world, from, to }: Question): boolean =>
  [from, to].some((end) => !("address" in end) && podOf(world, end)?.hostNetwork !== true);
const hasHost = (question: Question): boolean =>
  isHost(question, question.from) || isHost(question, question.to);
const isAddressed = ({ from, to }: Question): boolean => "address" in from || "address" in to;
const isHost = ({ world }: Question, end: Question["from"]): boolean =>
  podOf(world, end)?.hostNetwork === true;

/** What Cilium's policy code is asked about here and packets never come to. */
export const ciliumSelf: OpinionDeparture = {
  name: "self",
  what: "A pod's packets to itself are judged; in a cluster they don't leave the pod.",
  reference: "v1.20.2, pkg/policy/mapstate.go: lookup",
  view: notSparingItself,
};

/** What Cilium does where `policyCIDRMatchMode` is nodes alone, in place of `blocks-and-nodes`. */
export const wholeBlocksAndNodes: OpinionDeparture = {
  name: "whole-blocks-and-nodes",
  what: "A block of all addresses matches no nodes, where other blocks do (`policyCIDRMatchMode: nodes` without pods; cilium#47827).",
  reference: "v1.20.2, pkg/policy/types/selector.go: matchesCIDRWildcard",
  view: (question) => (hasHost(question) ? withoutWholeBlocks(question) : question),
};

/** Cilium v1.20.2 with its default settings: what the packets of a cluster do. */
export const ciliumDepartures: readonly OpinionDeparture[] = [
  {
    name: "no-sctp",
    what: "SCTP from and to pods is dropped, whatever policies say, unless `enable-sctp` is on.",
    reference: "v1.20.2, pkg/defaults/defaults.go: EnableSCTP; bpf/lib/conntrack.h: ct_extract_ports",
    view: (question) =>
      question.protocol === "SCTP" && hasPod(question) && !isPodsOwn(question) ? "blocked" : question,
  },
  {
    name: "blocks-and-pods",
    what: "Blocks don't match pods (`policyCIDRMatchMode: pods` adds them).",
    reference: "v1.20.2, pkg/policy/types/selector.go: CIDRSelector.Matches",
    view: (question) => (isAddressed(question) || hasHost(question) ? question : withoutBlocks(question)),
  },
  {
    name: "blocks-and-nodes",
    what: "Blocks don't match nodes and pods in their network (`policyCIDRMatchMode: nodes` adds them).",
    reference: "v1.20.2, pkg/policy/types/selector.go: CIDRSelector.Matches",
    view: (question) => (hasHost(question) ? withoutBlocks(question) : question),
  },
  {
    name: "own-node-egress",
    what: "A pod reaches its own node only by a rule; from its own node everything reaches it.",
    reference: "v1.20.2, pkg/policy/repository.go: computePolicyEnforcementAndRules (LabelsLocalHostIngress)",
    view: (question) => (isHost(question, question.to) ? notSparingNodes(question) : question),
  },
  {
    name: "rules-of-types-left-out",
    what: "Rules of a direction that policyTypes leaves out count, and isolate.",
    reference: "v1.20.2, pkg/k8s/network_policy.go: ParseNetworkPolicy",
    view: viewOfAll({
      policy: ({ spec = {}, ...policy }) => {
        const { policyTypes = [], ingress = [], egress = [] } = spec;
        if (policyTypes.length === 0) return { ...policy, spec };
        const types = [
          ...(policyTypes.includes("Ingress") || ingress.length > 0 ? ["Ingress"] : []),
          ...(policyTypes.includes("Egress") || egress.length > 0 ? ["Egress"] : []),
        ];
        return { ...policy, spec: { ...spec, policyTypes: types } };
      },
    }),
  },
  {
    name: "labels-left-out",
    what: "Labels that aren't part of an identity (pod-template-hash, those of topology.kubernetes.io, …) select nobody.",
    reference: "v1.20.2, pkg/labelsfilter/filter.go: defaultLabelPrefixCfg",
    view: viewOfAll({
      namespace: (one) => ({ ...one, labels: filtered(one.labels, isKeptOfNamespace) }),
      pod: (pod) => ({ ...pod, labels: filtered(pod.labels, isKept) }),
    }),
  },
  {
    name: "sidecar-names",
    what: "Names of ports are those of `spec.containers`, without sidecars.",
    reference: "v1.20.2, pkg/k8s/labels.go: GetPodMetadata",
    view: mainContainersOnly,
  },
  {
    name: "one-port-a-name",
    what: "A name stands for one port of a pod: where two protocols share it, the last one has it.",
    reference: "v1.20.2, pkg/types/portmap.go: NamedPortMap",
    view: viewOfAll({
      pod: ({ containerPorts = [], ...pod }) => ({
        ...pod,
        containerPorts: containerPorts.filter(
          ({ name }, i) => containerPorts.findLastIndex((other) => other.name === name) === i,
        ),
      }),
    }),
  },
];
