import type { AwsNetwork, GivenGroup, InterfaceEndpoint } from "../compile/aws";
import type { Cluster } from "../compile";
import type { Application, FlowEnd } from "../flows";
import { AddressSet } from "../net";
import type { DeclaredAddresses, DeclaredEnd, DeclaredGroup, DeclaredNetwork } from "./declaration";
import type { ApplicationToDeclare } from "./toDeclare";

/** What an end is to security groups; nothing on a cluster without any, and nothing for pods: they carry theirs. */
export function awsGroups(
  end: FlowEnd | { readonly kind: "dns" | "secrets-manager" },
  declared: ApplicationToDeclare,
): DeclaredGroup[] {
  const { cluster, placement, component } = declared;
  const { aws } = cluster;
  if (aws === undefined) return [];
  switch (end.kind) {
    case "workload":
    case "application":
    case "pods":
    case "cidr":
    case "internet":
      return [];
    case "platform": {
      const own = Object.hasOwn(aws.groups.platform, end.service)
        ? aws.groups.platform[end.service]
        : undefined;
      return own === undefined ? [] : [clusterGroup(own)];
    }
    case "dns":
      return [clusterGroup(aws.groups.dns)];
    case "kubernetes-api":
      return [clusterGroup(aws.groups.controlPlane)];
    case "database": {
      const source = placement.aws?.databases[end.database]?.source;
      if (source === undefined) return [];
      return source.kind === "existing" && source.group.kind === "given"
        ? [given(source.group.group, "nobody")]
        : [{ kind: "made", component: `${component}/${end.database}`, group: end.database }];
    }
    case "bucket": {
      const { s3 } = aws.endpoints;
      if (s3 === undefined) return [];
      if (s3.kind === "gateway") return [{ kind: "prefix-list", id: s3.prefixList.id }];
      return s3.source.kind === "new"
        ? [{ kind: "made", component: cluster.name, group: "s3-endpoint" }]
        : [endpoint(s3.source)];
    }
    case "cloud-identity":
      return placement.identity?.kind === "irsa" && aws.endpoints.sts !== undefined
        ? [endpoint(aws.endpoints.sts)]
        : [];
    case "secrets-manager":
      return aws.endpoints.secretsManager === undefined ? [] : [endpoint(aws.endpoints.secretsManager)];
  }
}

/** The cluster's groups. */
export const awsNetwork = ({
  podSecurityGroups,
  groups,
  vpc,
  externalSnat,
}: AwsNetwork): DeclaredNetwork => ({
  podSecurityGroups,
  node: clusterGroup(groups.node),
  vpc: vpc.cidrs,
  externalSnat,
});

/** Whether pods get groups of their own: those of a workload, or of an instance, with a flow to a database or bucket. */
export function hasOwnGroup(
  { flows }: Application,
  { workload, id }: { readonly workload: string; readonly id: string },
  aws: AwsNetwork | undefined,
): boolean {
  if (aws === undefined || aws.podSecurityGroups === "off") return false;
  return flows.some(
    ({ from, to }) =>
      (to.kind === "database" || to.kind === "bucket") &&
      from.kind === "workload" &&
      from.workload === workload &&
      (from.instance === undefined || `${workload}/${from.instance}` === id),
  );
}

/** Without external SNAT, what leaves the VPC leaves as the node: its group is a source of the flow as well. */
export function withNodes(from: DeclaredEnd, to: DeclaredEnd, { aws }: Cluster): DeclaredEnd {
  if (aws === undefined || aws.externalSnat || from.kind !== "workload" || !leavesVpc(to, aws)) return from;
  return { ...from, groups: [...from.groups, clusterGroup(aws.groups.node)] };
}

function leavesVpc({ groups, addresses }: DeclaredEnd, { vpc }: AwsNetwork): boolean {
  if (groups.some(({ kind }) => kind === "prefix-list")) return true;
  const inside = AddressSet.of(...vpc.cidrs);
  return addresses.some(
    (one: DeclaredAddresses) => one.kind === "internet" || !inside.covers(AddressSet.of(...one.cidrs)),
  );
}

const given = ({ id, egress }: GivenGroup, admits: "anyone" | "given-groups" | "nobody"): DeclaredGroup => ({
  kind: "given",
  id,
  admits,
  openEgress: egress === "open",
});

/** The cluster's own groups let each other through. */
const clusterGroup = (group: GivenGroup): DeclaredGroup => given(group, "given-groups");

const endpoint = ({ group, ingress }: Pick<InterfaceEndpoint, "group" | "ingress">): DeclaredGroup =>
  given(group, ingress === "vpc" ? "anyone" : "nobody");
