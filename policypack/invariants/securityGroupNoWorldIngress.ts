import * as z from "zod";
import type { PortSet } from "../../net";
import type { Fact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import {
  DEFAULT_PUBLIC_PORTS,
  EVERY_PROTOCOL,
  groupsOf,
  holdersByGroup,
  holdersOf,
  judgeWorld,
  judgeWorldByLists,
  judgeWorldOfHolders,
  judgeWorldTogether,
  judgeWorldUnplaced,
  prefixListsOf,
  type Traffic,
  type WorldQuestion,
  writtenPorts,
} from "../judgment";
import { portText } from "../policyConfig";
import { unreadOf } from "../values";

const config = z.strictObject({
  publicPorts: z
    .array(portText)
    .default([...DEFAULT_PUBLIC_PORTS])
    .describe(
      "Ports that a group may open to the internet if no pod, database or VPC endpoint of the stack carries it: a load balancer's.",
    ),
});

const question = (publicPorts: readonly string[]): WorldQuestion => ({
  direction: "ingress",
  tooMuch: (traffic) => without(traffic, writtenPorts(publicPorts)),
  wrong: "lets the internet in",
  why: "strangers anywhere on the internet may connect to whatever carries the group",
  remedy:
    "name the group or the addresses that need it, such as sourceSecurityGroupId or referencedSecurityGroupId",
  open: "the internet may come in",
});

/** An adopted default group that admits itself. Source: CIS AWS Foundations Benchmark, the default group restricts all traffic. */
function judgeDefault(fact: Fact): Finding[] {
  if (fact.kind !== "SecurityGroup" || !fact.isDefault || !fact.ingress.known) return [];
  const own = fact.ingress.value.filter(({ self }) => self.known && self.value);
  const unread = unreadOf(fact.ingress.value.map(({ self }) => self));
  return [
    ...(own.length === 0
      ? []
      : [
          violation(fact, {
            wrong: "admits itself, though it is the VPC's default group",
            why: "everything that is started without a group of its own carries it, and reaches everything else that does",
            evidence: own.map(({ path }) => `${path}.self is true`).join("; "),
            remedy: "write ingress: [], and give what needs a connection groups of its own",
          }),
        ]),
    ...(unread.length === 0 ? [] : [undecided(fact, unread, "the VPC's default group admits itself")]),
  ];
}

const without = ({ ports, others }: Traffic, allowed: PortSet): Traffic => ({
  ports: others.has(EVERY_PROTOCOL) ? ports : ports.subtract(allowed),
  others,
});

export const securityGroupNoWorldIngress = resourceInvariant({
  scope: "resource",
  name: "security-group-no-world-ingress",
  description: "No security group lets the internet in, except on a load balancer's public ports.",
  stops:
    "Ingress rules, inline, `ec2.SecurityGroupRule`, `vpc.SecurityGroupIngressRule` or of the default group, whose blocks are the internet, alone or added up over the group's rules port by port: 0.0.0.0/1 beside 128.0.0.0/1 is the world, and an IPv4 block wider than a /8, four /8s' worth of blocks of a /9 or wider, a twentieth of all public IPv4 addresses, or half of an IPv6 /16 counts as it. On `publicPorts` the internet may come in, unless the stack shows that a pod, a database or an endpoint carries the group. Also a VPC's default group, adopted by the program, that admits itself. A prefix list that the stack makes is read with its entries; what others hold isn't seen.",
  remedy: "Name the group that may connect, or its addresses.",
  severity: "critical",
  config,
  example: { publicPorts: [] },
  judge: (fact, { publicPorts }) => [...judgeWorld(fact, question(publicPorts)), ...judgeDefault(fact)],
  judgeTogether(facts, { publicPorts }) {
    const groups = groupsOf(facts);
    const holders = holdersOf(facts);
    const titles = holdersByGroup(holders);
    const lenient = question(publicPorts);
    const together = groups.all.flatMap((group) => {
      const held = titles.get(group.key) ?? [];
      if (held.length === 0) return judgeWorldTogether(group, lenient, lenient);
      const strict = {
        ...question([]),
        how: `, though ${held.slice(0, 3).join(", ")} ${held.length === 1 ? "carries" : "carry"} it`,
      };
      return judgeWorldTogether(group, strict, lenient);
    });
    const lists = prefixListsOf(facts);
    const byLists = groups.all.flatMap((group) => {
      const ports = titles.has(group.key) ? [] : publicPorts;
      const asked = { ...question(ports), how: " by a prefix list" };
      return judgeWorldByLists(group, lists, asked, lenient);
    });
    const strict = { ...question([]), how: " by its groups together" };
    const unplaced = groups.unplaced.flatMap((rules) => judgeWorldUnplaced(rules, lenient, lenient));
    return [...together, ...unplaced, ...byLists, ...judgeWorldOfHolders(holders, groups, strict, lenient)];
  },
});
