// Tests: test/policypack/judgedBy.test.ts
import { type DataStoreFact, type Fact, readFacts, type ResourceInput } from "./facts";

const GROUPS = [
  "security-group-no-world-ingress",
  "security-group-no-world-egress",
  "rds-admits-groups-only",
  "protected-ends",
  "network-and-group-parity",
];
const HELD = ["rds-admits-groups-only", "security-group-no-world-ingress", "network-and-group-parity"];

const MATCHING = ["policy-selects-nothing", "peers-not-split", "rules-match"];

/** The policies that judge each kind of fact, or judge others by it; the compiler asks for every kind. */
const JUDGED_BY: Readonly<Record<Exclude<Fact["kind"], "DataStore">, readonly string[]>> = {
  AccessPoint: ["s3-access-point-in-vpc"],
  AccessPointPolicy: ["s3-not-public"],
  Acl: ["s3-not-public"],
  Addon: ["network-policy-cni-safe"],
  Bucket: ["s3-public-access-blocked", "s3-tls-and-endpoint-only"],
  BucketPolicy: ["s3-tls-and-endpoint-only"],
  ClusterEndpoint: ["eks-not-open-to-internet"],
  Database: ["rds-private", "rds-encrypted-and-protected", ...HELD],
  Demand: ["demands-admitted", "no-route-to-databases", "protected-ends"],
  EndpointSlice: ["no-route-to-databases"],
  EndpointService: ["endpoint-service-acceptance"],
  EndpointServicePrincipal: ["endpoint-service-acceptance"],
  Maker: [...MATCHING],
  Namespace: [
    "namespace-labels",
    "namespace-default-deny",
    "tenant-isolation",
    "peers-not-split",
    "rules-match",
    "security-group-policy-effective",
  ],
  NetworkAcl: ["network-acl-no-world-ingress"],
  NetworkPolicy: [
    "network-policy-explicit-types",
    "network-policy-no-everyone-ingress",
    "network-policy-no-everyone-egress",
    "network-policy-no-metadata-egress",
    "network-policy-no-database-ports-by-cidr",
    "network-policy-trusted-namespace-selectors",
    "network-policy-cni-safe",
    "protected-ends",
    "namespace-default-deny",
    "every-workload-isolated",
    "flows-have-both-sides",
    "dns-reachable",
    "tenant-isolation",
    ...MATCHING,
    "demands-admitted",
    "network-and-group-parity",
  ],
  Node: ["network-policy-cni-safe"],
  NodeAccess: ["eks-not-open-to-internet"],
  ParameterGroup: ["rds-encrypted-and-protected"],
  Permissions: ["role-permissions-narrow"],
  PersistentVolume: ["workload-no-host-network"],
  PrefixList: ["security-group-no-world-ingress", "security-group-no-world-egress"],
  PublicAccessBlock: ["s3-public-access-blocked"],
  RoleTrust: ["role-trust-narrow"],
  SecurityGroup: [
    ...GROUPS,
    "security-group-rules-not-mixed",
    "security-group-rule-described",
    "quota-budget",
  ],
  SecurityGroupPolicy: [
    "protected-ends",
    "tenant-isolation",
    "security-group-policy-effective",
    "network-and-group-parity",
    "quota-budget",
    "security-group-no-world-ingress",
    "security-group-no-world-egress",
  ],
  SecurityGroupRule: [
    ...GROUPS,
    "security-group-rules-not-mixed",
    "security-group-rule-described",
    "quota-budget",
  ],
  Service: ["network-policy-cni-safe", "service-no-open-exposure", "rules-match", "demands-admitted"],
  ServiceAccount: ["network-and-group-parity"],
  Snapshot: ["rds-snapshot-private"],
  TierPolicy: [
    "cluster-network-policy-no-everyone-ingress",
    "cluster-network-policy-no-everyone-egress",
    "cluster-network-policy-no-metadata-egress",
    "cluster-network-policy-no-database-ports-by-cidr",
    "cluster-network-policy-trusted-namespace-selectors",
    "cluster-network-policy-deny-effective",
    "cluster-network-policy-no-shadowed-rules",
    "protected-ends",
    "namespace-default-deny",
  ],
  VpcEndpoint: ["security-group-no-world-ingress", "network-and-group-parity", "vpc-endpoint-policy-narrow"],
  VpcEndpointPolicy: ["vpc-endpoint-policy-narrow"],
  Website: ["s3-not-public"],
  Workload: [
    "workload-no-host-network",
    "every-workload-isolated",
    "dns-reachable",
    ...MATCHING,
    "demands-admitted",
    "network-and-group-parity",
    "security-group-no-world-egress",
  ],
};

/** The policies that judge a fact, or judge others by it. */
export const policiesJudging = (fact: Fact): readonly string[] =>
  fact.kind === "DataStore" ? policiesOfStore(fact) : JUDGED_BY[fact.kind];

function policiesOfStore({ settings, guard }: DataStoreFact): string[] {
  const weaknesses = [...settings.keys()];
  return [
    ...(weaknesses.includes("public") ? ["rds-private"] : []),
    ...(weaknesses.some((one) => one !== "public") ? ["rds-encrypted-and-protected"] : []),
    ...(guard === "none" ? [] : HELD),
  ];
}

/** The policies that judge a resource, or judge others by it. */
export const policiesJudgingResource = (resource: ResourceInput): readonly string[] => [
  ...new Set(readFacts(resource).flatMap(policiesJudging)),
];
