import { aws } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import type { Case } from "./case";

const SNAPSHOT = "rds-snapshot-private";
const PRIVATE = "rds-private";
const CARE = "rds-encrypted-and-protected";

const SNAPSHOTS: readonly (readonly [string, string, string])[] = [
  ["snapshot", "rds/snapshot:Snapshot", "A snapshot"],
  ["cluster-snapshot", "rds/clusterSnapshot:ClusterSnapshot", "A cluster's snapshot"],
  ["snapshot-copy", "rds/snapshotCopy:SnapshotCopy", "A snapshot's copy"],
  ["cluster-snapshot-copy", "rds/clusterSnapshotCopy:ClusterSnapshotCopy", "A copy of a cluster's snapshot"],
];

const ACCOUNT = "111122223333";

const snapshotCases = ([id, type, what]: (typeof SNAPSHOTS)[number]): Case[] => {
  const shared = (sharedAccounts: unknown, config = {}) => ({
    policies: [SNAPSHOT],
    config: { [SNAPSHOT]: config },
    stack: [aws(type, "copy", { sharedAccounts })],
  });
  return [
    {
      ...shared(["all"]),
      id: `${id}-public`,
      idea: `${what} that every AWS account can restore`,
      source: "AWS Security Hub's check about public RDS snapshots",
      expected: [`${SNAPSHOT} copy`],
    },
    {
      ...shared([ACCOUNT]),
      id: `${id}-stranger`,
      idea: `${what} that an account can restore which nobody listed`,
      source: "a snapshot sent to one's own account is the quietest way to take a database along",
      expected: [`${SNAPSHOT} copy`],
    },
    {
      ...shared([ACCOUNT], { accounts: [ACCOUNT] }),
      id: `${id}-listed`,
      idea: `${what} that the backup account can restore, as the configuration says`,
      source: "AWS Backup's cross-account copies",
      expected: [],
    },
    {
      ...shared(undefined),
      id: `${id}-own`,
      idea: `${what} that stays in its account`,
      source: "what the documentation shows",
      expected: [],
    },
    {
      ...shared([UNKNOWN]),
      id: `${id}-unknown`,
      idea: `${what} that is shared with somebody whom the deployment tells`,
      source: "an output of another stack",
      expected: [`${SNAPSHOT} copy?`],
    },
    {
      ...shared(["all", UNKNOWN]),
      id: `${id}-public-and-unknown`,
      idea: `${what} that everybody can restore, beside an account not yet known`,
      source: "an unknown part hides nothing",
      expected: [`${SNAPSHOT} copy`, `${SNAPSHOT} copy?`],
    },
  ];
};

const cared = (
  id: string,
  idea: string,
  source: string,
  stack: readonly TestResource[],
  expected: readonly string[],
  config: object = {},
): Case => ({ id, idea, source, policies: [CARE], config: { [CARE]: config }, stack, expected });

const proxy = (props: object) => [
  aws("rds/proxy:Proxy", "proxy", { vpcSecurityGroupIds: ["sg-1"], ...props }),
];
const TLS_SOURCE = "Checkov's check that an RDS proxy requires TLS";
const IAM = { requireIamAuthentication: true };
const auths = (...iamAuth: readonly unknown[]) => ({
  requireTls: true,
  auths: iamAuth.map((one) => ({ iamAuth: one })),
});
const global = (props: object) => [aws("rds/globalCluster:GlobalCluster", "world", props)];
const GLOBAL_SOURCE = "Checkov's checks about global clusters";
const dataApi = (enableHttpEndpoint: unknown, type = "rds/cluster:Cluster") => [
  aws(type, "db", { enableHttpEndpoint }),
];

