import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../policypack/invariants/all";
import {
  accessBlock,
  ALL_BLOCKED,
  bucket,
  bucketPolicy,
  COMPLIANT_AWS,
  database,
  egress,
  group,
  groupPolicy,
  ingress,
  peer,
  singleRule,
  statements,
  tcp,
  tcpInline,
} from "./aws";
import { blur, type Spot, spotsOf } from "./blur";
import { run, type TestResource } from "./helpers";

const world = { cidrBlocks: ["0.0.0.0/0"] };
const [tls = {}] = statements("documents");
const blocks = ["4.0.0.0/8", "5.0.0.0/8"];
const dbRule = ingress("db-in", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]);
const pair = { egress: [{ ...tcpInline(22), ...world }], ingress: [{ ...tcpInline(22), ...world }] };

/** Stacks with one defect; `proof`: for each resource, the properties that prove it. */
const BROKEN: readonly {
  readonly invariant: string;
  readonly stack: readonly TestResource[];
  readonly proof: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    invariant: "security-group-no-world-ingress",
    stack: [group("g", pair)],
    proof: { g: ["ingress"] },
  },
  {
    invariant: "security-group-no-world-ingress",
    stack: [group("g"), ...blocks.map((cidrIpv4, i) => ingress(`r${i}`, "g", { ...tcp(22), cidrIpv4 }))],
    proof: Object.fromEntries(
      blocks.map((_, i) => [`r${i}`, ["cidrIpv4", "ipProtocol", "fromPort", "toPort", "securityGroupId"]]),
    ),
  },
  {
    invariant: "security-group-no-world-egress",
    stack: [singleRule("r", "g", { ...tcpInline(0, 65535), ...world, type: "egress" })],
    proof: { r: ["cidrBlocks", "type", "protocol", "fromPort", "toPort"] },
  },
  {
    invariant: "security-group-rule-described",
    stack: [egress("r", "g", { ...tcp(22), description: "Managed by Pulumi" })],
    proof: { r: ["description"] },
  },
  {
    invariant: "rds-private",
    stack: [database("db", { publiclyAccessible: true })],
    proof: { db: ["publiclyAccessible"] },
  },
  {
    invariant: "rds-encrypted-and-protected",
    stack: [database("db", { storageEncrypted: false })],
    proof: { db: ["storageEncrypted"] },
  },
  {
    invariant: "rds-admits-groups-only",
    stack: [
      group("web"),
      group("db-group"),
      dbRule,
      database("db"),
      ingress("bad", "db-group", { ...tcp(5432), cidrIpv4: "10.0.0.0/8" }),
    ],
    proof: { db: ["vpcSecurityGroupIds"], bad: ["cidrIpv4", "securityGroupId"] },
  },
  {
    invariant: "s3-public-access-blocked",
    stack: [bucket("documents"), accessBlock("documents", { ...ALL_BLOCKED, ignorePublicAcls: false })],
    proof: { documents: ["ignorePublicAcls"] },
  },
  {
    invariant: "s3-tls-and-endpoint-only",
    stack: [bucketPolicy("documents", [tls])],
    proof: { documents: ["policy"] },
  },
  {
    invariant: "security-group-rules-not-mixed",
    stack: [group("g", pair), ingress("r", "g", { ...tcp(22), cidrIpv4: "10.0.0.0/8" })],
    proof: { r: ["securityGroupId"] },
  },
  {
    invariant: "security-group-policy-effective",
    stack: [group("web"), groupPolicy("p", ["web"])],
    proof: { p: ["spec"] },
  },
  {
    invariant: "quota-budget",
    stack: [groupPolicy("p", ["a", "b", "c", "d", "e", "f"])],
    proof: { p: ["spec"] },
  },
];

describe("unknown values on AWS", () => {
  it("are all that policies speak of on a compliant stack: every field", () => {
    for (const spot of spotsOf(COMPLIANT_AWS)) {
      const certain = run(blur(COMPLIANT_AWS, [spot])).filter(({ undecided }) => !undecided);
      assert.deepEqual(certain, [], JSON.stringify(spot));
    }
  });

  for (const [index, { invariant, stack, proof }] of BROKEN.entries()) {
    const isViolated = (spots: readonly Spot[]) =>
      run(blur(stack, spots), {}, { only: invariant }).some(({ undecided }) => !undecided);
    it(`hide no violation of ${invariant} (${index}): every field and pair of fields that doesn't prove it`, () => {
      assert.ok(INVARIANTS.some(({ name }) => name === invariant));
      assert.ok(isViolated([]), "the control");
      const others = spotsOf(stack).filter(
        ({ resource, path }) => !(proof[stack[resource]?.name ?? ""] ?? []).includes(String(path[0])),
      );
      for (const [i, first] of others.entries()) {
        for (const second of others.slice(i)) {
          assert.ok(isViolated([first, second]), JSON.stringify([first, second]));
        }
      }
    });
  }
});
