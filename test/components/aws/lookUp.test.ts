import { strict as assert } from "node:assert";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { subnetCidrsOf, withPrefixListOfToday } from "../../../components/aws/lookUp";
import type { Cluster } from "../../../compile/cluster";
import { record } from "../recorded";
import { S3_CIDRS, eks, gateway, network, place } from "../../compile/aws/lab";

const looking = (lookUp: boolean): Cluster => {
  const s3 = gateway();
  return s3.kind === "gateway"
    ? eks({ endpoints: { ...network().endpoints, s3: { ...s3, prefixList: { ...s3.prefixList, lookUp } } } })
    : assert.fail();
};

/** What is compiled for after a look-up that AWS answers so, and what was warned of. */
async function lookedUp(cluster: Cluster, id: string, cidrs: readonly string[]) {
  let found: { readonly cidrs: readonly string[]; readonly placed: unknown } | undefined;
  const warnings: string[] = [];
  const { warn } = pulumi.log;
  Object.assign(pulumi.log, { warn: (text: string) => Promise.resolve(void warnings.push(text)) });
  try {
    await record(
      async () => {
        const provider = new Provider("aws", { region: "us-east-1" });
        const given = { cluster, applications: [{ placement: place() }] };
        const { cluster: now, applications } = await withPrefixListOfToday(given, provider);
        const s3 = now.aws?.endpoints.s3;
        found = {
          cidrs: s3?.kind === "gateway" ? s3.prefixList.cidrs : [],
          placed: applications[0]?.placement.buckets["files"]?.endpoint,
        };
      },
      () => ({}),
      () => ({ id, entries: cidrs.map((cidr) => ({ cidr })) }),
    );
  } finally {
    Object.assign(pulumi.log, { warn });
  }
  return { ...found, warnings };
}

describe("S3's prefix list at preview", () => {
  it("is today's, in groups and policies alike, with a warning where it drifted from the snapshot", async () => {
    const now = ["3.5.0.0/19", "9.9.9.0/24"];
    const { cidrs, placed, warnings } = await lookedUp(looking(true), "pl-63a5400a", now);
    assert.deepEqual([cidrs, placed], [now, { kind: "gateway", prefixListCidrs: now }]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /9\.9\.9\.0\/24 came; 52\.216\.0\.0\/15 went/);
  });

  it("is the snapshot's, and no warning, where nothing changed or nothing is looked up", async () => {
    assert.deepEqual((await lookedUp(looking(true), "pl-63a5400a", S3_CIDRS)).warnings, []);
    const offline = await lookedUp(looking(false), "unasked", []);
    assert.deepEqual([offline.cidrs, offline.warnings], [S3_CIDRS, []]);
  });

  it("is taken with its id, which every region has its own of", async () => {
    const { warnings } = await lookedUp(looking(true), "pl-00000001", S3_CIDRS);
    assert.match(warnings.join(), /it is pl-00000001, not pl-63a5400a/);
  });

  it("that has no entries is refused", async () => {
    await assert.rejects(lookedUp(looking(true), "pl-63a5400a", []), /has no entries/);
  });
});

describe("a database's subnets at preview", () => {
  it("are every subnet of its subnet group, with the CIDRs of both families, each once", async () => {
    let found: readonly string[] = [];
    await record(
      async () => {
        found = await subnetCidrsOf(new Provider("aws", { region: "us-east-1" }), "shop");
      },
      () => ({}),
      (token) =>
        token.includes("getSubnetGroup")
          ? { subnetIds: ["subnet-b", "subnet-a"] }
          : { cidrBlock: "10.1.0.0/24", ipv6CidrBlock: "2600:1f18::/64" },
    );
    assert.deepEqual(found, ["10.1.0.0/24", "2600:1f18::/64"]);
  });
});
