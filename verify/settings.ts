import type { Cluster } from "../compile";
import type { PolicyUses } from "../compile/networkPolicy";
import { keptByCilium } from "../kubernetes";
import type { Check, Snapshot } from "./snapshot";
import { vpcCniSettings } from "./vpcCniSettings";

/** What of a cluster settings are held against. */
export type SettingsSnapshot = Pick<Snapshot, "nodes" | "daemonSets" | "configMaps" | "nodeClasses">;

/**
 * The live settings that decide what policies and groups do, beside what the config says, or the profile takes for granted. Sources: the README of
 * amazon-vpc-cni-k8s (variables and their defaults) and of aws-network-policy-agent, the EKS user guide (Auto Mode), Cilium 1.20's pkg/option
 * and its Helm chart.
 * @param uses what the planned policies rely on
 */
export function settingsChecks(
  cluster: Cluster,
  snapshot: SettingsSnapshot,
  uses: PolicyUses,
): readonly Check[] {
  switch (cluster.cni) {
    case "aws-vpc-cni":
      return vpcCniSettings(cluster, snapshot);
    case "cilium":
      return cilium(snapshot.configMaps, uses);
    case "k3s":
    case "calico":
    case "azure":
      return [];
  }
}

function cilium(
  configMaps: Snapshot["configMaps"],
  { labels, sctp: usesSctp }: PolicyUses,
): readonly Check[] {
  const config = configMaps.get("cilium-config");
  const about = ["policy-cidr-match-mode", "enable-sctp", "labels", LOCAL, NODE_LABELS].map(
    (key) => `cilium-config ${key}`,
  );
  if (config === undefined)
    return about.map((subject) => ({ subject, state: "unknown", detail: "the ConfigMap can't be read" }));
  const [cidr = "", sctp = "", kept = "", local = "", nodes = ""] = about;
  const mode = config["policy-cidr-match-mode"]?.trim() ?? "";
  const lost = labels.filter((label) => !keptByCilium(config["labels"] ?? "", label));
  return [
    mode === ""
      ? { subject: cidr, state: "ok", detail: "blocks match neither pods nor nodes" }
      : {
          subject: cidr,
          state: "wrong",
          detail: `blocks match ${mode.split(/[\s,]+/).join(" and ")} too: a block that holds their addresses opens them${mode.includes("nodes") ? ", and one that holds any address of a pod's own node opens all of it" : ""}. Plans are for Cilium's default, which is none; reach and explain take --cidr-match.`,
        },
    sctpCheck(sctp, config["enable-sctp"] === "true", usesSctp),
    lost.length === 0
      ? { subject: kept, state: "ok", detail: "every label that policies select by is part of an identity" }
      : {
          subject: kept,
          state: "wrong",
          detail: `${lost.join(", ")} ${lost.length === 1 ? "isn't" : "aren't"} part of an identity: policies that select by ${lost.length === 1 ? "it" : "them"} select nobody. Add ${lost.length === 1 ? "it" : "them"} to labels, and restart the agents.`,
        },
    { subject: local, ...localCluster(config) },
    {
      subject: nodes,
      state: "ok",
      detail:
        config[NODE_LABELS] === "true"
          ? `nodes have labels, so ${leavesOut} matches nodes too; plans have none`
          : "no selector matches nodes",
    },
  ];
}

const LOCAL = "policy-default-local-cluster";
const NODE_LABELS = "enable-node-selector-labels";
const leavesOut = "a namespaceSelector that only leaves out (NotIn, DoesNotExist)";

/** Whose pods selectors match. Sources: 1.20.2, pkg/clustermesh/types/option.go, pkg/k8s/network_policy.go; cilium#46949. */
function localCluster(config: Readonly<Record<string, string>>): Pick<Check, "state" | "detail"> {
  const detail = "selectors match pods of this cluster only";
  const everybody = `selectors match pods of every cluster of a mesh, and ${leavesOut} matches nodes and addresses outside too. Set it to true, and restart the agents.`;
  const value = config[LOCAL]?.trim() ?? "";
  if (value === "true") return { state: "ok", detail };
  if (value !== "") return { state: "wrong", detail: everybody };
  return /^0?$/.test(config["cluster-id"]?.trim() ?? "")
    ? { state: "ok", detail: "selectors match pods of this cluster only: it is part of no mesh" }
    : {
        state: "unknown",
        detail: `it isn't set, which before Cilium 1.19 means that ${everybody}`,
      };
}

function sctpCheck(subject: string, enabled: boolean, uses: boolean): Check {
  if (enabled) return { subject, state: "ok", detail: "SCTP is judged by policies" };
  const dropped = "SCTP from and to pods is dropped, whatever policies say";
  return uses
    ? {
        subject,
        state: "wrong",
        detail: `${dropped}, and policies admit some. Set enable-sctp: "true", and restart the agents.`,
      }
    : { subject, state: "ok", detail: dropped };
}
