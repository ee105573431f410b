// Tests: test/policypack/invariants/networkPolicyNoDatabasePortsByCidr.test.ts
import * as z from "zod";
import { AddressSet, DATABASE_PORT_NAMES, PRIVATE, SHARED } from "../../net";
import type { Bound, Direction } from "../../kubernetes";
import { type Finding, undecided, violation } from "../finding";
import { cidrText, databasePorts, filledText } from "../policyConfig";
import { databasePortsIn } from "./databasePorts";
import type { JudgedRules } from "./judgedRules";
import type { AdmittedBlock, Reach } from "./reach";

/** The config of the invariants about databases' ports. */
export const databasePortsConfig = z.strictObject({
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
type Config = z.output<typeof databasePortsConfig>;

/**
 * The rules of one direction that open a database's port to addresses that aren't its clients or subnets.
 * @param remedyFor the line to write, for a rule's path.
 */
export function judgeDatabasePorts(
  { of, under, unread }: JudgedRules,
  direction: Direction,
  settings: Config,
  remedyFor: (path: string) => string,
): Finding[] {
  const defects = (bound: Bound) =>
    under(bound).flatMap((rule) => {
      const ports = databasePortsIn(rule.ports, settings.ports, settings.portNames);
      const blocks = rule.blocks.filter((block) => !isAdmitted(block, direction, settings));
      return ports.length > 0 && blocks.length > 0 ? [{ rule, ports, blocks }] : [];
    });
  const certain = defects("lower");
  const told = new Set(certain.map(({ rule }) => rule.path));
  const open = defects("upper").filter(({ rule }) => !told.has(rule.path));
  const question = `a database's port is open ${direction === "ingress" ? "to" : "at"} addresses that it shouldn't be`;
  return [
    ...certain.map(({ rule, ports, blocks }) =>
      violation(of, explain(direction, rule, ports, blocks, remedyFor(rule.path))),
    ),
    ...(open.length === 0 ? [] : [undecided(of, unread(), question)]),
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
  remedy: string,
) {
  const on = ports.join(", ");
  const evidence = blocks.map((block) => `${block.path} is ${block.text}`).join("; ");
  switch (direction) {
    case "ingress":
      return {
        wrong: `opens a database's port to addresses: ${path} admits ${blocks.map(({ text }) => text).join(", ")} on ${on}`,
        why: "whoever holds such an address, pod or host, may try the database's password",
        evidence,
        remedy,
      };
    case "egress":
      return {
        wrong: `opens a database's port to more than a database: ${path} goes to ${blocks.map(({ text }) => text).join(", ")} on ${on}`,
        why: "data can leave by the database's protocol to hosts that aren't the database",
        evidence,
        remedy,
      };
  }
}
