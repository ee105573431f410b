// Longer than most: a table, one row a refusal.
import { strict as assert } from "node:assert";
import { PalisadeInputError, placeText } from "../../../problems";
import { compileSite } from "../../../compile/aws/compile";
import { DEFAULT_QUOTAS } from "../../../compile/aws/network";
import { flow, workload } from "../worlds";
import { DB_SUBNETS, awsPlacement, eks, interfaceEndpoint, network, place, shop, site, without } from "./lab";

const database = { kind: "database", database: "main" } as const;
const bucket = { kind: "bucket", bucket: "files", access: "read" } as const;
const web = workload("web");
const toDatabase = flow("web", database, ["tcp/5432"]);
const toBucket = flow("web", bucket, ["tcp/443"]);
const app = shop([web], [toDatabase, toBucket]);

type Site = Parameters<typeof compileSite>[0];

const noSecrets = without(network().endpoints, "secretsManager");
const unspared = without(
  network({
    endpoints: { sts: network().endpoints.sts ?? assert.fail() },
  }),
  "principals",
);

const unidentified = without(place(), "identity");

/** Every problem, one a line, as a user reads them. */
function problems(given: Site): string[] {
  try {
    compileSite(given);
    return [];
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return error.problems.map(({ place, message }) => `${placeText(place)}: ${message}`);
  }
}

const newDatabase = (extra: object) =>
  place({
    databases: {
      main: {
        source: {
          kind: "new",
          identifier: "m",
          subnetIds: ["subnet-a", "subnet-b"],
          engineVersion: "16.4",
          instanceClass: "db.t4g.medium",
          storageGb: 20,
          ...extra,
        },
        credentials: { kind: "iam", user: "shop" },
      },
    },
  });

