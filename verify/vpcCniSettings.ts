// Tests: test/verify/settings.test.ts
import { type Cluster, clusterAddresses } from "../compile";
import type { Family } from "../net";
import type { Check, Listing, Snapshot } from "./snapshot";

interface Container {
  readonly name: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
}

interface DaemonSet {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
}

interface NodeClass {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly networkPolicy?: string;
    readonly advancedNetworking?: { readonly enableV4Egress?: boolean };
  };
}

/** What the VPC CNI is set to, beside what the config says. */
export function vpcCniSettings(
  cluster: Cluster,
  snapshot: Pick<Snapshot, "nodes" | "daemonSets" | "nodeClasses">,
): readonly Check[] {
  return isAutoMode(snapshot)
    ? autoMode(cluster, snapshot.nodeClasses)
    : vpcCni(cluster, snapshot.daemonSets);
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

function vpcCni(cluster: Cluster, listing: Listing): readonly Check[] {
  const daemonSet = ((listing ?? []) as readonly DaemonSet[]).find(
    ({ metadata }) => metadata.name === "aws-node",
  );
  const containers = daemonSet?.spec?.template?.spec?.containers;
  const node = containers?.find(({ name }) => name === "aws-node");
  // That there is none is the enforcement's to say.
  if (node === undefined && listing !== undefined) return [];
  return [
    ...wantedOf(cluster).map((setting) => setIn(setting, node)),
    ...familiesOf(cluster).flatMap((family) => [
      ...agentsFamily(family, containers),
      egressOfOther(family, node),
    ]),
  ];
}

function wantedOf({ aws }: Cluster): readonly Setting[] {
  if (aws === undefined) return [];
  const mode: Setting = {
    ...{ variable: "NETWORK_POLICY_ENFORCING_MODE", default: "standard" },
    ...{ wanted: aws.networkPolicyEnforcingMode, field: "aws.networkPolicyEnforcingMode" },
  };
  if (aws.podSecurityGroups === "off") return [mode];
  return [
    mode,
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
  ];
}

/** The family of a cluster's pods: on the VPC CNI it is one. */
const familiesOf = (cluster: Cluster): readonly Family[] => clusterAddresses(cluster).families.slice(0, 1);

const otherThan = (family: Family): Family => (family === 4 ? 6 : 4);

/** The agent filters one family, whatever pods have. That there is no agent is the enforcement's to say. */
function agentsFamily(family: Family, containers: readonly Container[] | undefined): readonly Check[] {
  const subject = "the agent's IP family";
  if (containers === undefined)
    return [{ subject, state: "unknown", detail: "the DaemonSets can't be read" }];
  const agent = containers.find(({ name }) => name === "aws-eks-nodeagent");
  if (agent === undefined) return [];
  const filters = (agent.args ?? []).includes("--enable-ipv6=true") ? 6 : 4;
  return [
    filters === family
      ? { subject, state: "ok", detail: `it filters IPv${family}, which podCidrs are` }
      : {
          subject,
          state: "wrong",
          detail: `DaemonSet aws-node runs its agent ${filters === 6 ? "with" : "without"} --enable-ipv6=true, so it filters IPv${filters}, and podCidrs are IPv${family}: nothing filters what these pods exchange. Correct podCidrs, or the add-on.`,
        },
  ];
}

/** What pods send by the family that isn't the cluster's leaves by an interface that no policy is about. */
function egressOfOther(family: Family, node: Container | undefined): Check {
  const other = otherThan(family);
  const check = setIn(
    {
      ...{ variable: `ENABLE_V${other}_EGRESS`, default: String(other === 4) },
      ...{ wanted: "false", field: `egress by IPv${other}` },
    },
    node,
  );
  return check.state === "wrong"
    ? {
        ...check,
        detail: `${check.detail.split(";")[0] ?? ""}: ${unfiltered(other)} Set it to false, and replace the nodes.`,
      }
    : check;
}

const unfiltered = (other: Family): string => `what pods send by IPv${other} passes whatever policies say.`;

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

/** Auto Mode's own: its NodeClasses say how pods start, and whether pods with IPv6 addresses send by IPv4. */
function autoMode(cluster: Cluster, nodeClasses: Listing): readonly Check[] {
  const all = nodeClasses as readonly NodeClass[] | undefined;
  const mode = cluster.aws?.networkPolicyEnforcingMode;
  const wanted = mode === "strict" ? "DefaultDeny" : "DefaultAllow";
  return [
    ...(mode === undefined
      ? []
      : [
          inNodeClasses(all, "aws.networkPolicyEnforcingMode", {
            is: ({ spec }) => (spec?.networkPolicy ?? "DefaultAllow") === wanted,
            ok: `networkPolicy: ${wanted}`,
            wrong: `has a networkPolicy other than ${wanted}, which aws.networkPolicyEnforcingMode ${mode} means. Correct the config, or the NodeClass.`,
          }),
        ]),
    ...(familiesOf(cluster).includes(6)
      ? [
          inNodeClasses(all, "egress by IPv4", {
            is: ({ spec }) => spec?.advancedNetworking?.enableV4Egress === false,
            ok: "advancedNetworking.enableV4Egress: false",
            wrong: `doesn't have advancedNetworking.enableV4Egress: false: ${unfiltered(4)} Set it, and replace the nodes.`,
          }),
        ]
      : []),
  ];
}

function inNodeClasses(
  all: readonly NodeClass[] | undefined,
  subject: string,
  {
    is,
    ok,
    wrong,
  }: { readonly is: (one: NodeClass) => boolean; readonly ok: string; readonly wrong: string },
): Check {
  if (all === undefined)
    return { subject, state: "unknown", detail: "the NodeClasses of Auto Mode can't be read" };
  const others = all.filter((one) => !is(one));
  const names = others.map(({ metadata }) => metadata.name).join(", ");
  return others.length === 0
    ? { subject, state: "ok", detail: `every NodeClass has ${ok}` }
    : { subject, state: "wrong", detail: `NodeClass ${names} ${wrong}` };
}
