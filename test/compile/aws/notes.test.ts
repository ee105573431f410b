import { strict as assert } from "node:assert";
import { compileSite } from "../../../compile/aws/compile";
import { flow, workload } from "../worlds";
import { NODES, awsPlacement, eks, interfaceEndpoint, network, place, shop, site } from "./lab";

const app = shop(
  [workload("web")],
  [
    flow("web", { kind: "database", database: "main" }, ["tcp/5432"]),
    flow("web", { kind: "bucket", bucket: "files", access: "read" }, ["tcp/443"]),
    flow("web", { kind: "internet" }, ["tcp/443"]),
  ],
);

const notes = (...rest: [Parameters<typeof site>[1]?, Parameters<typeof site>[2]?]) =>
  compileSite(site(app, ...rest)).tenants[0]?.notes ?? [];

const ATTACH = "The owner of shop-main has to attach the security group db-main to it.";
const TOKEN =
  "Pods log in to database main with an IAM token as shop: create that user and grant it rds_iam (PostgreSQL) or AWSAuthenticationPlugin (MySQL, MariaDB).";
const REACH =
  "Prefix list pl-63a5400a reaches every bucket of us-east-1, not only files: only the endpoint's policy or the workload's role narrows it.";
const POLICY =
  "Bucket shop-files has an owner's policy, which stays: add the statements of output policiesForOwners to it, or set takeOverPolicy: true; its public access block, encryption, versioning and ownership are its owner's, and are neither changed nor read.";
const ALWAYS = [ATTACH, TOKEN, REACH, POLICY];

const admits = (mode: string, until: string) =>
  `podSecurityGroups is ${mode} on cluster lab: every pod with the nodes' group ${NODES.id}, of any namespace, passes the security groups of database main${until}; only NetworkPolicies keep it out.`;

describe("what the plan says of AWS", () => {
  it("says what the owners have to do, how pods log in, and how far S3 reaches", () => {
    assert.deepEqual(notes(), ALWAYS);
  });

  it("says in one sentence what the nodes' group lets through", () => {
    assert.deepEqual(notes(eks({ podSecurityGroups: "off" })), [admits("off", ""), ...ALWAYS]);
    const until = " until podSecurityGroups changes";
    assert.deepEqual(notes(eks({ podSecurityGroups: "migrating" })), [admits("migrating", until), ...ALWAYS]);
    assert.deepEqual(notes(eks({ podSecurityGroups: "leaving" })), [admits("leaving", until), ...ALWAYS]);
  });

  it("warns of flows that leave the VPC as the node, without external SNAT", () => {
    const warned = (ids: string) =>
      `External SNAT is off on cluster lab: these flows leave the VPC as the node, whose group ${NODES.id} decides, not the pods': ${ids}.`;
    const [first] = notes(eks({ externalSnat: false }));
    assert.equal(first, warned("web → bucket tcp/443; web → internet tcp/443"));
    const apart = eks({
      externalSnat: false,
      vpc: { id: "vpc-1", cidrs: ["10.42.0.0/16"] },
      endpoints: { ...network().endpoints, s3: interfaceEndpoint() },
    });
    assert.equal(notes(apart)[0], warned("web → database tcp/5432; web → internet tcp/443"));
  });

  it("admits the node at a database outside the VPC, where SNAT makes pods the node", () => {
    const apart = eks({ externalSnat: false, vpc: { id: "vpc-1", cidrs: ["10.42.0.0/16"] } });
    const rules = compileSite(site(app, apart)).tenants[0]?.rules.map(({ name }) => name) ?? [];
    assert.ok(rules.includes(`db-main-from-${NODES.id}-tcp-5432`));
    assert.ok(rules.includes("db-main-from-web-tcp-5432"));
  });

  it("says how a password is read, and which groups stand open while observed", () => {
    const aws = awsPlacement({
      databases: {
        main: {
          source: {
            kind: "existing",
            identifier: "m",
            group: { kind: "to-attach" },
            secretArn: "arn:secret",
          },
          credentials: { kind: "secret" },
        },
      },
    });
    const found = notes(eks(), { ...place(), stage: "observe", aws });
    assert.ok(
      found.includes("Pods read the password of database main from Secrets Manager, through its endpoint."),
    );
    assert.equal(
      found.at(-1),
      "The security groups of web let the VPC in and everything out until they are enforced.",
    );
  });
});
