// Longer than most: a table, one row a stack and all that it registers on AWS.
import { strict as assert } from "node:assert";
import type {
  AwsNetwork,
  BucketSource,
  DatabaseSource,
  PodSecurityGroups,
} from "../../../compile/aws/network";
import type { Recorded } from "../recorded";
import { flow, workload } from "../../compile/worlds";
import {
  NODES,
  S3_GROUP,
  STS,
  eks,
  gateway,
  interfaceEndpoint,
  network,
  place,
  shop,
} from "../../compile/aws/lab";
import { provisioned } from "./provisioned";

const app = shop(
  [workload("web"), workload("api")],
  [
    flow("web", { kind: "database", database: "main" }, ["tcp/5432"], { because: "orders" }),
    flow("web", { kind: "bucket", bucket: "files", access: "read-write" }, ["tcp/443"], {
      because: "invoices",
    }),
    flow("api", "web", ["tcp/80"], { because: "requests" }),
  ],
);

/** "type name inputs" of everything on AWS and of what attaches groups and roles to pods. */
const lines = (recorded: readonly Recorded[]): string[] =>
  recorded
    .filter(
      ({ type }) =>
        type.startsWith("aws:") || type.includes("SecurityGroupPolicy") || type.includes("ServiceAccount"),
    )
    .map(({ type, name, inputs }) => `${type.split(":").at(-1) ?? ""} ${name} ${stable(inputs)}`)
    .sort();

