import type { Cluster } from "../compile";
import { keepsLabel } from "./ciliumLabels";
import type { Check, Listing, Snapshot } from "./snapshot";

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

interface DaemonSet {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
}

interface NodeClass {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly networkPolicy?: string };
}

/** What of a cluster settings are held against. */
export type SettingsSnapshot = Pick<Snapshot, "nodes" | "daemonSets" | "configMaps" | "nodeClasses">;

/**
 * The live settings that decide what policies and groups do, beside what the config says, or the profile takes for granted. Sources: the README of
 * amazon-vpc-cni-k8s (variables and their defaults), the EKS user guide (Auto Mode), Cilium 1.20's pkg/option and its Helm chart.
 * @param labels what policies select pods by
 */
export function settingsChecks(
  cluster: Cluster,
  snapshot: SettingsSnapshot,
  labels: readonly string[],
): readonly Check[] {
  switch (cluster.cni) {
    case "aws-vpc-cni":
      return isAutoMode(snapshot) ? autoMode(cluster, snapshot) : vpcCni(cluster, snapshot.daemonSets);
    case "cilium":
      return cilium(snapshot.configMaps, labels);
    case "k3s":
    case "calico":
    case "azure":
      return [];
  }
}

/** Whether all nodes are EKS Auto Mode's, which has no DaemonSet aws-node; nodes that can't be read say nothing. */
export function isAutoMode({ nodes }: Pick<Snapshot, "nodes">): boolean {
  const all = (nodes ?? []) as readonly { readonly metadata: { readonly labels?: Record<string, string> } }[];
  return (
    all.length > 0 &&
    all.every(({ metadata }) => metadata.labels?.["eks.amazonaws.com/compute-type"] === "auto")
  );
}

/** A variable of the container aws-node: what it has to be, what it is where nobody sets it, and what it is about. */
interface Setting {
  readonly variable: string;
  readonly wanted: string;
  readonly default: string;
  readonly field: string;
}

function vpcCni({ aws }: Cluster, listing: Listing): readonly Check[] {
  if (aws === undefined) return [];
  const groups = aws.podSecurityGroups !== "off";
  const settings: readonly Setting[] = [
    {
      ...{ variable: "NETWORK_POLICY_ENFORCING_MODE", default: "standard" },
      ...{ wanted: aws.networkPolicyEnforcingMode, field: "aws.networkPolicyEnforcingMode" },
    },
    ...(groups
      ? [
          {
            ...{ variable: "AWS_VPC_K8S_CNI_EXTERNALSNAT", default: "false" },
            ...{ wanted: String(aws.externalSnat), field: "aws.externalSnat" },
          },
          {
            ...{ variable: "POD_SECURITY_GROUP_ENFORCING_MODE", default: "strict" },
            ...{ wanted: "standard", field: "aws.podSecurityGroupEnforcingMode" },
          },
          {
            ...{ variable: "ENABLE_POD_ENI", default: "false" },
            ...{ wanted: "true", field: "aws.podSecurityGroups" },
          },
        ]
      : []),
  ];
  const daemonSet = ((listing ?? []) as readonly DaemonSet[]).find(
    ({ metadata }) => metadata.name === "aws-node",
  );
  const node = daemonSet?.spec?.template?.spec?.containers?.find(({ name }) => name === "aws-node");
  // That there is none is the enforcement's to say.
  if (node === undefined && listing !== undefined) return [];
  return settings.map((setting) => setIn(setting, node));
}

function setIn({ variable, wanted, default: unset, field }: Setting, node: Container | undefined): Check {
  const subject = field;
  if (node === undefined) return { subject, state: "unknown", detail: "the DaemonSets can't be read" };
  const found = node.env?.find(({ name }) => name === variable);
  if (found?.valueFrom !== undefined)
    return { subject, state: "unknown", detail: `${variable} of aws-node comes from elsewhere` };
  const live = found?.value ?? unset;
  const detail = `aws-node has ${variable}=${live}${found === undefined ? ", its default" : ""}`;
  return live === wanted
    ? { subject, state: "ok", detail }
    : {
        subject,
        state: "wrong",
        detail: `${detail}; the config is for ${wanted}. Correct the config, or set it on the VPC CNI.`,
      };
}

/** Auto Mode's own: its NodeClasses say how pods start. */
function autoMode({ aws }: Cluster, { nodeClasses }: SettingsSnapshot): readonly Check[] {
  if (aws === undefined) return [];
  const subject = "aws.networkPolicyEnforcingMode";
  if (nodeClasses === undefined)
    return [{ subject, state: "unknown", detail: "the NodeClasses of Auto Mode can't be read" }];
  const wanted = aws.networkPolicyEnforcingMode === "strict" ? "DefaultDeny" : "DefaultAllow";
  const others = (nodeClasses as readonly NodeClass[]).filter(
    ({ spec }) => (spec?.networkPolicy ?? "DefaultAllow") !== wanted,
  );
  const names = others.map(({ metadata }) => metadata.name).join(", ");
  return [
    others.length === 0
      ? { subject, state: "ok", detail: `every NodeClass has networkPolicy: ${wanted}` }
      : {
          subject,
          state: "wrong",
          detail: `NodeClass ${names} has a networkPolicy other than ${wanted}, which aws.networkPolicyEnforcingMode ${aws.networkPolicyEnforcingMode} means. Correct the config, or the NodeClass.`,
        },
  ];
}

function cilium(configMaps: Snapshot["configMaps"], labels: readonly string[]): readonly Check[] {
  const config = configMaps.get("cilium-config");
  const about = ["policy-cidr-match-mode", "enable-sctp", "labels"].map((key) => `cilium-config ${key}`);
  if (config === undefined)
    return about.map((subject) => ({ subject, state: "unknown", detail: "the ConfigMap can't be read" }));
  const [cidr = "", sctp = "", kept = ""] = about;
  const mode = config["policy-cidr-match-mode"]?.trim() ?? "";
  const lost = labels.filter((label) => !keepsLabel(config["labels"] ?? "", label));
  return [
    mode === ""
      ? { subject: cidr, state: "ok", detail: "blocks match neither pods nor nodes" }
      : {
          subject: cidr,
          state: "wrong",
          detail: `blocks match ${mode.split(/[\s,]+/).join(" and ")} too: a block that holds their addresses opens them. Plans are for Cilium's default, which is none; reach and explain take --cidr-match.`,
        },
    {
      ...{ subject: sctp, state: "ok" },
      detail:
        config["enable-sctp"] === "true"
          ? "SCTP is judged by policies"
          : "SCTP from and to pods is dropped, whatever policies say",
    },
    lost.length === 0
      ? { subject: kept, state: "ok", detail: "every label that policies select by is part of an identity" }
      : {
          subject: kept,
          state: "wrong",
          detail: `${lost.join(", ")} ${lost.length === 1 ? "isn't" : "aren't"} part of an identity: policies that select by ${lost.length === 1 ? "it" : "them"} select nobody. Add ${lost.length === 1 ? "it" : "them"} to labels, and restart the agents.`,
        },
  ];
}
