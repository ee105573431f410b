import { aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const OPEN = "eks-not-open-to-internet";
const CNI = "network-policy-cni-safe";

const cluster = (vpcConfig: unknown) => [aws("eks/cluster:Cluster", "cluster", { vpcConfig })];
const nodes = (remoteAccess: unknown) => [aws("eks/nodeGroup:NodeGroup", "nodes", { remoteAccess })];
const addon = (configurationValues: unknown, addonName: unknown = "vpc-cni") => [
  aws("eks/addon:Addon", "cni", { addonName, configurationValues }),
];
const values = (enableNetworkPolicy: unknown) => JSON.stringify({ enableNetworkPolicy });

const api = casesOf(OPEN, "CIS EKS 5.4.1 and 5.4.2, control plane endpoint");
const allowed = casesOf(OPEN, "clusters whose operators have no VPN", { allowPublicApi: true });
const login = casesOf(OPEN, "Checkov's check about SSH from 0.0.0.0/0 to node groups");
const policies = casesOf(CNI, "EKS guide: network policies are off unless the add-on is told", {
  cni: ["aws-vpc-cni"],
});
const elsewhere = casesOf(CNI, "a cluster where Calico enforces policies", { cni: ["calico"] });

/** EKS: its API, its nodes and its CNI. */
export const EKS_CASES: readonly Case[] = [
  api(
    "eks-api-by-default",
    "A cluster that says nothing of its endpoint",
    cluster({ subnetIds: [] }),
    "cluster",
  ),
  api(
    "eks-api-for-all",
    "A cluster whose API is open to 0.0.0.0/0",
    cluster({ publicAccessCidrs: ["0.0.0.0/0"] }),
    "cluster",
  ),
  api(
    "eks-api-in-halves",
    "A cluster whose API is open to two halves of the world",
    cluster({ publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] }),
    "cluster",
  ),
  api(
    "eks-api-empty-list",
    "An empty list of blocks is AWS's default",
    cluster({ endpointPublicAccess: true, publicAccessCidrs: [] }),
    "cluster",
  ),
  api(
    "eks-api-for-office",
    "A cluster whose API is open to an office",
    cluster({ publicAccessCidrs: ["198.51.100.0/24"] }),
  ),
  api(
    "eks-api-private",
    "A cluster without a public endpoint",
    cluster({ endpointPublicAccess: false, endpointPrivateAccess: true }),
  ),
  api("eks-api-private-as-text", "The same, said by a text", cluster({ endpointPublicAccess: "false" })),
  api(
    "eks-api-unknown",
    "The deployment tells whether the API is public",
    cluster({ endpointPublicAccess: UNKNOWN }),
    "cluster?",
  ),
  api(
    "eks-api-unknown-blocks",
    "The deployment tells who reaches the API",
    cluster({ publicAccessCidrs: [UNKNOWN] }),
    "cluster?",
  ),
  api(
    "eks-api-world-and-unknown",
    "Everybody, beside a block not yet known",
    cluster({ publicAccessCidrs: ["0.0.0.0/0", UNKNOWN] }),
    "cluster",
  ),
  api("eks-api-unknown-config", "The deployment tells all of it", cluster(UNKNOWN), "cluster?"),
  allowed("eks-api-allowed", "A public API that the configuration allows", cluster({})),
  login(
    "node-login-for-all",
    "Nodes with a key pair that everybody may use",
    nodes({ ec2SshKey: "ops" }),
    "nodes",
  ),
  login(
    "node-login-empty-groups",
    "An empty list of groups is everybody",
    nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: [] }),
    "nodes",
  ),
  login(
    "node-login-unknown-key",
    "A key pair that is made in the same program, and no group",
    nodes({ ec2SshKey: UNKNOWN }),
    "nodes?",
  ),
  login(
    "node-login-by-group",
    "Nodes that a bastion's group logs in to",
    nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: ["sg-1"] }),
  ),
  login(
    "node-login-unknown-groups",
    "The deployment tells the groups",
    nodes({ ec2SshKey: "ops", sourceSecurityGroupIds: UNKNOWN }),
    "nodes?",
  ),
  login("node-login-none", "Nodes that nobody logs in to", nodes(undefined)),
  policies("vpc-cni-unset", "The VPC CNI's add-on without a configuration", addon(undefined), "cni"),
  policies("vpc-cni-off", "The add-on that enforces nothing", addon(values("false")), "cni"),
  policies(
    "vpc-cni-other-case",
    "The key in another case is another key",
    addon(JSON.stringify({ enableNetworkpolicy: "true" })),
    "cni",
  ),
  policies("vpc-cni-on", "The add-on that enforces policies", addon(values("true"))),
  policies("vpc-cni-on-as-truth", "The same, as true", addon(values(true))),
  policies("vpc-cni-unknown", "The deployment tells the configuration", addon(UNKNOWN), "cni?"),
  policies(
    "vpc-cni-unknown-name",
    "The deployment tells which add-on it is",
    addon(undefined, UNKNOWN),
    "cni?",
  ),
  policies("other-addon", "Another add-on", addon(undefined, "coredns")),
  elsewhere("vpc-cni-beside-calico", "The VPC CNI's add-on where another one enforces", addon(undefined)),
];
