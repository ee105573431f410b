import { aws } from "../aws";
import { UNKNOWN } from "../helpers";
import { type Case, casesOf } from "./case";

const ACL = "network-acl-no-world-ingress";

const rule = (
  ruleNo: unknown,
  action: unknown,
  cidrBlock: unknown,
  port: number | [number, number],
  protocol: unknown = "tcp",
) => {
  const [fromPort, toPort] = [port].flat().length === 1 ? [port, port] : (port as [number, number]);
  return { ruleNo, action, cidrBlock, protocol, fromPort, toPort };
};
const acl = (...ingress: readonly object[]) => [
  aws("ec2/networkAcl:NetworkAcl", "acl", { vpcId: "vpc-1", ingress }),
];
const single = (name: string, props: object) =>
  aws(
    "ec2/networkAclRule:NetworkAclRule",
    name,
    { networkAclId: UNKNOWN, ruleNumber: 100, ruleAction: "allow", ...props },
    { networkAclId: ["acl"] },
  );
const WORLD = "0.0.0.0/0";
const ssh = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlock: WORLD };
const EMPTY = aws("ec2/networkAcl:NetworkAcl", "acl", { vpcId: "vpc-1" }, {});

const acls = casesOf(ACL, "CIS AWS 5.2, network ACLs and remote administration");
const administration = casesOf(ACL, "CIS AWS 5.2, remote administration alone", {
  ports: ["tcp/22", "tcp/3389"],
});
const wider = casesOf(ACL, "subnets of databases", { ports: ["tcp/5400-5500"] });

/** Network ACLs: what they let into subnets. */
export const NETWORK_ACL_CASES: readonly Case[] = [
  acls("acl-ssh", "An ACL admits the internet on SSH", acl(rule(100, "allow", WORLD, 22)), "acl"),
  acls(
    "acl-everything",
    "An ACL admits everything, as AWS's default one does",
    acl(rule(100, "allow", WORLD, [0, 0], "-1")),
    "acl",
  ),
  acls(
    "acl-rdp-ipv6",
    "An ACL admits the IPv6 internet on RDP",
    acl({ ...rule(100, "allow", undefined, 3389), ipv6CidrBlock: "::/0" }),
    "acl",
  ),
  acls(
    "acl-halves",
    "Two rules admit half of the internet each",
    acl(rule(100, "allow", "0.0.0.0/1", 22), rule(101, "allow", "128.0.0.0/1", 22)),
    "acl",
  ),
  acls(
    "acl-denied-later",
    "A denial with a higher number comes too late",
    acl(rule(100, "allow", WORLD, 22), rule(200, "deny", WORLD, 22)),
    "acl",
  ),
  administration(
    "acl-denied-first",
    "A denial with a lower number comes first",
    acl(
      rule(50, "deny", WORLD, [20, 25]),
      rule(100, "allow", WORLD, [0, 0], "-1"),
      rule(60, "deny", WORLD, 3389),
    ),
  ),
  acls("acl-office", "An ACL admits an office on SSH", acl(rule(100, "allow", "198.51.100.0/24", 22))),
  acls("acl-replies", "An ACL admits replies", acl(rule(100, "allow", WORLD, [1024, 65_535]))),
  acls("acl-https", "An ACL admits the internet on HTTPS", acl(rule(100, "allow", WORLD, 443))),
  acls("acl-by-number", "TCP by its number", acl(rule(100, "allow", WORLD, 22, "6")), "acl"),
  acls(
    "acl-unknown-action",
    "The deployment tells whether a rule admits or denies",
    acl(rule(100, UNKNOWN, WORLD, 22)),
    "acl?",
  ),
  acls(
    "acl-unknown-block",
    "The deployment tells whom a rule admits",
    acl(rule(100, "allow", UNKNOWN, 22)),
    "acl?",
  ),
  acls(
    "acl-unknown-rules",
    "The deployment tells all rules",
    [aws("ec2/networkAcl:NetworkAcl", "acl", { ingress: UNKNOWN })],
    "acl?",
  ),
  acls(
    "default-acl-ssh",
    "The VPC's default ACL admits the internet on SSH",
    [aws("ec2/defaultNetworkAcl:DefaultNetworkAcl", "acl", { ingress: [rule(100, "allow", WORLD, 22)] })],
    "acl",
  ),
  acls(
    "acl-rule-ssh",
    "A rule of a resource of its own admits the internet on SSH",
    [EMPTY, single("rule", ssh)],
    "acl",
  ),
  acls("acl-rules-in-order", "Two rules of resources of their own, the denial first", [
    EMPTY,
    single("rule", ssh),
    single("denial", { ...ssh, ruleNumber: 50, ruleAction: "deny" }),
  ]),
  acls("acl-rule-egress", "A rule for what leaves", [EMPTY, single("rule", { ...ssh, egress: true })]),
  acls(
    "acl-rule-unknown-direction",
    "The deployment tells which way a rule is for",
    [EMPTY, single("rule", { ...ssh, egress: UNKNOWN })],
    "acl?",
  ),
  acls(
    "acl-rule-elsewhere",
    "A rule of another stack's ACL",
    [
      aws("ec2/networkAclRule:NetworkAclRule", "rule", {
        ...ssh,
        networkAclId: "acl-1",
        ruleNumber: 100,
        ruleAction: "allow",
      }),
    ],
    "rule",
  ),
  acls(
    "acl-database",
    "An ACL admits the internet on a database's port",
    acl(rule(100, "allow", WORLD, 5432)),
    "acl",
  ),
  acls(
    "acl-database-denied",
    "The same behind a denial",
    acl(rule(90, "deny", WORLD, 5432), rule(100, "allow", WORLD, 5432)),
  ),
  acls(
    "acl-database-inside",
    "A database's port for the VPC only",
    acl(rule(100, "allow", "10.0.0.0/16", 5432)),
  ),
  acls("acl-web", "The web's ports", acl(rule(100, "allow", WORLD, 443), rule(110, "allow", WORLD, 80))),
  wider(
    "acl-range-partly-denied",
    "A range of which a denial covers the end only",
    acl(rule(50, "deny", WORLD, [5433, 5500]), rule(100, "allow", WORLD, [0, 6000])),
    "acl",
  ),
  wider(
    "acl-range-denied",
    "A range that is denied in two parts",
    acl(
      rule(50, "deny", WORLD, [5400, 5450]),
      rule(51, "deny", WORLD, [5451, 5500]),
      rule(100, "allow", WORLD, [0, 6000]),
    ),
  ),
];
