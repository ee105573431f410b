import { createHash } from "node:crypto";
import type { BucketAccess } from "../../flows/peer";
import { type AllowStatement, type PolicyDocument, type Resource, policyDocument } from "./iamStatement";
import type { Member, Members } from "./membership";
import type { AwsNetwork } from "./network";
import type { Site, Tenant } from "./site";

/** The role that a ServiceAccount's pods get: the least that their flows need. */
export interface WorkloadRole {
  /** IAM name, at most 64 characters; the account has one of it. */
  readonly name: string;
  readonly arn: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The members that run as it; sorted. */
  readonly members: readonly string[];
  readonly trust: PolicyDocument;
  /** At least one. */
  readonly statements: readonly AllowStatement[];
}

/** What one flow needs of IAM, and a text that says it, to compare rights by. */
interface Right {
  readonly text: string;
  readonly statements: readonly AllowStatement[];
}

/** A ServiceAccount whose pods don't all have the same rights: each would get the others'. */
export interface SharedAccount {
  readonly serviceAccount: string;
  readonly right: string;
  readonly lacking: string;
}

/** Instances by the ServiceAccount that they run as, with the rights of each. */
interface Account {
  readonly members: Set<string>;
  readonly rights: Map<string, Right>;
  readonly instances: { readonly id: string; readonly rights: ReadonlySet<string> }[];
}

/** The roles of a tenant's ServiceAccounts, sorted by account; and the accounts that hand rights on. */
export function compileRoles(
  site: Site,
  tenant: Tenant,
  members: Members,
): { readonly roles: readonly WorkloadRole[]; readonly shared: readonly SharedAccount[] } {
  const accounts = accountsOf(site, tenant, members);
  const roles = [...accounts]
    .filter(([, { rights }]) => rights.size > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([serviceAccount, account]) => roleOf(serviceAccount, account, site, tenant));
  const shared = [...accounts].flatMap(([serviceAccount, { rights, instances }]) =>
    [...rights.keys()].flatMap((right) =>
      instances
        .filter((instance) => !instance.rights.has(right))
        .map(({ id }) => ({ serviceAccount, right, lacking: id })),
    ),
  );
  return { roles, shared };
}

function accountsOf(site: Site, tenant: Tenant, members: Members): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  for (const member of members.all) {
    const rights = rightsOf(member, site, tenant, members);
    for (const { id, serviceAccount } of member.instances) {
      if (serviceAccount === undefined) continue;
      const account: Account = accounts.get(serviceAccount) ?? {
        members: new Set(),
        rights: new Map(),
        instances: [],
      };
      accounts.set(serviceAccount, account);
      account.members.add(member.id);
      for (const right of rights) account.rights.set(right.text, right);
      account.instances.push({ id, rights: new Set(rights.map(({ text }) => text)) });
    }
  }
  return accounts;
}

/** Rights by the flows of one member. */
export function rightsOf(
  member: Member,
  { cluster }: Site,
  { aws }: Tenant,
  members: Members,
): readonly Right[] {
  return members.flowsFrom(member).flatMap(({ to }): Right[] => {
    if (to.kind === "bucket") {
      const source = aws.buckets[to.bucket]?.source;
      if (source === undefined) return [];
      const statements = bucketStatements(
        cluster.aws,
        source.bucketName,
        to.access,
        to.prefix,
        source.kmsKeyArn,
      );
      const where = to.prefix === undefined ? "" : ` under ${to.prefix}`;
      return [{ text: `${to.access} bucket ${to.bucket}${where}`, statements }];
    }
    if (to.kind !== "database") return [];
    const credentials = aws.databases[to.database]?.credentials;
    if (credentials === undefined) return [];
    const { database } = to;
    return [
      credentials.kind === "iam"
        ? {
            text: `log in to database ${database} as ${credentials.user}`,
            statements: [
              allow(["rds-db:connect"], { kind: "database-user", database, user: credentials.user }),
            ],
          }
        : {
            text: `read the password of database ${database}`,
            statements: [allow(["secretsmanager:GetSecretValue"], { kind: "database-secret", database })],
          },
    ];
  });
}

const allow = (actions: readonly string[], ...resources: readonly Resource[]): AllowStatement => ({
  actions,
  resources,
});

const OBJECT_ACTIONS: Readonly<Record<BucketAccess, readonly string[]>> = {
  read: ["s3:GetObject"],
  write: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
  "read-write": [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
  ],
};

/** Multipart uploads decrypt what they put together. Source: Amazon S3 user guide, "Using server-side encryption". */
const KEY_ACTIONS: Readonly<Record<BucketAccess, readonly string[]>> = {
  read: ["kms:Decrypt"],
  write: ["kms:Decrypt", "kms:GenerateDataKey"],
  "read-write": ["kms:Decrypt", "kms:GenerateDataKey"],
};

function bucketStatements(
  { partition }: AwsNetwork,
  bucketName: string,
  access: BucketAccess,
  prefix: string | undefined,
  kmsKeyArn: string | undefined,
): readonly AllowStatement[] {
  const bucket = `arn:${partition}:s3:::${bucketName}`;
  const list: AllowStatement = {
    ...allow(["s3:ListBucket"], { kind: "arn", arn: bucket }),
    ...(prefix === undefined ? {} : { condition: { StringLike: { "s3:prefix": [`${prefix}*`] } } }),
  };
  return [
    allow(OBJECT_ACTIONS[access], { kind: "arn", arn: `${bucket}/${prefix ?? ""}*` }),
    ...(access === "write" ? [] : [list]),
    ...(kmsKeyArn === undefined ? [] : [allow(KEY_ACTIONS[access], { kind: "arn", arn: kmsKeyArn })]),
  ];
}

const LONGEST_ROLE = 64;
const HASH = 8;

function roleOf(
  serviceAccount: string,
  { members, rights }: Account,
  { cluster }: Site,
  tenant: Tenant,
): WorkloadRole {
  const { namespace } = tenant.placement;
  const name = roleName(`${cluster.name}-${namespace}-${serviceAccount}`);
  const { partition, account } = cluster.aws;
  return {
    name,
    arn: `arn:${partition}:iam::${account}:role/${name}`,
    namespace,
    serviceAccount,
    members: [...members].sort(),
    trust: trustOf(cluster.aws, tenant, serviceAccount),
    statements: [...rights].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, right]) => right.statements),
  };
}

/** Never shortened silently: a name that is cut carries a hash of the whole. */
function roleName(name: string): string {
  if (name.length <= LONGEST_ROLE) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH);
  return `${name.slice(0, LONGEST_ROLE - HASH - 1)}-${hash}`;
}

/** Only this ServiceAccount of this namespace of this cluster. */
function trustOf(aws: AwsNetwork, { placement }: Tenant, serviceAccount: string): PolicyDocument {
  const { namespace, identity } = placement;
  if (identity?.kind === "irsa") {
    const provider = aws.identity.oidcProviderArn ?? "";
    const issuer = provider.split(":oidc-provider/")[1] ?? "";
    return policyDocument([
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
          },
        },
      },
    ]);
  }
  const clusterArn = `arn:${aws.partition}:eks:${aws.region}:${aws.account}:cluster/${aws.identity.eksName}`;
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/eks-cluster-arn": clusterArn,
          "aws:RequestTag/kubernetes-namespace": namespace,
          "aws:RequestTag/kubernetes-service-account": serviceAccount,
        },
      },
    },
  ]);
}