const CASES: readonly (readonly [string, Site, readonly string[]])[] = [
  [
    "a database flow without network facts",
    site(app, eks(), place({ databases: {} })),
    ["shop on lab: databases.main: a flow leads to it, but nothing says where it is"],
  ],
  [
    "database subnets that are IPv6 only",
    site(app, eks(), place({}, { databases: { main: { subnetCidrs: ["2600:1f18::/64"] } } })),
    [
      "shop on lab: databases.main.subnetCidrs: 2600:1f18::/64 are IPv6 only, and RDS runs in IPv4 or dual-stack subnets",
    ],
  ],
  [
    "a port on which the database doesn't listen",
    site(shop([web], [flow("web", database, ["tcp/3306"])])),
    ["shop on lab: flow web → database tcp/3306: opens tcp/3306, but database main listens on tcp/5432"],
  ],
  [
    "an engine of which we make no database",
    site(
      shop([web], [toDatabase], { databases: { main: { engine: "oracle-ee", port: 5432 } } }),
      eks(),
      newDatabase({}),
    ),
    [
      "shop on lab: databases.main.source: palisade doesn't make oracle-ee databases: the engine doesn't offer both IAM authentication and a parameter that enforces TLS",
    ],
  ],
  [
    "a version that is none, and one subnet",
    site(shop([web], [toDatabase]), eks(), newDatabase({ engineVersion: "latest", subnetIds: ["subnet-a"] })),
    [
      `shop on lab: databases.main.source.engineVersion: "latest" isn't a version of postgres`,
      "shop on lab: databases.main.source.subnetIds: 1 subnets, but a subnet group needs two, in two availability zones",
    ],
  ],
  [
    "IAM authentication without a resource id",
    site(
      shop([web], [toDatabase]),
      eks(),
      place({
        databases: {
          main: {
            source: { kind: "existing", identifier: "m", group: { kind: "to-attach" } },
            credentials: { kind: "iam", user: "shop" },
          },
        },
      }),
    ),
    [
      "shop on lab: databases.main.source.resourceId: IAM authentication names the database by its resource id, which is missing",
    ],
  ],
  [
    "a password without a secret, and without an endpoint to read it through",
    site(
      shop([web], [toDatabase]),
      eks({ endpoints: noSecrets }),
      place({
        databases: {
          main: {
            source: { kind: "existing", identifier: "m", group: { kind: "to-attach" } },
            credentials: { kind: "secret" },
          },
        },
      }),
    ),
    [
      "shop on lab: databases.main.source.secretArn: the password is in a secret, but nothing says in which one",
      "shop on lab: databases.main: its password is read from Secrets Manager, but cluster lab has no endpoint for it",
    ],
  ],
  [
    "a bucket's name that AWS refuses",
    site(app, eks(), place({ buckets: { files: { source: { kind: "new", bucketName: "Shop_Files" } } } })),
    [
      'shop on lab: buckets.files.source.bucketName: "Shop_Files" has characters that a bucket name can\'t have there',
    ],
  ],
  [
    "a bucket without an endpoint, a source, or principals to spare",
    site(app, { ...eks(), aws: unspared }, place({ buckets: {} })),
    [
      "shop on lab: buckets.files: a flow leads to it, but nothing says which bucket it is",
      "cluster lab: aws.principals: a bucket's policy would shut out whoever deploys, and everyone in an emergency",
      "shop on lab: buckets.files: cluster lab has no endpoint for S3",
    ],
  ],
  [
    "a prefix list without addresses",
    site(
      app,
      eks({
        endpoints: {
          ...network().endpoints,
          s3: {
            kind: "gateway",
            source: { kind: "existing", id: "vpce-1" },
            prefixList: { id: "pl-63a5400a", cidrs: [], lookUp: false },
            takeOverPolicy: false,
            alsoBuckets: [],
          },
        },
      }),
    ),
    [
      "cluster lab: aws.endpoints.s3.prefixList: no CIDRs of pl-63a5400a are known, so no NetworkPolicy can admit S3",
    ],
  ],
  [
    "six groups on a pod, one that is none, and a workload that isn't there",
    site(
      app,
      eks(),
      place({
        extraGroups: {
          web: ["sg-00000001", "sg-00000002", "sg-00000003", "my-group"],
          nobody: ["sg-00000001"],
        },
      }),
    ),
    [
      `shop on lab: extraGroups.web: "my-group" isn't a security group's id`,
      "shop on lab: extraGroups.web: 6 groups on a pod (its own, dns-client and 4 more) exceed the quota of 5 per interface",
      "shop on lab: extraGroups.nobody: no such workload",
    ],
  ],
  [
    "SCTP between pods with groups",
    site(shop([web], [toDatabase, flow("web", "web", ["sctp/99"])])),
    ["shop on lab: flow web → web sctp/99: security groups can't filter SCTP ports, only admit all of them"],
  ],
  [
    "a ServiceAccount that hands its role on",
    site({
      ...shop([web, workload("api")], [toBucket]),
      workloads: ["web", "api"].map((name) => ({
        ...workload(name),
        instances: [{ id: name, workload: name, labels: { app: name }, serviceAccount: "shared" }],
      })),
    }),
    [
      "shop on lab: ServiceAccount shared: its role may read bucket files, and api, which has no such flow, runs with it too",
    ],
  ],
  [
    "a workload that needs a role and has no ServiceAccount",
    site({ ...app, workloads: [web] }),
    [
      "shop on lab: workload web: it needs cloud credentials, which belong to a ServiceAccount, and it has none",
    ],
  ],
  [
    "credentials from nowhere",
    site(app, eks(), unidentified),
    ["shop on lab: identity: web need credentials, but nothing says where they come from"],
  ],
  [
    "IRSA without its provider and without STS",
    site(
      app,
      eks({ identity: { eksName: "lab" }, endpoints: { s3: network().endpoints.s3 ?? assert.fail() } }),
    ),
    [
      "cluster lab: aws.identity.oidcProviderArn: nothing isn't an OIDC provider, which IRSA's roles trust",
      "cluster lab: aws.endpoints.sts: IRSA gets its credentials from STS, but no endpoint is given",
    ],
  ],
  [
    "more rules than a group holds, by the flows that need them",
    site(
      shop([web, workload("api")], [toDatabase, flow("api", database, ["tcp/5432"])]),
      eks({ quotas: { ...DEFAULT_QUOTAS, rulesPerGroup: 2 }, podSecurityGroups: "migrating" }),
    ),
    [
      "cluster lab: security group sg-000000000000000bb: 3 ingress rules exceed the quota of 2, for the flows shop: api → cloud-identity tcp/443, shop: web → cloud-identity tcp/443",
      "cluster lab: security group shop:db-main: 3 ingress rules exceed the quota of 2, for the flows shop: api → database tcp/5432, shop: web → database tcp/5432",
    ],
  ],
];

describe("what is refused on AWS, all at once", () => {
  for (const [what, given, expected] of CASES) {
    it(what, () => assert.deepEqual(problems(given), expected));
  }

  it("more groups than a region holds", () => {
    const few = eks({ quotas: { ...DEFAULT_QUOTAS, groupsPerRegion: 2 } });
    assert.deepEqual(problems(site(app, few)), [
      "cluster lab: aws.quotas.groupsPerRegion: 3 security groups exceed the quota of 2",
    ]);
  });

  it("nothing where all is said", () => {
    assert.deepEqual(problems(site(app)), []);
    assert.deepEqual(
      problems(site(app, eks({ endpoints: { ...network().endpoints, s3: interfaceEndpoint() } }))),
      [],
    );
    assert.equal(DB_SUBNETS.length, 2);
    assert.ok(awsPlacement().podsRestarted);
  });

  it("describes what fills each group, and counts IPv4 and IPv6 apart", () => {
    const compiled = compileSite(site(app));
    assert.deepEqual(compiled.tenants[0]?.quotas, [
      "shop:db-main ingress: 1 of 60 rules",
      "shop:web egress: 3 of 60 rules",
      "pods of web: 2 of 5 groups on an interface",
    ]);
    assert.deepEqual(compiled.shared.quotas, [
      "dns-client egress: 2 of 60 rules",
      "sg-000000000000000aa ingress: 2 of 60 rules, beside its owner's, which the config doesn't count",
      "sg-000000000000000bb ingress: 1 of 60 rules, beside its owner's, which the config doesn't count",
      "3 of 2500 groups in the region, besides those that others have there",
    ]);
  });
});
