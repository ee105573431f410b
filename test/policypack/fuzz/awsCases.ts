import {
  accessBlock,
  ALL_BLOCKED,
  aws,
  bucket,
  bucketPolicy,
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
} from "../aws";
import type { Broken } from "./broken";

const world = { cidrBlocks: ["0.0.0.0/0"] };
const [tls = {}] = statements("documents");
const blocks = ["4.0.0.0/8", "5.0.0.0/8"];
const dbRule = ingress("db-in", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]);
const pair = { egress: [{ ...tcpInline(22), ...world }], ingress: [{ ...tcpInline(22), ...world }] };

/** Stacks of AWS resources with one defect each. */
export const BROKEN_AWS: readonly Broken[] = [
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
    // Each field of each statement is read by itself: an unknown resource hides no allowance for everybody.
    invariant: "s3-tls-and-endpoint-only",
    stack: [
      aws("s3/bucketPolicy:BucketPolicy", "documents", {
        bucket: "documents",
        policy: {
          Statement: [
            ...statements("documents"),
            { Sid: "All", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" },
          ],
        },
      }),
    ],
    proof: { documents: ["policy.Statement.2.Effect", "policy.Statement.2.Principal"] },
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
