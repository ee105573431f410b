// Longer than most: a table, one row a case.
import { aws, group, ingress, singleRule, tcp, tcpInline } from "../aws";
import { type TestResource, UNKNOWN, workload, WORKLOAD_TYPES } from "../helpers";
import { type Case, caseOf, casesOf } from "./case";

const KINDS = "another kind of the same thing, which a reader of one kind alone lets pass";

const object = (type: string, spec: object): TestResource => ({
  type: `kubernetes:${type}`,
  name: "route",
  props: { metadata: { name: "route", namespace: "shop" }, spec },
});
const routes = casesOf("no-route-to-databases", KINDS);
const ROUTES: readonly (readonly [id: string, type: string, spec: (name: string, port: number) => object])[] =
  [
    ...["GRPCRoute", "UDPRoute"].map(
      (kind) =>
        [
          kind.toLowerCase(),
          `gateway.networking.k8s.io/v1:${kind}`,
          (name: string, port: number) => ({ rules: [{ backendRefs: [{ name, port }] }] }),
        ] as const,
    ),
    ...["traefik.io", "traefik.containo.us"].flatMap((group) =>
      ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP"].map(
        (kind) =>
          [
            `${group.replaceAll(".", "-")}-${kind.toLowerCase()}`,
            `${group}/v1alpha1:${kind}`,
            (name: string, port: number) => ({ routes: [{ services: [{ name, port }] }] }),
          ] as const,
      ),
    ),
  ];

const HOST = "workload-no-host-network";
const OLDER = [
  "extensions/v1beta1:Deployment",
  "extensions/v1beta1:DaemonSet",
  "extensions/v1beta1:ReplicaSet",
];
const kindOf = (type: string) => type.replaceAll(/[/:.]/g, "-").toLowerCase();

const olderPolicy = (ingress: unknown) => ({
  type: "kubernetes:extensions/v1beta1:NetworkPolicy",
  name: "web",
  props: {
    metadata: { name: "web", namespace: "shop" },
    spec: { podSelector: {}, policyTypes: ["Ingress"], ingress },
  },
});

const olderTier = (kind: string, action: string) => ({
  type: `kubernetes:policy.networking.k8s.io/v1alpha1:${kind}`,
  name: "default",
  props: {
    metadata: { name: "default" },
    spec: {
      ...(kind.startsWith("Baseline") ? {} : { priority: 10 }),
      subject: { namespaces: {} },
      ingress: [{ name: "all", action, from: [{ namespaces: {} }] }],
    },
  },
});

const ROOT = "arn:aws:iam::111122223333:root";
const allow = (change: object) => ({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  ...change,
});
const owned = { StringEquals: { "aws:ResourceAccount": "111122223333" } };
const endpoint = (...Statement: readonly unknown[]) =>
  aws("ec2/vpcEndpoint:VpcEndpoint", "it", {
    vpcId: "vpc-1",
    serviceName: "com.amazonaws.eu-central-1.s3",
    policy: { Statement },
  });
const endpointPolicy = (...Statement: readonly unknown[]) =>
  aws("ec2/vpcEndpointPolicy:VpcEndpointPolicy", "it", { vpcEndpointId: "vpce-1", policy: { Statement } });
const accessPoint = (...Statement: readonly unknown[]) =>
  aws("s3control/accessPointPolicy:AccessPointPolicy", "it", {
    accessPointArn: "arn",
    policy: { Statement },
  });
const FIELDS = "a document as a map, of which the deployment tells a part";

/** What proves the violation is told, and so is what another statement leaves open. */
const andUndecided = (one: Case): Case =>
  one.id.endsWith("-beside") ? { ...one, expected: one.expected.flatMap((said) => [said, `${said}?`]) } : one;

/** Each a policy's document: what is known of it is judged statement by statement, and field by field. */
const DOCUMENTS: readonly Case[] = [
  ...(
    [
      ["endpoint", endpoint],
      ["endpoint-policy", endpointPolicy],
    ] as const
  ).flatMap(([id, made]) => [
    ...(
      [
        ["resource-beside", "bad", allow({}), allow({ Resource: UNKNOWN })],
        ["action", "bad", allow({ Action: UNKNOWN })],
        ["principal", "undecided", allow({ Principal: UNKNOWN })],
        ["resource", "undecided", allow({ Resource: UNKNOWN })],
        ["condition", "undecided", allow({ Condition: UNKNOWN })],
        ["effect", "undecided", allow({ Effect: UNKNOWN })],
        ["statement", "undecided", allow({ Condition: owned }), UNKNOWN],
        ["resource-of-owners", "good", allow({ Resource: UNKNOWN, Condition: owned })],
        ["resource-for-one", "good", allow({ Resource: UNKNOWN, Principal: { AWS: ROOT } })],
      ] as const
    ).map(([part, verdict, ...statements]) =>
      caseOf(
        "vpc-endpoint-policy-narrow",
        `${id}-unknown-${part}`,
        `An unknown ${part}`,
        FIELDS,
        made(...statements),
        verdict,
      ),
    ),
  ]),
  ...(
    [
      ["resource", "bad", allow({ Resource: UNKNOWN })],
      ["action", "bad", allow({ Action: UNKNOWN })],
      ["principal-beside", "bad", allow({}), allow({ Principal: { AWS: UNKNOWN } })],
      ["principal", "undecided", allow({ Principal: { AWS: UNKNOWN } })],
      ["condition", "undecided", allow({ Condition: UNKNOWN })],
      ["resource-for-one", "good", allow({ Principal: { AWS: ROOT }, Resource: UNKNOWN })],
    ] as const
  ).map(([part, verdict, ...statements]) =>
    caseOf(
      "s3-not-public",
      `access-point-policy-unknown-${part}`,
      `An unknown ${part}`,
      FIELDS,
      accessPoint(...statements),
      verdict,
    ),
  ),
];

