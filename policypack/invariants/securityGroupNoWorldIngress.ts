import * as z from "zod";
import { parsePortSpec, PortSet } from "../../net";
import { resourceInvariant } from "../invariant";
import {
  DEFAULT_PUBLIC_PORTS,
  EVERY_PROTOCOL,
  groupsOf,
  holdersOf,
  judgeWorld,
  judgeWorldTogether,
  type Traffic,
  type WorldQuestion,
} from "../judgment";
import { portText } from "../policyConfig";

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
  tooMuch: (traffic) => without(traffic, PortSet.of(publicPorts.map(parsePortSpec))),
  wrong: "lets the internet in",
  why: "a public range larger than any single owner's may connect to whatever carries the group",
  remedy:
    "name the group or the addresses that need it, such as sourceSecurityGroupId or referencedSecurityGroupId",
  open: "the internet may come in",
});

const without = ({ ports, others }: Traffic, allowed: PortSet): Traffic => ({
  ports: others.has(EVERY_PROTOCOL) ? ports : ports.subtract(allowed),
  others,
});

export const securityGroupNoWorldIngress = resourceInvariant({
  scope: "resource",
  name: "security-group-no-world-ingress",
  description: "No security group lets the internet in, except on a load balancer's public ports.",
  stops:
    "Ingress rules, inline, `ec2.SecurityGroupRule`, `vpc.SecurityGroupIngressRule` or of the default group, whose blocks are the internet, alone or added up over the group's rules port by port: 0.0.0.0/1 beside 128.0.0.0/1 is the world, and an IPv4 block wider than a /8, a tenth of all public IPv4 addresses, or half of an IPv6 /16 counts as it. On `publicPorts` the internet may come in, unless the stack shows that a pod, a database or an endpoint carries the group. What a prefix list holds isn't seen.",
  remedy: "Name the group that may connect, or its addresses.",
  severity: "critical",
  config,
  example: { publicPorts: [] },
  judge: (fact, { publicPorts }) => judgeWorld(fact, question(publicPorts)),
  judgeTogether(facts, { publicPorts }) {
    const groups = groupsOf(facts);
    const holders = holdersOf(facts, groups);
    return groups.all.flatMap((group) => {
      const held = holders.get(group.key) ?? [];
      const lenient = question(publicPorts);
      if (held.length === 0) return judgeWorldTogether(group, lenient, lenient);
      const strict = {
        ...question([]),
        wrong: `lets the internet in, though ${held.slice(0, 3).join(", ")} carries it`,
      };
      return judgeWorldTogether(group, strict, lenient);
    });
  },
});
