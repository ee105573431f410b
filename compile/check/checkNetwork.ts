// Tests: test/config/aws.test.ts
import { below, type Place, type Problem, quote } from "../../problems";
import { AddressSet } from "../../net";
import { clusterAddresses, validBlocks } from "../addresses";
import type { Cluster } from "../cluster";
import { type NodeFacts, branchInterfaceProblems } from "./branchInterfaces";
import type { AwsNetwork, GivenGroup } from "../aws/network";

/** What has to be known of a cluster's VPC to check it; what is checked away is in no `AwsNetwork`. */
export interface NetworkFacts {
  readonly network: AwsNetwork;
  /** POD_SECURITY_GROUP_ENFORCING_MODE of the VPC CNI. */
  readonly podSecurityGroupEnforcingMode: "standard" | "strict";
  readonly nodes: NodeFacts;
}

/**
 * What is wrong with a cluster's VPC facts, whatever runs on it. `at` begins each subject: "clusters[0].aws.".
 * Source of what is not supported: EKS user guide, "Assign security groups to individual Pods".
 */
export function checkNetwork(
  { network, nodes, ...facts }: NetworkFacts,
  cluster: Cluster,
  at: Place,
): Problem[] {
  return [
    ...checkCni(cluster, at),
    ...checkEnforcingMode(facts.podSecurityGroupEnforcingMode, at),
    ...checkNodes(nodes, network, at),
    ...checkAddresses(network, cluster, at),
    ...checkIds(network, at),
    ...checkQuotas(network, at),
  ];
}

function checkCni({ cni }: Cluster, at: Place): Problem[] {
  if (cni === "aws-vpc-cni") return [];
  return [
    {
      place: below(at, "podSecurityGroups"),
      message: `cluster's cni is ${cni}: pods have no addresses of the VPC, so no security group tells them apart`,
      remedy: "Use cni: aws-vpc-cni, or remove aws from this cluster",
    },
  ];
}

function checkEnforcingMode(mode: "standard" | "strict", at: Place): Problem[] {
  if (mode === "standard") return [];
  return [
    {
      place: below(at, "podSecurityGroupEnforcingMode"),
      message:
        "AWS supports NetworkPolicy with standard only: strict bypasses it, NodeLocal DNSCache and the Pod Identity agent",
      remedy: "Set POD_SECURITY_GROUP_ENFORCING_MODE=standard on the VPC CNI, and write standard here",
    },
  ];
}

/** From this minor version of Kubernetes 1 on, EKS Auto Mode gives pods security groups of their own. */
const AUTO_MODE_SINCE = 36;

function checkNodes(nodes: NodeFacts, { podSecurityGroups: mode }: AwsNetwork, at: Place): Problem[] {
  const problems: Problem[] = [];
  const refuse = (key: string, message: string, remedy: string) =>
    problems.push({ place: below(at, "nodes", key), message, remedy });
  if (nodes.fargate) {
    refuse("fargate", "NetworkPolicies are not enforced on Fargate", "Run the applications on EC2 nodes");
  }
  if (nodes.windows) {
    refuse(
      "windows",
      "Windows nodes enforce no NetworkPolicies and give pods no security groups",
      "Run the applications on Linux nodes",
    );
  }
  const version = /^1\.(\d+)$/.exec(nodes.kubernetesVersion);
  if (version === null) {
    refuse("kubernetesVersion", `${quote(nodes.kubernetesVersion)} isn't a version`, 'Write it as "1.36"');
  } else if (nodes.autoMode && mode !== "off" && Number(version[1]) < AUTO_MODE_SINCE) {
    refuse(
      "autoMode",
      `EKS Auto Mode gives pods no security groups before Kubernetes 1.${AUTO_MODE_SINCE}, and this is ${nodes.kubernetesVersion}`,
      "Update the cluster, use managed node groups, or set podSecurityGroups: off",
    );
  }
  return mode === "off" ? problems : [...problems, ...branchInterfaceProblems(nodes, below(at, "nodes"))];
}

