import * as z from "zod";
import type { Fact, NodeAccess } from "../facts";
import { undecided, type Violation, violation } from "../finding";
import { unreadOf } from "../values";
import { resourceInvariant } from "../invariant";
import { isExempt, patternText } from "../namespacePattern";
import { SYSTEM_NAMESPACES } from "../../kubernetes";

export const workloadNoHostNetwork = resourceInvariant({
  scope: "resource",
  name: "workload-no-host-network",
  description:
    "No workload takes the node's network, ports, processes or files, or the right to change networks or the node.",
  stops:
    "Workloads of every kind (Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Pods) with hostNetwork: true: no NetworkPolicy selects such pods, they reach whatever the node reaches, instance metadata too, and other pods' policies see the node instead of them. With hostPID: true, by which a pod enters the network of any process of the node; with a hostPort, also of a sidecar, which every host that reaches the node reaches; with a privileged container or one of the capabilities NET_ADMIN, SYS_ADMIN, SYS_MODULE, SYS_RAWIO, DAC_READ_SEARCH, BPF and ALL, which change addresses and packet filters or reach the node's kernel and files. With a hostPath volume that is, is in or holds a container runtime's socket or storage, the kubelet's, the cluster's or the CNI's files, network namespaces, `/proc`, or the node's services, timetables or programs, `/` above all: by these a pod starts others, takes their identities or leaves its network. Nor may a PersistentVolume be such files, by hostPath or local: any pod whose claim binds to it mounts them; a claimRef into an exempt namespace is none. Other hostPath volumes (logs, certificates, k3s's own storage) and hostIPC aren't judged: by these, two pods exchange data only if both were made to. Volumes that a provisioner or somebody else made aren't seen. What a Helm release's chart holds isn't seen.",
  remedy: "Remove what takes the node's own, or exempt the namespace of node agents that need it.",
  severity: "critical",
  config: z.strictObject({
    exempt: z
      .array(patternText)
      .default([...SYSTEM_NAMESPACES])
      .describe(
        "Namespaces whose pods may take the node's own, by name; a trailing * stands for any ending.",
      ),
  }),
  example: { exempt: ["kube-system", "node-agents"] },
  judge(fact, { exempt }) {
    if (fact.kind !== "Workload" && fact.kind !== "PersistentVolume") return [];
    if (isExempt(fact.namespace, exempt)) return [];
    const nodeAccess = accessOf(fact);
    const taken = nodeAccess.filter((one) => one.taken.known && one.taken.value);
    const unread = unreadOf(nodeAccess.map((one) => one.taken));
    return [
      ...KINDS.flatMap((kind) => {
        const own = taken.filter((one) => one.kind === kind);
        return own.length === 0 ? [] : [violation(fact, explain(wordsFor(fact, kind), own))];
      }),
      ...(unread.length === 0
        ? []
        : [
            undecided(
              fact,
              unread,
              `${fact.kind === "Workload" ? "its pods" : "pods that mount it"} take something of the node's own`,
            ),
          ]),
    ];
  },
});

type Judged = Extract<Fact, { readonly kind: "Workload" | "PersistentVolume" }>;

const accessOf = (fact: Judged): readonly NodeAccess[] =>
  fact.kind === "PersistentVolume" ? fact.files : (fact.pods?.nodeAccess ?? []);

const KINDS = ["network", "processes", "port", "administration", "files"] as const;

type Words = Pick<Violation, "wrong" | "why" | "remedy">;

const WORDS: Readonly<Record<NodeAccess["kind"], Words>> = {
  network: {
    wrong: "runs its pods in the node's network",
    why: "no NetworkPolicy applies to them, and they reach whatever the node reaches",
    remedy: "remove hostNetwork, or exempt the namespace if these are node agents",
  },
  processes: {
    wrong: "sees the node's processes",
    why: "its pods can enter the network of any process there, past every NetworkPolicy",
    remedy: "remove hostPID, or exempt the namespace if these are node agents",
  },
  port: {
    wrong: "listens on a port of its node",
    why: "whoever reaches the node reaches its pods, and may look like the node to their policies",
    remedy: "remove hostPort, and let a Service lead to the pods",
  },
  administration: {
    wrong: "may change networks or its node",
    why: "a pod that is broken into can take other addresses, remove packet filters or act as its node",
    remedy: "remove privileged: true and the capability, or exempt the namespace if these are node agents",
  },
  files: {
    wrong: "mounts files that control its node",
    why: "a pod that is broken into can start others past every NetworkPolicy, or act with their identities",
    remedy:
      "remove the hostPath volume or mount what is below it that is needed, or exempt the namespace if these are node agents",
  },
};

const VOLUME_WORDS: Words = {
  wrong: "gives whoever claims it files that control a node",
  why: "a pod that mounts them and is broken into can start others past every NetworkPolicy, or act with their identities",
  remedy:
    "name a path that holds only what is needed, or bind it by spec.claimRef to a claim of node agents, in an exempt namespace",
};

const wordsFor = (fact: Judged, kind: NodeAccess["kind"]): Words =>
  fact.kind === "PersistentVolume" ? VOLUME_WORDS : WORDS[kind];

const explain = (words: Words, taken: readonly NodeAccess[]) => ({
  ...words,
  evidence: taken.map(({ path, text }) => `${path} is ${text}`).join("; "),
});
