// Longer than most: what each resource goes through in its life, a test each.
import { strict as assert } from "node:assert";
import { Provider } from "@pulumi/aws/provider";
import { BucketAccess } from "../../../components/aws/bucketAccess";
import { DatabaseAccess } from "../../../components/aws/databaseAccess";
import type { Environment, Placement } from "../../../compile/cluster";
import { type Recorded, record } from "../recorded";
import { flow, workload } from "../../compile/worlds";
import { eks, gateway, network, place, shop } from "../../compile/aws/lab";
import { provisioned } from "./provisioned";

const app = shop(
  [workload("web")],
  [
    flow("web", { kind: "database", database: "main" }, ["tcp/5432"]),
    flow("web", { kind: "bucket", bucket: "files", access: "read" }, ["tcp/443"]),
  ],
);

const find = (recorded: readonly Recorded[], type: string) => {
  const found = recorded.filter((one) => one.type.endsWith(`:${type}`));
  assert.ok(found.length > 0, `${type} is registered`);
  return found;
};

/** The policies that are handed to owners, by what they are for. */
function forOwners(recorded: readonly Recorded[]): Readonly<Record<string, string>> {
  const { outputs } = recorded.find(({ type }) => type.endsWith(":IsolatedApplication")) ?? assert.fail();
  return (outputs as { readonly policiesForOwners: Record<string, string> }).policiesForOwners;
}

const NEW = {
  kind: "new",
  identifier: "m",
  subnetIds: ["subnet-a", "subnet-b"],
  engineVersion: "16.4",
  instanceClass: "db.m7g.large",
  storageGb: 20,
} as const;

const fresh = (environment: Environment, extra: Partial<Placement> = {}) =>
  place(
    {
      databases: { main: { source: NEW, credentials: { kind: "iam", user: "shop" } } },
      buckets: { files: { source: { kind: "new", bucketName: "shop-files", kmsKeyArn: "arn:aws:kms:key" } } },
    },
    { environment, ...extra },
  );

