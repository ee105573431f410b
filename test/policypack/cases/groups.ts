import { aws, database, egress, group, groupPolicy, ingress, peer, tcp, tcpInline } from "../aws";
import type { TestResource } from "../helpers";
import type { Case } from "./case";

const IN = "security-group-no-world-ingress";
const OUT = "security-group-no-world-egress";
const DATABASE = "rds-admits-groups-only";
const ATTACK = "an attacker with commit rights";
const TFSEC = "tfsec's checks about public rules of security groups";

const one = (
  id: string,
  idea: string,
  source: string,
  policy: string,
  stack: readonly TestResource[],
  expected: readonly string[] = [],
): Case => ({
  id: `group-${id}`,
  idea,
  source,
  policies: [policy],
  stack,
  expected: expected.map((name) => `${policy} ${name}`),
});

const blocks = (list: readonly string[], port = 22) =>
  list.map((cidrIpv4, i) => ingress(`r${i}`, "web", { ...tcp(port), cidrIpv4 }));
const eights = (from: number, count: number, step = 2, suffix = "0.0.0/8") =>
  Array.from({ length: count }, (_, i) => `${from + i * step}.${suffix}`);
const foreign = (name: string, props: object): TestResource =>
  aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", name, { securityGroupId: "sg-9", ...props });
const byGroup = (name: string, port: object) =>
  ingress(name, "stores", { ...port, ...peer("web")[0] }, peer("web")[1]);
const byBlock = (port: object) => ingress("bad", "stores", { ...port, cidrIpv4: "10.0.0.0/16" });
const adopted = (rule: object): TestResource =>
  aws("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", { vpcId: "vpc-1", ...rule });

const STORES: Readonly<Record<string, number>> = {
  Redshift: 5439,
  DocumentDB: 27017,
  Neptune: 8182,
  OpenSearch: 9200,
  Memcached: 11211,
  Redis: 6379,
  Cassandra: 9042,
  Keyspaces: 9142,
  DAX: 8111,
  InfluxDB: 8086,
};

