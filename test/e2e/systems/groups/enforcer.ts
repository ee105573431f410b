import { refuseAloud } from "../../bench/network";
import { run } from "../../machine/process";
import type { KubeObject } from "../../kube/client";
import type { SystemStage } from "../stage";
import type { AccountGroups } from "./account";
import { firewallOf, type Interface } from "./firewall";

type Labels = Readonly<Record<string, string>>;

interface GroupPolicySpec {
  readonly podSelector?: { readonly matchLabels?: Labels; readonly matchExpressions?: unknown };
  readonly serviceAccountSelector?: unknown;
  readonly securityGroups: { readonly groupIds: readonly string[] };
}

/** The groups that SecurityGroupPolicies give a pod; empty where none selects it. @throws Error for other selectors */
function ownGroups(
  policies: readonly KubeObject[],
  kubeNamespace: string,
  labels: Labels,
): readonly string[] {
  const selecting = policies.filter(({ metadata, spec }) => {
    const { podSelector, serviceAccountSelector } = spec as GroupPolicySpec;
    if (podSelector === undefined || serviceAccountSelector !== undefined || podSelector.matchExpressions) {
      throw new Error(
        `SecurityGroupPolicy ${metadata.name}: the enforcer knows podSelector.matchLabels only`,
      );
    }
    if (metadata.namespace !== kubeNamespace) return false;
    return Object.entries(podSelector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  });
  return [...new Set(selecting.flatMap(({ spec }) => (spec as GroupPolicySpec).securityGroups.groupIds))];
}

/** Who stands where, and what a pod without groups of its own has. */
export interface Placing {
  /** What the account guards (a database's identifier, an endpoint's id), by the stage's name of its host. */
  readonly guarded: Readonly<Record<string, string>>;
  readonly nodeGroup: string;
}

/** Every interface with its groups: pods by the live SecurityGroupPolicies, databases and endpoints by the account. */
async function interfacesOf(
  stage: SystemStage,
  account: AccountGroups,
  placing: Placing,
): Promise<Interface[]> {
  const { kube, nodes } = stage.cluster;
  const policies = await kube.list("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy");
  const pods = new Map((await kube.list("v1", "Pod")).map((pod) => [nameOf(pod), pod]));
  return stage.ends.flatMap(({ name, host }): Interface[] => {
    const pod = pods.get(name);
    if (pod !== undefined) {
      const labels = (pod.metadata["labels"] ?? {}) as Labels;
      const own = ownGroups(policies, pod.metadata.namespace ?? "", labels);
      const { nodeName } = pod["spec"] as { nodeName: string };
      const node = nodes.find((each) => each.name === nodeName)?.address;
      return [{ ...host, node, groups: own.length > 0 ? own : [placing.nodeGroup] }];
    }
    const guarded = placing.guarded[name];
    if (guarded === undefined) return [];
    const groups = account.guarded.get(guarded);
    if (groups === undefined) throw new Error(`the account has no ${guarded}`);
    return [{ ...host, node: undefined, groups }];
  });
}

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** Programs every interface by its groups' rules; returns how many rules of nftables that took. */
export async function enforceGroups(
  stage: SystemStage,
  account: AccountGroups,
  placing: Placing,
): Promise<number> {
  const interfaces = await interfacesOf(stage, account, placing);
  let lines = 0;
  for (const own of interfaces) {
    const ruleset = firewallOf(own, interfaces, account.rules);
    lines += ruleset.split(" accept\n").length - 1;
    await refuseAloud(own.namespace);
    const done = await run("ip", ["netns", "exec", own.namespace, "nft", "-f", "-"], { input: ruleset });
    if (done.code !== 0) throw new Error(`${own.namespace}: ${done.stderr}\n${ruleset}`);
    await run("ip", ["netns", "exec", own.namespace, "conntrack", "-F"]);
  }
  return lines;
}
