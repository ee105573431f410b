import * as z from "zod";
import type { PortSet } from "../../net";
import { resourceInvariant } from "../invariant";
import {
  groupsOf,
  holdersOf,
  judgeWorld,
  judgeWorldByLists,
  judgeWorldOfHolders,
  judgeWorldTogether,
  judgeWorldUnplaced,
  prefixListsOf,
  NO_TRAFFIC,
  type Traffic,
  type WorldQuestion,
  writtenPorts,
} from "../judgment";
import { databasePorts } from "../policyConfig";

const config = z.strictObject({
  databasePorts: databasePorts(
    "Ports on which nothing may leave for the internet: databases are never there.",
  ),
  maxPorts: z
    .int()
    .min(0)
    .default(100)
    .describe("How many ports may be open towards the internet; with more it is as good as every port."),
});
type Config = z.output<typeof config>;

const question = ({ databasePorts, maxPorts }: Config): WorldQuestion => ({
  direction: "egress",
  tooMuch: (traffic) => tooMuch(traffic, writtenPorts(databasePorts), maxPorts),
  wrong: "lets traffic out to the internet",
  why: "an attacker in whatever carries the group can send data to anyone",
  remedy:
    "state the ports that are needed, such as tcp 443, and name a database's group instead of addresses",
  open: "everything may go out to the internet",
});

function tooMuch(traffic: Traffic, databases: PortSet, maxPorts: number): Traffic {
  const { ports, others } = traffic;
  const count = ports.ranges().reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (others.size > 0 || count > maxPorts) return traffic;
  const database = ports.intersect(databases);
  return database.isEmpty() ? NO_TRAFFIC : { ports: database, others: new Set() };
}

export const securityGroupNoWorldEgress = resourceInvariant({
  scope: "resource",
  name: "security-group-no-world-egress",
  description: "No security group lets everything out to the internet, nor a database's port.",
  stops:
    "Egress rules in any spelling whose blocks are the internet, alone or added up over the group's rules, on every port or protocol, on more ports than `maxPorts`, or on a database's port. A prefix list that the stack makes is read with its entries. The internet on a few stated ports is a destination like others: what is private there is guarded by its own group, and for pods by their NetworkPolicy. A group without egress rules in the program isn't judged: AWS's own allow-all rule is removed when Pulumi makes a group.",
  remedy: "State the ports that leave for the internet, and name everything else by group or prefix list.",
  severity: "high",
  config,
  example: { maxPorts: 10 },
  judge: (fact, settings) => judgeWorld(fact, question(settings)),
  judgeTogether(facts, settings) {
    const groups = groupsOf(facts);
    const asked = question(settings);
    const ofHolder = { ...asked, how: " by its groups together" };
    const byList = { ...asked, how: " by a prefix list" };
    return [
      ...groups.all.flatMap((group) => judgeWorldByLists(group, prefixListsOf(facts), byList, asked)),
      ...groups.all.flatMap((group) => judgeWorldTogether(group, asked, asked)),
      ...groups.unplaced.flatMap((rules) => judgeWorldUnplaced(rules, asked, asked)),
      ...judgeWorldOfHolders(holdersOf(facts), groups, ofHolder, asked),
    ];
  },
});