/** What stands beside a database: its snapshots, its proxies, its copies in other regions, its Data API. */
export const BESIDE_DATABASE_CASES: readonly Case[] = [
  ...SNAPSHOTS.flatMap(snapshotCases),
  cared(
    "proxy-without-tls",
    "A proxy takes connections without TLS",
    TLS_SOURCE,
    proxy({ requireTls: false }),
    [`${CARE} proxy`],
  ),
  cared(
    "proxy-tls-unsaid",
    "A proxy says nothing of TLS, and then doesn't require it",
    TLS_SOURCE,
    proxy({}),
    [`${CARE} proxy`],
  ),
  cared("proxy-with-tls", "A proxy requires TLS", TLS_SOURCE, proxy({ requireTls: true }), []),
  cared(
    "proxy-tls-as-text",
    "A proxy requires TLS by a text, as the provider takes it",
    TLS_SOURCE,
    proxy({ requireTls: "true" }),
    [],
  ),
  cared(
    "proxy-tls-unknown",
    "The deployment tells whether a proxy requires TLS",
    TLS_SOURCE,
    proxy({ requireTls: UNKNOWN }),
    [`${CARE} proxy?`],
  ),
  cared(
    "proxy-passwords",
    "One of a proxy's logins is by password, where tokens are asked for",
    "RDS guide to IAM by proxies",
    proxy(auths("REQUIRED", "DISABLED")),
    [`${CARE} proxy`],
    IAM,
  ),
  cared(
    "proxy-passwords-unsaid",
    "A proxy's login that says nothing is by password",
    "RDS guide to IAM by proxies",
    proxy(auths(undefined)),
    [`${CARE} proxy`],
    IAM,
  ),
  cared(
    "proxy-tokens",
    "All of a proxy's logins are by IAM",
    "RDS guide to IAM by proxies",
    proxy(auths("REQUIRED")),
    [],
    IAM,
  ),
  cared(
    "proxy-end-to-end-iam",
    "A proxy whose default scheme is IAM",
    "end-to-end IAM of RDS proxies",
    proxy({ requireTls: true, defaultAuthScheme: "IAM_AUTH" }),
    [],
    IAM,
  ),
  cared(
    "proxy-tokens-unknown",
    "The deployment tells how clients log in",
    "RDS guide to IAM by proxies",
    proxy(auths(UNKNOWN)),
    [`${CARE} proxy?`],
    IAM,
  ),
  cared(
    "proxy-passwords-allowed",
    "Logins by password, where nobody asks for tokens",
    "most programs",
    proxy(auths("DISABLED")),
    [],
  ),
  cared(
    "global-unencrypted",
    "A global cluster that isn't encrypted",
    GLOBAL_SOURCE,
    global({ deletionProtection: true }),
    [`${CARE} world`],
  ),
  cared(
    "global-encrypted",
    "A global cluster, encrypted and protected",
    GLOBAL_SOURCE,
    global({ storageEncrypted: true, deletionProtection: true }),
    [],
  ),
  cared(
    "global-of-a-cluster",
    "A global cluster made of a cluster has its encryption",
    GLOBAL_SOURCE,
    global({ sourceDbClusterIdentifier: UNKNOWN, deletionProtection: true }),
    [],
  ),
  cared(
    "global-unprotected",
    "A global cluster that one mistake deletes",
    GLOBAL_SOURCE,
    global({ storageEncrypted: true }),
    [`${CARE} world`],
  ),
  cared(
    "global-disposable",
    "A global cluster of a disposable environment",
    GLOBAL_SOURCE,
    global({ storageEncrypted: true, tags: { environment: "dev" } }),
    [],
  ),
  cared(
    "global-unknown",
    "The deployment tells whether a global cluster is protected",
    GLOBAL_SOURCE,
    global({ storageEncrypted: true, deletionProtection: UNKNOWN }),
    [`${CARE} world?`],
  ),
  {
    id: "data-api-on",
    idea: "Queries come in by AWS's public API, past every group",
    source: "the Aurora guide to the Data API: only IAM and a secret guard it",
    policies: [PRIVATE],
    stack: dataApi(true),
    expected: [`${PRIVATE} db`],
  },
  {
    id: "data-api-off",
    idea: "A cluster without the Data API",
    source: "the default",
    policies: [PRIVATE],
    stack: dataApi(undefined),
    expected: [],
  },
  {
    id: "data-api-allowed",
    idea: "The configuration allows the Data API",
    source: "serverless programs that have no VPC",
    policies: [PRIVATE],
    config: { [PRIVATE]: { allowDataApi: true } },
    stack: dataApi(true),
    expected: [],
  },
  {
    id: "data-api-unknown",
    idea: "The deployment tells whether the Data API is on",
    source: "an output of another stack",
    policies: [PRIVATE],
    stack: dataApi(UNKNOWN),
    expected: [`${PRIVATE} db?`],
  },
];
