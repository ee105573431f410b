import { ALL_BLOCKED, accessBlock, aws, bucket, database, group, ingress, singleRule } from "../aws";
import { policy, service } from "../helpers";
import type { Case } from "./case";

const WORLD = "security-group-no-world-ingress";
const CONVERSION = "Terraform's conversion of types, which the AWS provider takes over";
const REFUSED = "an API that refuses the value";

/** Values of another type than a field's: taken as the provider takes them, or refused; never waited for. */
export const TYPE_CASES: readonly Case[] = [
  {
    id: "type-public-as-text",
    idea: 'publiclyAccessible is "true"',
    source: CONVERSION,
    policies: ["rds-private"],
    stack: [database("db", { publiclyAccessible: "true" })],
    expected: ["rds-private db"],
  },
  {
    id: "type-private-as-text",
    idea: 'publiclyAccessible is "false"',
    source: CONVERSION,
    policies: ["rds-private"],
    stack: [database("db", { publiclyAccessible: "false" })],
    expected: [],
  },
  {
    id: "type-public-as-nonsense",
    idea: 'publiclyAccessible is "yes", which no API takes',
    source: REFUSED,
    policies: ["rds-private"],
    stack: [database("db", { publiclyAccessible: "yes" })],
    expected: ["rds-private db"],
  },
  {
    id: "type-encrypted-as-text",
    idea: 'storageEncrypted and deletionProtection are "true", backups are "7"',
    source: CONVERSION,
    policies: ["rds-encrypted-and-protected"],
    stack: [
      database("db", { storageEncrypted: "true", deletionProtection: "true", backupRetentionPeriod: "7" }),
    ],
    expected: [],
  },
  {
    id: "type-port-as-text",
    idea: 'A rule\'s ports are "22"',
    source: CONVERSION,
    policies: [WORLD],
    stack: [
      group("web"),
      ingress("in", "web", { ipProtocol: "tcp", fromPort: "22", toPort: "22", cidrIpv4: "0.0.0.0/0" }),
    ],
    expected: [`${WORLD} in`],
  },
  {
    id: "type-public-port-as-text",
    idea: 'A load balancer\'s port is "443"',
    source: CONVERSION,
    policies: [WORLD],
    stack: [
      group("web"),
      ingress("in", "web", { ipProtocol: "tcp", fromPort: "443", toPort: "443", cidrIpv4: "0.0.0.0/0" }),
    ],
    expected: [],
  },
  {
    id: "type-port-as-nonsense",
    idea: 'A rule\'s port is "ssh"',
    source: REFUSED,
    policies: [WORLD],
    stack: [
      group("web"),
      ingress("in", "web", { ipProtocol: "tcp", fromPort: "ssh", toPort: "ssh", cidrIpv4: "0.0.0.0/0" }),
    ],
    expected: [`${WORLD} in`],
  },
  {
    id: "type-protocol-as-number",
    idea: "A rule's protocol is the number 6",
    source: CONVERSION,
    policies: [WORLD],
    stack: [
      group("web"),
      ingress("in", "web", { ipProtocol: 6, fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" }),
    ],
    expected: [`${WORLD} in`],
  },
  {
    id: "type-every-protocol-as-number",
    idea: "A rule's protocol is the number -1",
    source: CONVERSION,
    policies: [WORLD],
    stack: [group("web", { ingress: [{ protocol: -1, fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] })],
    expected: [`${WORLD} web`],
  },
  {
    id: "type-direction-in-capitals",
    idea: 'An older rule\'s type is "Ingress"',
    source: "an attacker with commit rights",
    policies: [WORLD],
    stack: [
      singleRule("in", "web", {
        type: "Ingress",
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        cidrBlocks: ["0.0.0.0/0"],
      }),
    ],
    expected: [`${WORLD} in`],
  },
  {
    id: "type-direction-as-nonsense",
    idea: 'An older rule\'s type is "both"',
    source: REFUSED,
    policies: [WORLD],
    stack: [
      singleRule("in", "web", {
        type: "both",
        protocol: "tcp",
        fromPort: 22,
        toPort: 22,
        cidrBlocks: ["0.0.0.0/0"],
      }),
    ],
    expected: [`${WORLD} in`],
  },
  {
    id: "type-self-as-text",
    idea: 'A protected group admits itself by self: "true"',
    source: CONVERSION,
    policies: ["protected-ends"],
    config: { "protected-ends": { groups: [{ name: "the database", group: "db", from: [] }] } },
    stack: [group("db", { ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, self: "true" }] })],
    expected: ["protected-ends db"],
  },
  {
    id: "type-flags-as-texts",
    idea: 'The four flags of a block are "true"',
    source: CONVERSION,
    policies: ["s3-public-access-blocked"],
    stack: [
      bucket("files"),
      accessBlock("files", Object.fromEntries(Object.keys(ALL_BLOCKED).map((flag) => [flag, "true"]))),
    ],
    expected: [],
  },
  {
    id: "type-flag-off-as-text",
    idea: 'One flag of a block is "false"',
    source: CONVERSION,
    policies: ["s3-public-access-blocked"],
    stack: [bucket("files"), accessBlock("files", { ...ALL_BLOCKED, ignorePublicAcls: "false" })],
    expected: ["s3-public-access-blocked files"],
  },
  {
    id: "type-policy-not-json",
    idea: "A bucket's policy is a text that isn't JSON",
    source: REFUSED,
    policies: ["s3-tls-and-endpoint-only"],
    stack: [aws("s3/bucketPolicy:BucketPolicy", "p", { bucket: "files", policy: "allow nobody" })],
    expected: ["s3-tls-and-endpoint-only p"],
  },
  {
    id: "type-service-type-as-number",
    idea: "A Service's type is a number",
    source: REFUSED,
    policies: ["service-no-open-exposure"],
    stack: [service({ type: 7 })],
    expected: ["service-no-open-exposure web"],
  },
  {
    id: "type-policy-types-as-text",
    idea: "A NetworkPolicy's policyTypes is a text",
    source: REFUSED,
    policies: ["network-policy-explicit-types"],
    stack: [policy("web", { podSelector: {}, policyTypes: "Ingress" })],
    expected: ["network-policy-explicit-types web"],
  },
  {
    id: "type-cidr-refused",
    idea: "A block that the API refuses",
    source: REFUSED,
    policies: ["network-policy-no-everyone-ingress"],
    stack: [
      policy("web", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/33" } }], ports: [{ port: 80 }] }],
      }),
    ],
    expected: ["network-policy-no-everyone-ingress web"],
  },
];