function checkAddresses({ vpc, ipFamily }: AwsNetwork, cluster: Cluster, at: Place): Problem[] {
  const { pods, nodes, families } = clusterAddresses(cluster);
  const problems: Problem[] = [];
  const outside = pods.union(nodes).subtract(validBlocks(vpc.cidrs));
  if (!outside.isEmpty()) {
    problems.push({
      place: below(at, "vpc", "cidrs"),
      message: `pods or nodes have addresses outside the VPC: ${outside.toString()}`,
      remedy: "Give all CIDRs of the VPC, secondary ones too",
    });
  }
  const wanted = ipFamily === "ipv4" ? 4 : 6;
  if (!families.includes(wanted)) {
    problems.push({
      place: below(at, "ipFamily"),
      message: `is ${ipFamily}, but podCidrs are ${families.map((family) => `IPv${family}`).join(" and ")}`,
      remedy: "Correct the one that is wrong",
    });
  }
  if (ipFamily === "ipv6" && !validBlocks(vpc.cidrs).overlaps(AddressSet.allV6)) {
    problems.push({
      place: below(at, "vpc", "cidrs"),
      message: "the cluster is IPv6, and the VPC's IPv6 CIDR is missing",
      remedy: "Add it",
    });
  }
  return problems;
}

const SHAPES = {
  vpc: [/^vpc-[0-9a-f]{8,17}$/, "a VPC's id", "Write vpc-…"],
  group: [/^sg-[0-9a-f]{8,17}$/, "a security group's id", "Write sg-…"],
  account: [/^\d{12}$/, "an account's id", "Write its 12 digits, in quotes"],
  region: [/^[a-z]{2}(-[a-z]+)+-\d$/, "a region", "Write its code, such as us-east-1"],
  principal: [
    /^arn:[a-z-]+:iam::\d{12}:(role|user)\/[^*?]+$/,
    "a principal's ARN",
    "Write arn:aws:iam::…:role/…",
  ],
  endpoint: [/^vpce-[0-9a-z]{3,17}$/, "a VPC endpoint's id", "Write vpce-…"],
  prefixList: [/^pl-[0-9a-f]{8,17}$/, "a prefix list's id", "Write pl-…"],
} as const;

function checkIds(network: AwsNetwork, at: Place): Problem[] {
  const { groups, endpoints, principals } = network;
  const shape = (key: string, kind: keyof typeof SHAPES, value: string): Problem[] => {
    const [pattern, what, remedy] = SHAPES[kind];
    return pattern.test(value)
      ? []
      : [{ place: below(at, ...key.split(".")), message: `${quote(value)} isn't ${what}`, remedy }];
  };
  const group = (key: string, { id }: GivenGroup) => shape(`${key}.id`, "group", id);
  const { s3, sts, secretsManager } = endpoints;
  return [
    ...shape("region", "region", network.region),
    ...shape("account", "account", network.account),
    ...shape("vpc.id", "vpc", network.vpc.id),
    ...group("groups.node", groups.node),
    ...group("groups.controlPlane", groups.controlPlane),
    ...group("groups.dns", groups.dns),
    ...Object.entries(groups.platform).flatMap(([name, one]) => group(`groups.platform.${name}`, one)),
    ...(groups.dnsClient === undefined ? [] : shape("groups.dnsClient", "group", groups.dnsClient)),
    ...(sts === undefined ? [] : group("endpoints.sts.group", sts.group)),
    ...(secretsManager === undefined ? [] : group("endpoints.secretsManager.group", secretsManager.group)),
    ...(s3?.source.kind === "existing" ? shape("endpoints.s3.source.id", "endpoint", s3.source.id) : []),
    ...(s3?.kind === "gateway" ? shape("endpoints.s3.prefixList.id", "prefixList", s3.prefixList.id) : []),
    ...(s3?.kind === "interface" && s3.source.kind === "existing"
      ? group("endpoints.s3.source.group", s3.source.group)
      : []),
    ...(principals === undefined
      ? []
      : [
          ...shape("principals.deployer", "principal", principals.deployer),
          ...shape("principals.breakGlass", "principal", principals.breakGlass),
        ]),
  ];
}

/** AWS: at most 16 groups on an interface, whatever the quota; and groups times rules have a quota too. */
function checkQuotas({ quotas }: AwsNetwork, at: Place): Problem[] {
  const problems: Problem[] = [];
  const { rulesPerGroup, groupsPerInterface, rulesPerInterface } = quotas;
  if (groupsPerInterface > 16) {
    problems.push({
      place: below(at, "quotas", "groupsPerInterface"),
      message: `${groupsPerInterface}, and AWS raises it to 16 at most`,
      remedy: "Write the account's quota",
    });
  }
  if (rulesPerGroup * groupsPerInterface > rulesPerInterface) {
    problems.push({
      place: below(at, "quotas"),
      message: `${groupsPerInterface} groups of ${rulesPerGroup} rules are ${rulesPerGroup * groupsPerInterface}, and the quota is ${rulesPerInterface} on an interface`,
      remedy: "Write the account's quotas",
    });
  }
  return problems;
}
