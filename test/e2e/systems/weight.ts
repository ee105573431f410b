import { isolationSpec } from "../../../compile/networkPolicy/isolation";
import { inNamespace, type NodeHost } from "../bench/network";
import type { KubeObject } from "../kube/client";
import { JsonLines, type Answered } from "../machine/jsonLines";
import { must } from "../machine/process";
import { membersOf, type System } from "./system";

/** What a node's firewall holds of policies, by what is counted. */
export type FirewallWeight = Readonly<Record<"chains" | "rules" | "sets" | "addresses in sets", number>>;

/** Lines of some command's output that begin so. */
const lines = (text: string, begin: string): number =>
  text.split("\n").filter((line) => line.startsWith(begin)).length;

/** Everything that kube-router has made on some nodes. */
export async function weighFirewalls(nodes: readonly NodeHost[]): Promise<FirewallWeight> {
  const saved = async (command: string, args: readonly string[]) =>
    (await Promise.all(nodes.map(({ name }) => inNamespace(name, command, args)))).join("\n");
  const filter = await saved("iptables-save", ["-t", "filter"]);
  const sets = await saved("ipset", ["save"]);
  return {
    chains: lines(filter, ":KUBE-"),
    rules: lines(filter, "-A "),
    sets: lines(sets, "create "),
    "addresses in sets": lines(sets, "add "),
  };
}

/** Names of the chains that kube-router has made of policies: each of its runs gives them others, but for two that it always has. */
export async function policyChains({ name }: NodeHost): Promise<readonly string[]> {
  const filter = await inNamespace(name, "iptables-save", ["-t", "filter"]);
  return [...filter.matchAll(/^:(KUBE-NWPLCY-(?!DEFAULT|COMMON)\S+)/gm)]
    .flatMap(([, chain]) => chain ?? [])
    .sort();
}

const withIsolation = (objects: readonly KubeObject[], spec: object): readonly KubeObject[] =>
  objects.map((each) =>
    each.kind === "NetworkPolicy" && each.metadata.name === "isolation" ? { ...each, spec } : each,
  );

/** With an `isolation` that has no rules, which means the same as the one with a rule for nobody. */
export const withoutRules = (objects: readonly KubeObject[]): readonly KubeObject[] => {
  const { podSelector, policyTypes } = isolationSpec("enforce");
  return withIsolation(objects, { podSelector, policyTypes });
};

/** With an `isolation` that has rules for everyone. */
export const observed = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  withIsolation(objects, isolationSpec("observe"));

/** A system's namespaces and pods, two of each workload on two nodes, as an API server shows them when they run. */
export function runningPods(system: System): readonly KubeObject[] {
  const own = membersOf(system.application).members.map((member) => ({
    ...member,
    kubeNamespace: system.kubeNamespace,
  }));
  const all = [...own, ...system.neighbours];
  const namespaces = [...new Set(all.map(({ kubeNamespace }) => kubeNamespace))].map((name) => ({
    ...{ apiVersion: "v1", kind: "Namespace" },
    metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
  }));
  const pods = all.flatMap(({ name, kubeNamespace, labels }, i) =>
    system.podNetworks.map((network, n) => {
      const ip = `${network}.${10 + i}`;
      return {
        ...{ apiVersion: "v1", kind: "Pod" },
        metadata: { name: `${name}-${n}`, namespace: kubeNamespace, labels },
        spec: { nodeName: `node-${n}`, containers: [] },
        status: { phase: "Running", hostIP: `10.0.0.${11 + n}`, podIP: ip, podIPs: [{ ip }] },
      };
    }),
  );
  return [...namespaces, ...pods];
}

/**
 * Entries of the maps in which the VPC CNI's agents keep what policies become, of all pods on both nodes.
 * @param program test/e2e/vpc-cni
 */
export async function weighVpcCni(program: string, objects: readonly KubeObject[]): Promise<number> {
  const agents = new JsonLines<Answered & { readonly entries?: number }>("VPC CNI", program, ["unused"]);
  try {
    return (await agents.ask({ weigh: objects })).entries ?? 0;
  } finally {
    agents.stop();
  }
}

/**
 * Entries of the policy maps that Cilium's code makes for all pods.
 * @param program test/e2e/opinions/cilium-policy
 */
export async function weighCilium(program: string, objects: readonly KubeObject[]): Promise<number> {
  const of = (kind: string) => objects.filter((each) => each.kind === kind);
  const nodes = ["node-0", "node-1"].map((name, n) => ({
    metadata: { name },
    status: { addresses: [{ type: "InternalIP", address: `10.0.0.${11 + n}` }] },
  }));
  const asked = {
    ...{ namespaces: of("Namespace"), nodes, pods: of("Pod"), networkPolicies: of("NetworkPolicy") },
    ...{ packets: [], protocols: [], ports: [], weigh: true },
  };
  const answer = await must(program, [], { input: `${JSON.stringify(asked)}\n` });
  return (JSON.parse(answer) as { entries: number }).entries;
}