const member = (publiclyAccessible: boolean) =>
  aws("rds/clusterInstance:ClusterInstance", "db", {
    engine: "aurora-postgresql",
    instanceClass: "db.r7g.large",
    clusterIdentifier: "c",
    publiclyAccessible,
  });
const parameters = (value: string) =>
  aws("rds/clusterParameterGroup:ClusterParameterGroup", "parameters", {
    family: "aurora-postgresql16",
    parameters: [{ name: "rds.force_ssl", value }],
  });
const WEBSITE = "s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2";
const defaultAcl = (cidrBlock: string) =>
  aws("ec2/defaultNetworkAcl:DefaultNetworkAcl", "acl", {
    ingress: [{ ruleNo: 100, action: "allow", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlock }],
  });

/** Kinds that are read beside the ones that the other tables have, each bad and good. */
export const KIND_CASES: readonly Case[] = [
  ...ROUTES.flatMap(([id, type, spec]) => [
    routes(
      `kind-${id}-to-database`,
      `A route of ${type} to PostgreSQL`,
      [object(type, spec("db", 5432))],
      "route",
    ),
    routes(`kind-${id}-to-application`, `A route of ${type} to an application`, [
      object(type, spec("web", 8080)),
    ]),
  ]),
  ...OLDER.map((type) =>
    caseOf(
      HOST,
      `kind-host-network-${kindOf(type)}`,
      `${type} in the node's network`,
      KINDS,
      workload(type, { hostNetwork: true }),
      "bad",
    ),
  ),
  ...[...OLDER, ...WORKLOAD_TYPES].map((type) =>
    caseOf(
      HOST,
      `kind-own-network-${kindOf(type)}`,
      `${type} in a network of its own`,
      KINDS,
      workload(type, {}),
      "good",
    ),
  ),
  caseOf(
    "network-policy-no-everyone-ingress",
    "kind-older-policy-open",
    "A policy of the older API for everybody",
    KINDS,
    olderPolicy([{}]),
    "bad",
  ),
  caseOf(
    "network-policy-no-everyone-ingress",
    "kind-older-policy-closed",
    "A policy of the older API for nobody",
    KINDS,
    olderPolicy([]),
    "good",
  ),
  caseOf(
    "rds-private",
    "kind-member-public",
    "An Aurora cluster's instance on the internet",
    KINDS,
    member(true),
    "bad",
  ),
  caseOf(
    "rds-private",
    "kind-member-private",
    "An Aurora cluster's instance inside",
    KINDS,
    member(false),
    "good",
  ),
  caseOf(
    "rds-encrypted-and-protected",
    "kind-cluster-parameters-off",
    "A cluster's parameters turn TLS off",
    KINDS,
    parameters("0"),
    "bad",
  ),
  caseOf(
    "rds-encrypted-and-protected",
    "kind-cluster-parameters-on",
    "A cluster's parameters enforce TLS",
    KINDS,
    parameters("1"),
    "good",
  ),
  caseOf(
    "s3-not-public",
    "kind-bucket-v2-public",
    "A bucket of the older name, public by its ACL",
    KINDS,
    aws("s3/bucketV2:BucketV2", "files", { acl: "public-read" }),
    "bad",
  ),
  caseOf(
    "s3-not-public",
    "kind-bucket-v2-private",
    "The same, private",
    KINDS,
    aws("s3/bucketV2:BucketV2", "files", { acl: "private" }),
    "good",
  ),
  caseOf(
    "s3-not-public",
    "kind-website-v2",
    "A website of the older name",
    KINDS,
    aws(WEBSITE, "site", { bucket: "b", indexDocument: { suffix: "i" } }),
    "bad",
  ),
  caseOf(
    "s3-not-public",
    "kind-website-v2-redirect",
    "One that leads elsewhere",
    KINDS,
    aws(WEBSITE, "site", { bucket: "b", redirectAllRequestsTo: { hostName: "example.org" } }),
    "good",
  ),
  caseOf(
    "network-acl-no-world-ingress",
    "kind-default-acl-office",
    "The default ACL for an office",
    KINDS,
    defaultAcl("198.51.100.0/24"),
    "good",
  ),
  casesOf("security-group-no-world-ingress", KINDS)("kind-older-rule-office", "An older rule for an office", [
    group("g"),
    singleRule("r", "g", { ...tcpInline(22), cidrBlocks: ["198.51.100.0/24"], type: "ingress" }),
  ]),
  casesOf("security-group-no-world-ingress", KINDS)(
    "kind-list-entry-office",
    "A list whose entry is an office",
    [
      group("g"),
      aws("ec2/managedPrefixList:ManagedPrefixList", "list", { maxEntries: 1 }),
      aws(
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        "entry",
        { prefixListId: UNKNOWN, cidr: "198.51.100.0/24" },
        { prefixListId: ["list"] },
      ),
      ingress("rule", "g", { ...tcp(22), prefixListId: UNKNOWN }, { prefixListId: ["list"] }),
    ],
  ),
  ...["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"].flatMap((kind) =>
    (["Allow", "Deny"] as const).map((action) =>
      caseOf(
        "cluster-network-policy-no-everyone-ingress",
        `kind-${kind.toLowerCase()}-${action.toLowerCase()}`,
        `${kind}: ${action} for every namespace`,
        KINDS,
        olderTier(kind, action),
        action === "Allow" ? "bad" : "good",
      ),
    ),
  ),
  ...DOCUMENTS.map(andUndecided),
];
