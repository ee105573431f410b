import * as z from "zod";
import { AddressSet, CidrError, parseCidr, POD_IDENTITY_AGENT } from "../../net";
import { DIRECTIONS, isIgnored, type NetworkPolicyFact, type RuleFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, resourceInvariant } from "../invariant";
import { readCidr } from "../judgment";
import { type Unread, unreadOf } from "../values";

const CNIS = ["aws-vpc-cni", "calico", "cilium", "flannel", "k3s"] as const;
type Cni = (typeof CNIS)[number];

export const networkPolicyCniSafe = resourceInvariant({
  scope: "resource",
  name: "network-policy-cni-safe",
  description: "Every NetworkPolicy is enforced as written by the configured CNIs.",
  stops:
    "What the CNIs named in the configuration don't enforce as the API means it. aws-vpc-cni: `except` (its longest-prefix match lets one rule's exception cut into another's block), CIDRs with host bits (they collide), port names beside an address block (skipped), more than 24 ports for one peer. cilium: address blocks that are within the cluster's own ranges or are the Pod Identity agent, which it never matches. flannel alone: every policy, because it enforces none. k3s and calico: nothing known. Without configuration nothing is judged.",
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
  const rules = DIRECTIONS.flatMap((direction) => {
    const { rules: found } = policy[direction];
    return isIgnored(policy, direction) ? [] : [found];
  });
  const unread: Unread[] = unreadOf(rules);
  const defects = defectsOf(
    cni,
    rules.flatMap((field) => (field.known ? field.value : [])),
    context,
    unread,
  );
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

function defectsOf(cni: Cni, rules: readonly RuleFact[], context: Context, unread: Unread[]): Defect[] {
  switch (cni) {
    case "aws-vpc-cni":
      return rules.flatMap((rule) => forVpcCni(rule, unread));
    case "cilium":
      return rules.flatMap((rule) => forCilium(rule, context, unread));
    case "flannel":
      return [
        {
          wrong: "flannel enforces no NetworkPolicy",
          evidence: "network-policy-cni-safe.cni lists flannel",
          remedy: "run a policy controller beside flannel, or another CNI",
        },
      ];
    case "calico":
    case "k3s":
      return [];
  }
}

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

/** Source: aws-network-policy-agent, issues 180, 326 and 609, and its README's limits. */
function forVpcCni(rule: RuleFact, unread: Unread[]): Defect[] {
  const blocks = blocksOf(rule, unread);
  if (!rule.ports.known) unread.push(rule.ports);
  const ports = rule.ports.known ? rule.ports.value : [];
  unread.push(...ports.flatMap(({ port }) => unreadOf([port])));
  const named = ports.filter(({ port }) => port.known && typeof port.value === "string");
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
    ...(blocks.length > 0
      ? named.map(({ path }) => ({
          wrong: "a port's name beside an address block is skipped",
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

function canonicalOf(text: string): string | undefined {
  try {
    parseCidr(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    return error.suggestion;
  }
}

/** Source: cilium issues 19601 and 34387. */
function forCilium(rule: RuleFact, { settings }: Context, unread: Unread[]): Defect[] {
  const inside = AddressSet.of(...settings.clusterRanges, ...POD_IDENTITY_AGENT.cidrs);
  return blocksOf(rule, unread).flatMap(({ path, cidr }) => {
    const set = cidr.known ? readCidr(cidr.value) : undefined;
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
