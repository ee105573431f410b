import * as z from "zod";
import { AddressSet, formatCidr, POD_IDENTITY_AGENT } from "../../net";
import { type Direction, DIRECTIONS, POLICY_TYPE, readCidr } from "../../kubernetes";
import { isIgnored, type NetworkPolicyFact, type RuleFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { addressesIn } from "../judgment";
import { type Unread, unreadOf } from "../values";

const CNIS = ["aws-vpc-cni", "calico", "cilium", "flannel", "k3s"] as const;
type Cni = (typeof CNIS)[number];

export const networkPolicyCniSafe = resourceInvariant({
  scope: "resource",
  name: "network-policy-cni-safe",
  description: "Every NetworkPolicy is enforced as written by the configured CNIs.",
  stops:
    "What the CNIs named in the configuration don't enforce as the API means it. aws-vpc-cni: `except` (its longest-prefix match lets one rule's exception cut into another's block), CIDRs with host bits (they collide), port names in egress to an address block or to everybody (skipped), rules in a direction that `policyTypes` leaves out (they isolate, and they open), more than 24 ports for one peer. cilium: address blocks that are within the cluster's own ranges or are the Pod Identity agent, which it never matches. flannel alone: every policy, because it enforces none. k3s and calico: nothing known. Without configuration nothing is judged.",
  remedy: "Write the rule in the way that the message gives for the CNI.",
  severity: "high",
  config: z.strictObject({
    cni: z
      .array(z.enum(CNIS))
      .default([])
      .describe(
        "The CNIs of the clusters that the stack deploys to; what one of them wouldn't enforce is reported.",
      ),
  }),
  example: { cni: ["aws-vpc-cni"] },
  judge(fact, { cni }, context) {
    if (fact.kind !== "NetworkPolicy") return [];
    return cni.flatMap((name) => judge(fact, name, context));
  },
});

interface Defect {
  readonly wrong: string;
  readonly evidence: string;
  readonly remedy: string;
}

function judge(policy: NetworkPolicyFact, cni: Cni, context: Context): Finding[] {
  const rules = DIRECTIONS.map((direction) => {
    return { direction, ignored: isIgnored(policy, direction), field: policy[direction].rules };
  });
  // What the API ignores is enforced by the VPC CNI.
  const judgedRules = rules.filter(({ ignored }) => !ignored || cni === "aws-vpc-cni");
  const unread: Unread[] = unreadOf(judgedRules.map(({ field }) => field));
  const defects = judgedRules.flatMap(({ direction, ignored, field }) =>
    (field.known ? field.value : []).flatMap((rule) =>
      ignored ? [beyondTypes(rule, direction)] : defectsOf(cni, rule, direction, context, unread),
    ),
  );
  if (cni === "flannel") defects.push(enforcesNothing);
  const judged = cni === "aws-vpc-cni" || cni === "cilium";
  return [
    ...defects.map(({ wrong, evidence, remedy }) =>
      violation(policy, {
        wrong: `isn't enforced as written by ${cni}: ${wrong}`,
        why: "what is allowed and denied is something else than the policy says",
        evidence,
        remedy,
      }),
    ),
    ...(judged && unread.length > 0 ? [undecided(policy, unread, `${cni} enforces it as written`)] : []),
  ];
}

const enforcesNothing: Defect = {
  wrong: "flannel enforces no NetworkPolicy",
  evidence: "network-policy-cni-safe.cni lists flannel",
  remedy: "run a policy controller beside flannel, or another CNI",
};

function defectsOf(
  cni: Cni,
  rule: RuleFact,
  direction: Direction,
  context: Context,
  unread: Unread[],
): Defect[] {
  switch (cni) {
    case "aws-vpc-cni":
      return forVpcCni(rule, direction, unread);
    case "cilium":
      return forCilium(rule, context, unread);
    case "flannel":
    case "calico":
    case "k3s":
      return [];
  }
}

/** Source: amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go, which resolves rules whatever the types are. */
const beyondTypes = ({ path }: RuleFact, direction: Direction): Defect => ({
  wrong: "a rule in a direction that policyTypes leaves out is enforced",
  evidence: `${path} is written, and spec.policyTypes has no ${POLICY_TYPE[direction]}`,
  remedy: `remove ${path}, or add ${POLICY_TYPE[direction]} to spec.policyTypes`,
});

/** The address blocks of a rule; what isn't known of them is added to `unread`. */
function blocksOf({ peers }: RuleFact, unread: Unread[]) {
  if (!peers.known) unread.push(peers);
  return (peers.known ? peers.value : []).flatMap(({ path, ipBlock }) => {
    if (!ipBlock.known) unread.push(ipBlock);
    if (!ipBlock.known || ipBlock.value === undefined) return [];
    const { cidr, except } = ipBlock.value;
    unread.push(...unreadOf([cidr, except]));
    return [{ path, cidr, except }];
  });
}

/**
 * Source: aws-network-policy-agent, issues 180, 326 and 609, and its README's limits; amazon-network-policy-controller-k8s,
 * pkg/resolvers/endpoints.go, for names of ports.
 */
function forVpcCni(rule: RuleFact, direction: Direction, unread: Unread[]): Defect[] {
  const blocks = blocksOf(rule, unread);
  if (!rule.ports.known) unread.push(rule.ports);
  const ports = rule.ports.known ? rule.ports.value : [];
  unread.push(...ports.flatMap(({ port }) => unreadOf([port])));
  const named = ports.filter(({ port }) => port.known && typeof port.value === "string");
  const toEverybody = rule.peers.known && rule.peers.value.length === 0;
  return [
    ...blocks.flatMap(({ path, cidr, except }): Defect[] => {
      const found: Defect[] = [];
      if (except.known && except.value.length > 0) {
        found.push({
          wrong: "an exception cuts into what other rules allow",
          evidence: `${path}.ipBlock.except is written`,
          remedy: `write ${path} as the blocks that are left when the exceptions are taken out`,
        });
      }
      const canonical = cidr.known ? canonicalOf(cidr.value) : undefined;
      if (cidr.known && canonical !== undefined) {
        found.push({
          wrong: "a block with host bits collides with others",
          evidence: `${path}.ipBlock.cidr is ${cidr.value}`,
          remedy: `write ${canonical}`,
        });
      }
      return found;
    }),
    ...(direction === "egress" && (blocks.length > 0 || toEverybody)
      ? named.map(({ path }) => ({
          wrong: "a port's name in egress to an address block or to everybody is skipped",
          evidence: `${path}.port is a name`,
          remedy: `write the port's number in ${path}`,
        }))
      : []),
    ...(ports.length > MAX_PORTS
      ? [
          {
            wrong: `only ${MAX_PORTS} ports count for one peer`,
            evidence: `${rule.path}.ports has ${ports.length}`,
            remedy: `write neighbouring ports of ${rule.path} as one range with endPort`,
          },
        ]
      : []),
  ];
}

const MAX_PORTS = 24;

/** A CIDR's canonical text, where it is written in another way. */
function canonicalOf(text: string): string | undefined {
  const read = readCidr(text);
  return read.kind === "cidr" && read.lax.length > 0 ? formatCidr(read.cidr) : undefined;
}

/** Source: cilium issues 19601 and 34387. */
function forCilium(rule: RuleFact, { settings }: Context, unread: Unread[]): Defect[] {
  const inside = AddressSet.of(...settings.clusterRanges, ...POD_IDENTITY_AGENT.cidrs);
  return blocksOf(rule, unread).flatMap(({ path, cidr }) => {
    const set = cidr.known ? addressesIn(cidr.value) : undefined;
    if (!cidr.known || set === undefined || !inside.covers(set)) return [];
    return [
      {
        wrong: "a block within the cluster never matches pods or nodes",
        evidence: `${path}.ipBlock.cidr is ${cidr.value}`,
        remedy: `name pods by labels in ${path}; the node's own services need a CiliumNetworkPolicy with toEntities: [host]`,
      },
    ];
  });
}
