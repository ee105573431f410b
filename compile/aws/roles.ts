import { createHash } from "node:crypto";
import { type AllowStatement, type PolicyDocument, policyDocument } from "./iamStatement";
import type { Members } from "./membership";
import type { AwsNetwork } from "./network";
import { type Right, rightsOf } from "./rights";
import type { Site, Tenant } from "../site";

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
