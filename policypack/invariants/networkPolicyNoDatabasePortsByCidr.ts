import * as z from "zod";
import { AddressSet, DATABASE_PORT_NAMES, PRIVATE, SHARED } from "../../net";
import { type Bound, type Direction, DIRECTIONS } from "../../kubernetes";
import { type NetworkPolicyFact, unreadInRules } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { type AdmittedBlock, databasePortsIn, narrowRules, type Reach } from "../judgment";
import { cidrText, databasePorts, filledText } from "../policyConfig";

const config = z.strictObject({
  ports: databasePorts("The ports that databases and caches listen on."),
  portNames: z
    .array(filledText)
    .default([...DATABASE_PORT_NAMES])
    .describe("Container port names that mean a database; other names aren't judged."),
  databaseRanges: z
    .array(cidrText)
    .default([])
    .describe(
      "The subnets of databases outside the cluster, where egress may go. Without any, each private block of the size of a VPC (/16, /48 in IPv6) or smaller may be one.",
    ),
  clientRanges: z
    .array(cidrText)
    .default([])
    .describe("Addresses outside the cluster that may come in on a database port, such as a bastion's."),
});
type Config = z.output<typeof config>;

export const networkPolicyNoDatabasePortsByCidr = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-database-ports-by-cidr",
  description:
    "No NetworkPolicy rule opens a database's port to addresses that aren't its clients or subnets.",
  stops:
    "Ingress rules that open a database port to an address block: clients are pods, named by label. Egress rules that open one to public addresses, or to a block wider than a VPC: a database outside the cluster is in known subnets (0.0.0.0/0 without the private ranges leaves out exactly the private database that the rule is for). A rule that states no port opens these ports too. Rules that are open to everyone are network-policy-no-everyone-ingress's and -egress's.",
  remedy:
    "Name a database's clients by podSelector and namespaceSelector; name a database outside the cluster by its subnets' CIDRs.",
  severity: "high",
  config,
  example: { databaseRanges: ["10.20.0.0/24", "10.20.1.0/24"], clientRanges: ["10.9.0.4/32"] },
  judge(fact, settings, context) {
    return fact.kind === "NetworkPolicy"
      ? DIRECTIONS.flatMap((direction) => judgeDirection(fact, direction, settings, context))
      : [];
  },
});

function judgeDirection(
  policy: NetworkPolicyFact,
  direction: Direction,
  settings: Config,
  context: Context,
): Finding[] {
  const defects = (bound: Bound) =>
    narrowRules(policy, direction, bound, context).flatMap((rule) => {
      const ports = databasePortsIn(rule.ports, settings.ports, settings.portNames);
      const blocks = rule.blocks.filter((block) => !isAdmitted(block, direction, settings));
      return ports.length > 0 && blocks.length > 0 ? [{ rule, ports, blocks }] : [];
    });
  const certain = defects("lower");
  const told = new Set(certain.map(({ rule }) => rule.path));
  const open = defects("upper").filter(({ rule }) => !told.has(rule.path));
  return [
    ...certain.map(({ rule, ports, blocks }) => violation(policy, explain(direction, rule, ports, blocks))),
    ...(open.length === 0
      ? []
      : [
          undecided(
            policy,
            unreadInRules(policy[direction]),
            `a database's port is open ${direction === "ingress" ? "to" : "at"} addresses that it shouldn't be`,
          ),
        ]),
  ];
}

/** No VPC is larger. Source: Amazon VPC user guide, "VPC CIDR blocks". */
const WIDEST = { v4: 2n ** 16n, v6: 2n ** 80n };

const inside = AddressSet.of(...PRIVATE.cidrs, ...SHARED.cidrs);

function isAdmitted(
  { set }: AdmittedBlock,
  direction: Direction,
  { databaseRanges, clientRanges }: Config,
): boolean {
  const ranges = direction === "ingress" ? clientRanges : databaseRanges;
  if (ranges.length > 0 && AddressSet.of(...ranges).covers(set)) return true;
  if (direction === "ingress" || databaseRanges.length > 0 || !inside.covers(set)) return false;
  return (
    set.intersect(AddressSet.allV4).size() <= WIDEST.v4 && set.subtract(AddressSet.allV4).size() <= WIDEST.v6
  );
}

function explain(
  direction: Direction,
  { path }: Reach,
  ports: readonly string[],
  blocks: readonly AdmittedBlock[],
) {
  const on = ports.join(", ");
  const evidence = blocks.map((block) => `${block.path} is ${block.text}`).join("; ");
  switch (direction) {
    case "ingress":
      return {
        wrong: `opens a database's port to addresses: ${path} admits ${blocks.map(({ text }) => text).join(", ")} on ${on}`,
        why: "whoever holds such an address, pod or host, may try the database's password",
        evidence,
        remedy: `name the clients in ${path}, such as from: [{ podSelector: { matchLabels: { app: CLIENT } } }]`,
      };
    case "egress":
      return {
        wrong: `opens a database's port to more than a database: ${path} goes to ${blocks.map(({ text }) => text).join(", ")} on ${on}`,
        why: "data can leave by the database's protocol to hosts that aren't the database",
        evidence,
        remedy: `write the database subnets' CIDRs in ${path}, such as to: [{ ipBlock: { cidr: "10.20.0.0/24" } }]`,
      };
  }
}