/** Security groups: what their rules open, alone and together. */
export const GROUP_CASES: readonly Case[] = [
  one(
    "ssh",
    "SSH for everyone",
    "CIS AWS Foundations Benchmark",
    IN,
    [group("web"), ...blocks(["0.0.0.0/0"])],
    ["r0"],
  ),
  one(
    "rdp-v6",
    "RDP for everyone in IPv6",
    "CIS AWS Foundations Benchmark",
    IN,
    [group("web"), ingress("r0", "web", { ...tcp(3389), cidrIpv6: "::/0" })],
    ["r0"],
  ),
  one("https", "HTTPS for everyone, on a load balancer's group", TFSEC, IN, [
    group("web"),
    ...blocks(["0.0.0.0/0"], 443),
  ]),
  one(
    "https-of-pods",
    "HTTPS for everyone, on pods' group",
    ATTACK,
    IN,
    [group("web"), groupPolicy("p", ["web"]), ...blocks(["0.0.0.0/0"], 443)],
    ["web"],
  ),
  one("private", "SSH for the VPC", TFSEC, IN, [group("web"), ...blocks(["10.0.0.0/16"])]),
  one("office", "SSH for an office", TFSEC, IN, [group("web"), ...blocks(["203.0.113.0/24"])]),
  one("two-owners", "Two scattered /8s", "the holdings of large owners", IN, [
    group("web"),
    ...blocks(eights(4, 2)),
  ]),
  one(
    "scattered-eights",
    "Four scattered /8s add up to more than an owner's",
    ATTACK,
    IN,
    [group("web"), ...blocks(eights(13, 4))],
    ["web"],
  ),
  one(
    "scattered-nines",
    "Eight scattered /9s",
    ATTACK,
    IN,
    [group("web"), ...blocks(eights(13, 8, 2, "0.0.0/9"))],
    ["web"],
  ),
  one(
    "scattered-tens",
    "Fifty scattered /10s",
    ATTACK,
    IN,
    [group("web"), ...blocks(eights(13, 50, 1, "0.0.0/10").filter((cidr) => !/^(?:10|127)\./.test(cidr)))],
    ["web"],
  ),
  one("cloud-sized", "Twenty blocks of a /12, as clouds publish them", "AWS's published ranges", IN, [
    group("web"),
    ...blocks(eights(13, 20, 3, "0.0.0/12")),
  ]),
  one(
    "everything-out",
    "Everything out to everyone",
    TFSEC,
    OUT,
    [group("web"), egress("r", "web", { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })],
    ["r"],
  ),
  one("https-out", "HTTPS out to everyone", TFSEC, OUT, [
    group("web"),
    egress("r", "web", { ...tcp(443), cidrIpv4: "0.0.0.0/0" }),
  ]),
  one(
    "redshift-out",
    "Redshift's port out to everyone",
    ATTACK,
    OUT,
    [group("web"), egress("r", "web", { ...tcp(5439), cidrIpv4: "0.0.0.0/0" })],
    ["r"],
  ),
  one(
    "default-itself",
    "The VPC's default group admits itself",
    "CIS AWS Foundations Benchmark",
    IN,
    [adopted({ ingress: [{ ...tcpInline(0, 65535), self: true }] })],
    ["default"],
  ),
  one("default-empty", "The VPC's default group admits nobody", "CIS AWS Foundations Benchmark", IN, [
    adopted({ ingress: [], egress: [] }),
  ]),
  one("own-itself", "A group of its own admits itself", "AWS's guide to clusters", IN, [
    group("web", { ingress: [{ ...tcpInline(7000), self: true }] }),
  ]),
  one(
    "foreign-range",
    "A range that holds a database's port, by address to another stack's group",
    ATTACK,
    DATABASE,
    [foreign("bad", { ...tcp(5000, 6000), cidrIpv4: "10.0.0.0/8" })],
    ["bad"],
  ),
  one(
    "foreign-everything",
    "Every protocol, by address to another stack's group",
    ATTACK,
    DATABASE,
    [foreign("bad", { ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" })],
    ["bad"],
  ),
  one(
    "foreign-list",
    "Every protocol, by prefix list to another stack's group",
    ATTACK,
    DATABASE,
    [foreign("bad", { ipProtocol: "-1", prefixListId: "pl-1" })],
    ["bad"],
  ),
  one("foreign-ssh", "SSH by address to another stack's group: no database's port", "a bastion", DATABASE, [
    foreign("in", { ...tcp(22), cidrIpv4: "10.0.0.0/16" }),
  ]),
  one(
    "foreign-by-group",
    "Every protocol, by group to another stack's group",
    "a node group's rule",
    DATABASE,
    [foreign("in", { ipProtocol: "-1", referencedSecurityGroupId: "sg-8" })],
  ),
  one(
    "range-of-own",
    "A range around a database's port, in a group that opens nothing else",
    ATTACK,
    DATABASE,
    [group("web"), group("stores"), byGroup("good", tcp(5432, 5439)), byBlock(tcp(5430, 5440))],
    ["bad"],
  ),
  one(
    "range-of-pods",
    "The same on a group that pods carry: other policies judge pods",
    "a headless database in the cluster",
    DATABASE,
    [
      group("web"),
      group("stores"),
      groupPolicy("p", ["stores"]),
      byGroup("good", tcp(5432)),
      byBlock(tcp(5432)),
    ],
  ),
  one(
    "range-of-an-application",
    "A group that opens an application's port too isn't a database's",
    "an application's group",
    DATABASE,
    [group("web"), group("stores"), byGroup("good", tcp(8080)), byBlock(tcp(5432))],
  ),
  ...Object.entries(STORES).map(([name, port]) =>
    one(
      `store-${name.toLowerCase()}`,
      `${name}'s port by address, in a group that opens it to a client`,
      "Checkov's checks about data stores' groups",
      DATABASE,
      [group("web"), group("stores"), byGroup("good", tcp(port)), byBlock(tcp(port))],
      ["bad"],
    ),
  ),
  one(
    "database-by-list",
    "A database's group admits a prefix list",
    ATTACK,
    DATABASE,
    [group("db-group"), database("db"), ingress("bad", "db-group", { ...tcp(5432), prefixListId: "pl-1" })],
    ["bad"],
  ),
];