describe("the lives of what is on AWS", () => {
  it("attaches a group only after the group, all its rules and the shared ones; so it is detached first", async () => {
    const recorded = await provisioned(app, eks(), place());
    const [attachment] = find(recorded, "SecurityGroupPolicy");
    const waits = attachment?.dependsOn ?? [];
    const rules = recorded.filter(
      ({ type }) => type.includes("SecurityGroupIngressRule") || type.includes("SecurityGroupEgressRule"),
    );
    for (const { type, name } of rules) assert.ok(waits.includes(`${type} ${name}`), name);
    assert.ok(waits.includes("aws:ec2/securityGroup:SecurityGroup lab/shop/web"));
    assert.ok(waits.includes("aws:ec2/securityGroup:SecurityGroup lab/dns-client"));
    assert.ok(waits.includes("kubernetes:core/v1:Namespace lab/shop"));
  });

  it("protects databases and buckets in uat and prod, and runs them as each environment asks", async () => {
    for (const [environment, expected] of [
      ["dev", [false, false, 1, false, undefined]],
      ["uat", [true, false, 7, true, "m-final"]],
      ["prod", [true, true, 30, true, "m-final"]],
    ] as const) {
      const recorded = await provisioned(app, eks(), fresh(environment));
      const [instance] = find(recorded, "Instance");
      const { multiAz, backupRetentionPeriod, deletionProtection, finalSnapshotIdentifier } =
        instance?.inputs ?? {};
      assert.deepEqual(
        [instance?.protect, multiAz, backupRetentionPeriod, deletionProtection, finalSnapshotIdentifier],
        expected,
      );
      // What closes the bucket stays as long as the bucket.
      for (const type of ["Bucket", "BucketPolicy", "BucketPublicAccessBlock", "BucketOwnershipControls"]) {
        assert.deepEqual(
          find(recorded, type).map(({ protect }) => protect),
          [expected[0]],
          type,
        );
      }
    }
  });

  it("protects the endpoint's policy where it is ours: without it every bucket is within reach", async () => {
    const ours = { ...gateway(), takeOverPolicy: true } as const;
    const endpoints = { ...network().endpoints, s3: ours };
    for (const [environment, expected] of [
      ["dev", false],
      ["prod", true],
    ] as const) {
      const recorded = await provisioned(app, eks({ endpoints }), fresh(environment));
      assert.equal(find(recorded, "VpcEndpointPolicy")[0]?.protect, expected);
    }
  });

  it("encrypts with the keys that are given, and lets the role use them", async () => {
    const recorded = await provisioned(app, eks(), fresh("dev"));
    const [encryption] = find(recorded, "BucketServerSideEncryptionConfiguration");
    assert.deepEqual(encryption?.inputs["rules"], [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:key" },
        bucketKeyEnabled: true,
      },
    ]);
    assert.match(
      JSON.stringify(find(recorded, "RolePolicy")[0]?.inputs["policy"]),
      /"Action":\["kms:Decrypt"\],"Effect":"Allow","Resource":\["arn:aws:kms:key"\]/,
    );
  });

  it("makes an Aurora cluster with a second instance in prod, none of them public", async () => {
    const aurora = {
      ...app,
      databases: { main: { engine: "aurora-mysql", port: 3306 } },
      flows: app.flows.map((one) => (one.to.kind === "database" ? flow("web", one.to, ["tcp/3306"]) : one)),
    };
    const placed = fresh("prod");
    const source = { ...NEW, engineVersion: "8.0.mysql_aurora.3.08.0" };
    const recorded = await provisioned(aurora, eks(), {
      ...placed,
      aws: {
        ...(placed.aws ?? assert.fail()),
        databases: { main: { source, credentials: { kind: "iam", user: "shop" } } },
      },
    });
    const [cluster] = find(recorded, "Cluster");
    assert.deepEqual(
      [cluster?.inputs["engine"], cluster?.inputs["storageEncrypted"], cluster?.protect],
      ["aurora-mysql", true, true],
    );
    const instances = find(recorded, "ClusterInstance");
    assert.deepEqual(
      instances.map(({ inputs }) => [inputs["identifier"], inputs["publiclyAccessible"]]),
      [
        ["m-1", false],
        ["m-2", false],
      ],
    );
    assert.deepEqual(find(recorded, "ClusterParameterGroup")[0]?.inputs["parameters"], [
      { applyMethod: "immediate", name: "require_secure_transport", value: "ON" },
    ]);
  });

  it("tags everything on AWS with application, owner and environment", async () => {
    const recorded = await provisioned(app, eks(), fresh("uat"));
    const untagged = /RolePolicy|BucketPolicy|Bucket(Public|Owner|Version|Server)|VpcEndpointPolicy/;
    for (const { type, name, inputs } of recorded.filter((one) => one.type.startsWith("aws:"))) {
      if (untagged.test(type)) continue;
      const tags = inputs["tags"] as Record<string, string> | undefined;
      const expected = name.startsWith("lab/shop")
        ? ["shop", "shop-team", "uat"]
        : ["lab", "platform", "uat"];
      assert.deepEqual(
        [tags?.["application"], tags?.["owner"], tags?.["environment"]],
        expected,
        `${type} ${name}`,
      );
    }
  });

  it("overwrites an owner's bucket policy only when told to, and hands it over otherwise", async () => {
    const existing = (takeOverPolicy: boolean) =>
      provisioned(
        app,
        eks(),
        place({
          buckets: { files: { source: { kind: "existing", bucketName: "shop-files", takeOverPolicy } } },
        }),
      );
    const left = await existing(false);
    assert.ok(!left.some(({ type }) => type.includes("BucketPolicy")));
    const policiesForOwners = forOwners(left);
    assert.deepEqual(Object.keys(policiesForOwners), ["S3 endpoint vpce-0s3", "bucket shop-files"]);
    assert.match(policiesForOwners["bucket shop-files"] ?? "", /OnlyThroughTheEndpoint/);
    assert.match(policiesForOwners["S3 endpoint vpce-0s3"] ?? "", /arn:aws:s3:::shop-files/);
    const taken = await existing(true);
    assert.equal(find(taken, "BucketPolicy").length, 1);
    assert.deepEqual(Object.keys(forOwners(taken)), ["S3 endpoint vpce-0s3"]);
  });

  it("shows the pair of each database and bucket in the plan, one line each", async () => {
    const recorded = await provisioned(app, eks(), place());
    const { outputs } = recorded.find(({ type }) => type.endsWith(":IsolatedApplication")) ?? assert.fail();
    assert.deepEqual((outputs as { readonly access: readonly string[] }).access, [
      "bucket files (read) ← web: policy web-egress, group web → prefix list pl-63a5400a, role lab-shop-web",
      "database main tcp/5432 ← web: policy web-egress, group web → db-main, role lab-shop-web (IAM token as shop)",
    ]);
  });

  it("selects ServiceAccounts by a label of ours where the placement asks for it", async () => {
    const recorded = await provisioned(app, eks(), place({ attachBy: "service-account" }));
    const [attachment] = find(recorded, "SecurityGroupPolicy");
    const label = { "palisade.dev/workload": "web" };
    assert.deepEqual((attachment?.inputs["spec"] as Record<string, unknown>)["serviceAccountSelector"], {
      matchLabels: label,
    });
    assert.deepEqual(
      (find(recorded, "ServiceAccount")[0]?.inputs["metadata"] as Record<string, unknown>)["labels"],
      label,
    );
  });
});

describe("components used alone", () => {
  const ownership = { application: "shop", owner: "shop-team", environment: "dev" } as const;

  it("DatabaseAccess admits the groups that it is given, and nothing by address", async () => {
    const recorded = await record(() => {
      const provider = new Provider("aws", { region: "us-east-1" });
      new DatabaseAccess(
        "orders",
        {
          database: "orders",
          engine: "postgres",
          port: 5432,
          vpcId: "vpc-1",
          source: { kind: "existing", identifier: "orders", group: { kind: "to-attach" } },
          ownership,
          clients: [{ name: "web", groupId: "sg-web", because: "checkout → orders" }],
        },
        { provider },
      );
    });
    const [rule] = find(recorded, "SecurityGroupIngressRule");
    assert.deepEqual(rule?.inputs, {
      description: "checkout to orders",
      fromPort: 5432,
      ipProtocol: "tcp",
      referencedSecurityGroupId: "sg-web",
      securityGroupId: "orders/db-orders-id",
      tags: { application: "shop", environment: "dev", "managed-by": "palisade", owner: "shop-team" },
      toPort: 5432,
    });
    assert.equal(rule.provider, "aws");
  });

  it("BucketAccess refuses to write a policy that shuts everyone out", async () => {
    const args = {
      source: { kind: "new", bucketName: "shop-files" },
      partition: "aws",
      endpointIds: [],
      roleArns: [],
      spared: [],
      ownership,
    } as const;
    await assert.rejects(
      record(() => new BucketAccess("files", args)),
      /^PalisadeInputError: BucketAccess files: endpointIds is empty, so .* would shut everyone out\. Give the id/,
    );
  });
});
