import { aws, group, tcp } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import { casesOf } from "./case";

const SOURCE = "a group that a component of another package makes";
const inward = casesOf("security-group-no-world-ingress", SOURCE);
const outward = casesOf("security-group-no-world-egress", SOURCE);
const database = casesOf("rds-admits-groups-only", SOURCE);

/** A rule on such a group: its id isn't known, and no group of the stack went into it. */
const rule = (name: string, props: object, direction: "Ingress" | "Egress" = "Ingress"): TestResource =>
  aws(
    `vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
    name,
    { securityGroupId: UNKNOWN, description: "a rule", ...props },
    { securityGroupId: ["eks"] },
  );
const EKS: TestResource = { type: "eks:index:Cluster", name: "eks", props: {} };
const EIGHTS = ["13.0.0.0/8", "15.0.0.0/8", "17.0.0.0/8", "19.0.0.0/8"];
const each = (props: (cidrIpv4: string, i: number) => object, direction?: "Egress") =>
  EIGHTS.map((cidrIpv4, i) => rule(`r${i}`, { cidrIpv4, ...props(cidrIpv4, i) }, direction));

/** Groups that other packages make: what this stack's rules open there isn't known, and never "not open". */
export const GROUPS_OF_OTHERS_CASES = [
  inward(
    "others-scattered",
    "Four scattered /8s, on groups which may be one",
    [EKS, ...each(() => tcp(22))],
    "r0?",
  ),
  outward(
    "others-scattered-egress",
    "The same outwards, on every protocol",
    [EKS, ...each(() => ({ ipProtocol: "-1" }), "Egress")],
    "r0?",
  ),
  inward("others-apart", "The same blocks, each on a port of its own", [EKS, ...each((_, i) => tcp(22 + i))]),
  inward(
    "others-open",
    "The internet is told of the rule itself, and nothing of the one beside it",
    [
      EKS,
      rule("bad", { ...tcp(22), cidrIpv4: "0.0.0.0/0" }),
      rule("fine", { ...tcp(22), cidrIpv4: "13.0.0.0/8" }),
    ],
    "bad",
  ),
  database(
    "others-database",
    "Addresses on a database's port",
    [EKS, rule("bad", { ...tcp(5432), cidrIpv4: "10.0.0.0/8" })],
    "bad?",
  ),
  database("others-web", "Addresses on another port", [
    EKS,
    rule("fine", { ...tcp(443), cidrIpv4: "10.0.0.0/8" }),
  ]),
  database("others-by-group", "A group on a database's port", [
    EKS,
    group("web"),
    rule("fine", { ...tcp(5432), referencedSecurityGroupId: "sg-8" }),
  ]),
];
