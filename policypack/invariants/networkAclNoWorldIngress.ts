import * as z from "zod";
import { DATABASE_PORTS, type PortSet } from "../../net";
import type { AclRule, Fact, NetworkAclFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { portsOpenToWorld, targetOf, writtenPorts } from "../judgment";
import { portText } from "../policyConfig";
import { type Unread, unreadOf } from "../values";

const config = z.strictObject({
  ports: z
    .array(portText)
    .default(["tcp/22", "tcp/3389", ...DATABASE_PORTS])
    .describe("The ports that a subnet's ACL keeps from the internet, whatever its groups admit."),
});

/** The idea is CIS AWS's 5.2: "no Network ACLs allow ingress from 0.0.0.0/0 to remote server administration ports". */
export const networkAclNoWorldIngress = stackInvariant({
  scope: "stack",
  name: "network-acl-no-world-ingress",
  description: "No network ACL lets the internet in on ports of remote administration or databases.",
  stops:
    "Rules of network ACLs, inline, in resources of their own or of the VPC's default ACL, that admit the internet on `ports`, by all of an ACL's rules in their order: a denial with a lower number counts. Rules for replies, which begin at port 1024 or later and end at 65535, don't count, because an ACL remembers no connection. An ACL is a second layer: groups decide as well, so this advises only.",
  remedy: "Admit only the addresses that need these ports, or deny them by a rule with a lower number.",
  severity: "low",
  level: "advisory",
  config,
  example: { ports: ["tcp/22", "tcp/3389", "tcp/5400-5500"] },
  judge(facts, { ports }) {
    const watched = writtenPorts(ports);
    return aclsOf(facts).flatMap((acl) => judgeAcl(acl, watched));
  },
});

/** An ACL and all of its rules that the stack shows. */
interface Acl {
  readonly of: Pick<Fact, "subject" | "title">;
  readonly rules: readonly AclRule[];
  readonly unread: readonly Unread[];
}

function aclsOf(facts: readonly Fact[]): Acl[] {
  const shown = facts.filter((fact) => fact.kind === "NetworkAcl");
  const acls = shown.filter(({ acl }) => acl === undefined);
  const single = shown.flatMap((fact) =>
    fact.acl === undefined ? [] : [{ fact, target: targetOf(fact.acl, acls) }],
  );
  const rulesOf = ({ rules }: NetworkAclFact) => (rules.known ? rules.value : []);
  const own = acls.map((of) => {
    const added = single.filter(({ target }) => target.kind === "one" && target.of === of);
    return {
      of,
      rules: [of, ...added.map(({ fact }) => fact)].flatMap(rulesOf),
      unread: unreadOf([of.rules]),
    };
  });
  // A rule of another stack's ACL, or of one not yet known, is judged by itself.
  const others = single.filter(({ target }) => target.kind !== "one");
  return [...own, ...others.map(({ fact }) => ({ of: fact, rules: rulesOf(fact), unread: [] }))];
}

function judgeAcl({ of, rules, unread }: Acl, watched: PortSet): Finding[] {
  const inward = rules.filter(({ direction }) => !direction.known || direction.value === "ingress");
  const certain = inward.filter(({ direction }) => direction.known);
  const open = portsOpenToWorld(certain, watched, "lower");
  const perhaps = portsOpenToWorld(inward, watched, "upper");
  const fields = [
    ...unread,
    ...(open.covers(perhaps)
      ? []
      : inward.flatMap(({ direction, number, action, cidrs, protocol, fromPort, toPort }) =>
          unreadOf([direction, number, action, ...cidrs, protocol, fromPort, toPort]),
        )),
  ];
  return [
    ...(open.isEmpty()
      ? []
      : [
          violation(of, {
            wrong: `lets the internet into its subnets on ${open.toString()}`,
            why: "nothing else stops the traffic if a security group is opened by mistake",
            evidence: `${
              certain
                .filter(isOpening)
                .map(({ title }) => title)
                .join(", ") || of.title
            } admits it, and no rule with a lower number denies it`,
            remedy:
              "admit only the addresses that need these ports, or deny them by a rule with a lower number",
          }),
        ]),
    ...(fields.length === 0
      ? []
      : [undecided(of, fields, "the internet is let in on ports that it is kept from")]),
  ];
}

const isOpening = ({ action, cidrs }: AclRule): boolean =>
  action.known && action.value === "allow" && cidrs.length > 0;