/** JSON with sorted keys; tags are the same everywhere and have a test of their own. */
function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([key]) => key !== "tags")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${key}:${stable(inner)}`);
  return `{${entries.join(",")}}`;
}

const line = (type: string, name: string, inputs: object) => `${type} ${name} ${stable(inputs)}`;

type Direction = "Ingress" | "Egress";

const rule = (
  direction: Direction,
  name: string,
  on: string,
  peer: object,
  [ipProtocol, port]: readonly [string, number],
  description: string,
) =>
  line(`SecurityGroup${direction}Rule`, name, {
    description,
    fromPort: port,
    ipProtocol,
    securityGroupId: on,
    toPort: port,
    ...peer,
  });

const from = (id: string) => ({ referencedSecurityGroupId: id });

const group = (name: string, description: string) =>
  line("SecurityGroup", name, { description, revokeRulesOnDelete: true, vpcId: "vpc-1" });

interface Case {
  readonly mode: PodSecurityGroups;
  readonly endpoint: "gateway" | "interface";
  readonly made: "existing" | "new";
  readonly identity: "irsa" | "pod-identity";
}

const cases: readonly Case[] = (["off", "migrating", "on"] as const).flatMap((mode) =>
  (["gateway", "interface"] as const).flatMap((endpoint) =>
    (["existing", "new"] as const).flatMap((made) =>
      (["irsa", "pod-identity"] as const).map((identity) => ({ mode, endpoint, made, identity })),
    ),
  ),
);

const DATABASE: Readonly<Record<Case["made"], DatabaseSource>> = {
  existing: { kind: "existing", identifier: "shop-main", group: { kind: "to-attach" }, resourceId: "db-OLD" },
  new: {
    kind: "new",
    identifier: "shop-main",
    subnetIds: ["subnet-a", "subnet-b"],
    engineVersion: "16.4",
    instanceClass: "db.t4g.medium",
    storageGb: 20,
  },
};

const BUCKET: Readonly<Record<Case["made"], BucketSource>> = {
  existing: { kind: "existing", bucketName: "shop-files", takeOverPolicy: false },
  new: { kind: "new", bucketName: "shop-files" },
};

function provision({ mode, endpoint, made, identity }: Case) {
  const s3 = endpoint === "gateway" ? gateway(made) : interfaceEndpoint(made);
  const aws: Partial<AwsNetwork> = { podSecurityGroups: mode, endpoints: { ...network().endpoints, s3 } };
  const placed = place(
    {
      databases: { main: { source: DATABASE[made], credentials: { kind: "iam", user: "shop" } } },
      buckets: { files: { source: BUCKET[made] } },
    },
    {
      identity: identity === "irsa" ? { kind: "irsa", stsSubnetCidrs: ["10.20.1.0/24"] } : { kind: identity },
    },
  );
  return provisioned(app, eks(aws), placed);
}

const ROLE = "arn:aws:iam::111122223333:role/lab-shop-web";

/** What every case has, whatever the mode: database, bucket, role. */
function always({ made, identity }: Case, endpointId: string): string[] {
  return [
    group("lab/shop/main/db-main", "Palisade: database main of shop (dev)"),
    line("Role", "lab/shop/web", {
      assumeRolePolicy: trust(identity),
      description: "Palisade: web of shop (dev)",
      name: "lab-shop-web",
    }),
    line("RolePolicy", "lab/shop/web", { policy: rights(made), role: "lab-shop-web" }),
    line("ServiceAccount", "lab/shop/web", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        annotations: {
          ...(identity === "irsa" ? { "eks.amazonaws.com/role-arn": ROLE } : {}),
          "pulumi.com/patchFieldManager": "palisade",
        },
        name: "web",
        namespace: "shop",
      },
    }),
    ...(identity === "irsa"
      ? []
      : [
          line("PodIdentityAssociation", "lab/shop/web", {
            clusterName: "lab",
            namespace: "shop",
            roleArn: ROLE,
            serviceAccount: "web",
          }),
        ]),
    ...(made === "new" ? [...newDatabase(), ...newBucket(endpointId)] : []),
  ];
}

const statement = (actions: readonly string[], resources: readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

const rights = (made: Case["made"]) => ({
  Version: "2012-10-17",
  Statement: [
    statement(
      ["rds-db:connect"],
      [`arn:aws:rds-db:us-east-1:111122223333:dbuser:db-${made === "new" ? "NEW" : "OLD"}/shop`],
    ),
    statement(
      [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      ["arn:aws:s3:::shop-files/*"],
    ),
    statement(["s3:ListBucket"], ["arn:aws:s3:::shop-files"]),
  ],
});

const trust = (identity: Case["identity"]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      identity === "irsa"
        ? {
            Effect: "Allow",
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                "oidc.example/id/ABC:aud": "sts.amazonaws.com",
                "oidc.example/id/ABC:sub": "system:serviceaccount:shop:web",
              },
            },
          }
        : {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Condition: {
              StringEquals: {
                "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:us-east-1:111122223333:cluster/lab",
                "aws:RequestTag/kubernetes-namespace": "shop",
                "aws:RequestTag/kubernetes-service-account": "web",
              },
            },
          },
    ],
  });

const newDatabase = () => [
  line("SubnetGroup", "lab/shop/main", {
    description: "Private subnets of shop-main",
    subnetIds: ["subnet-a", "subnet-b"],
  }),
  line("ParameterGroup", "lab/shop/main", {
    description: "TLS only, for shop-main",
    family: "postgres16",
    parameters: [{ applyMethod: "immediate", name: "rds.force_ssl", value: "1" }],
  }),
  line("Instance", "lab/shop/main", {
    allocatedStorage: 20,
    backupRetentionPeriod: 1,
    copyTagsToSnapshot: true,
    dbSubnetGroupName: "SubnetGroup-of-lab/shop/main",
    deletionProtection: false,
    engine: "postgres",
    engineVersion: "16.4",
    iamDatabaseAuthenticationEnabled: true,
    identifier: "shop-main",
    instanceClass: "db.t4g.medium",
    manageMasterUserPassword: true,
    multiAz: false,
    parameterGroupName: "ParameterGroup-of-lab/shop/main",
    port: 5432,
    publiclyAccessible: false,
    skipFinalSnapshot: true,
    storageEncrypted: true,
    storageType: "gp3",
    username: "palisade_admin",
    vpcSecurityGroupIds: ["lab/shop/main/db-main-id"],
  }),
];

const newBucket = (endpointId: string) => {
  const bucket = "shop-files";
  return [
    line("Bucket", "lab/shop/files", { bucket }),
    line("BucketPublicAccessBlock", "lab/shop/files", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      bucket,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
    line("BucketOwnershipControls", "lab/shop/files", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    }),
    line("BucketVersioning", "lab/shop/files", { bucket, versioningConfiguration: { status: "Enabled" } }),
    line("BucketServerSideEncryptionConfiguration", "lab/shop/files", {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    }),
    line("BucketPolicy", "lab/shop/files", { bucket, policy: bucketPolicy(endpointId) }),
  ];
};

const DATA = [
  "AbortMultipartUpload DeleteObject DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionTagging GetObject",
  "GetObjectAttributes GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAttributes",
  "GetObjectVersionTagging ListBucket ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts PutObject",
  "PutObjectAcl PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging RestoreObject",
].flatMap((text) => text.split(" ").map((action) => `s3:${action}`));

const SPARED = ["arn:aws:iam::111122223333:role/break-glass", "arn:aws:iam::111122223333:role/deployer"];

function bucketPolicy(endpointId: string): string {
  const deny = {
    Effect: "Deny",
    Principal: "*",
    Resource: ["arn:aws:s3:::shop-files", "arn:aws:s3:::shop-files/*"],
  };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "TlsOnly", ...deny, Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      {
        Sid: "OnlyThroughTheEndpoint",
        ...deny,
        Action: DATA,
        Condition: {
          StringNotEquals: { "aws:SourceVpce": [endpointId] },
          ArnNotEquals: { "aws:PrincipalArn": SPARED },
        },
      },
      {
        Sid: "OnlyByTheWorkloads",
        ...deny,
        Action: DATA,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": [...SPARED, ROLE] } },
      },
    ],
  });
}

/** What S3's endpoint adds, if it is made, and its group. */
function endpointLines({ endpoint, made }: Case): string[] {
  if (made === "existing") return [];
  const common = { serviceName: "com.amazonaws.us-east-1.s3", vpcId: "vpc-1" };
  if (endpoint === "gateway") {
    return [
      line("VpcEndpoint", "lab/s3", { ...common, routeTableIds: ["rtb-1"], vpcEndpointType: "Gateway" }),
    ];
  }
  return [
    group("lab/s3-endpoint", "Palisade: endpoint of S3 for cluster lab"),
    line("VpcEndpoint", "lab/s3", {
      ...common,
      dnsOptions: { privateDnsOnlyForInboundResolverEndpoint: false },
      privateDnsEnabled: true,
      securityGroupIds: ["lab/s3-endpoint-id"],
      subnetIds: ["subnet-a"],
      vpcEndpointType: "Interface",
    }),
  ];
}

const WEB = "lab/shop/web-id";
const DB = "lab/shop/main/db-main-id";
const DNS = "lab/dns-client-id";

/** Groups of pods, their rules and attachments: none with podSecurityGroups off. */
function podGroupLines(one: Case): string[] {
  if (one.mode === "off") return [];
  const credentials = "credentials for database main, bucket files";
  return [
    group("lab/dns-client", "Palisade: name resolution for pods of cluster lab"),
    ...(["tcp", "udp"] as const).flatMap((protocol) => [
      rule(
        "Egress",
        `lab/dns-client-to-${NODES.id}-${protocol}-53`,
        DNS,
        from(NODES.id),
        [protocol, 53],
        "name resolution",
      ),
      rule(
        "Ingress",
        `lab/${NODES.id}-from-dns-client-${protocol}-53`,
        NODES.id,
        from(DNS),
        [protocol, 53],
        "name resolution",
      ),
    ]),
    group("lab/shop/web", "Palisade: workload web of shop (dev)"),
    rule("Egress", "lab/shop/web-to-db-main-tcp-5432", WEB, from(DB), ["tcp", 5432], "orders"),
    rule("Ingress", "lab/shop/db-main-from-web-tcp-5432", DB, from(WEB), ["tcp", 5432], "orders"),
    rule("Ingress", `lab/shop/web-from-${NODES.id}-tcp-80`, WEB, from(NODES.id), ["tcp", 80], "requests"),
    ...s3Rules(one),
    ...(one.identity === "irsa"
      ? [
          rule("Egress", `lab/shop/web-to-${STS.id}-tcp-443`, WEB, from(STS.id), ["tcp", 443], credentials),
          rule(
            "Ingress",
            `lab/shop/${STS.id}-from-web-tcp-443`,
            STS.id,
            from(WEB),
            ["tcp", 443],
            credentials,
          ),
        ]
      : []),
    line("SecurityGroupPolicy", "lab/shop/web", {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: {
        annotations: { "pulumi.com/patchFieldManager": "palisade" },
        name: "web",
        namespace: "shop",
      },
      spec: { podSelector: { matchLabels: { app: "web" } }, securityGroups: { groupIds: [WEB, DNS] } },
    }),
  ];
}

function s3Rules({ endpoint, made }: Case): string[] {
  if (endpoint === "gateway") {
    return [
      rule(
        "Egress",
        "lab/shop/web-to-pl-63a5400a-tcp-443",
        WEB,
        { prefixListId: "pl-63a5400a" },
        ["tcp", 443],
        "invoices",
      ),
    ];
  }
  const [label, id] = made === "new" ? ["s3-endpoint", "lab/s3-endpoint-id"] : [S3_GROUP.id, S3_GROUP.id];
  return [
    rule("Egress", `lab/shop/web-to-${label}-tcp-443`, WEB, from(id), ["tcp", 443], "invoices"),
    rule("Ingress", `lab/shop/${label}-from-web-tcp-443`, id, from(WEB), ["tcp", 443], "invoices"),
  ];
}

/** What admits the nodes' group: databases and endpoints, while pods may still have it. Shared rules are the cluster's. */
function nodeLines({ mode, endpoint, made, identity }: Case): string[] {
  if (mode === "on") return [];
  const [label, id] = made === "new" ? ["s3-endpoint", "lab/s3-endpoint-id"] : [S3_GROUP.id, S3_GROUP.id];
  const credentials = "credentials for database main, bucket files";
  return [
    rule(
      "Ingress",
      `lab/shop/db-main-from-${NODES.id}-tcp-5432`,
      DB,
      from(NODES.id),
      ["tcp", 5432],
      "orders",
    ),
    ...(endpoint === "interface"
      ? [
          rule(
            "Ingress",
            `lab/${label}-from-${NODES.id}-tcp-443`,
            id,
            from(NODES.id),
            ["tcp", 443],
            "invoices",
          ),
        ]
      : []),
    ...(identity === "irsa"
      ? [
          rule(
            "Ingress",
            `lab/${STS.id}-from-${NODES.id}-tcp-443`,
            STS.id,
            from(NODES.id),
            ["tcp", 443],
            credentials,
          ),
        ]
      : []),
  ];
}

describe("what is registered on AWS", () => {
  for (const one of cases) {
    it(`is exactly this: pod groups ${one.mode}, ${one.endpoint} endpoint, ${one.made}, ${one.identity}`, async () => {
      const endpointId = one.made === "new" ? "lab/s3-id" : "vpce-0s3";
      const expected = [
        ...always(one, endpointId),
        ...endpointLines(one),
        ...podGroupLines(one),
        ...nodeLines(one),
      ];
      assert.deepEqual(lines(await provision(one)), expected.sort());
    });
  }
});
