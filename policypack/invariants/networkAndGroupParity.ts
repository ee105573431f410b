import * as z from "zod";
import { AddressSet, LINK_LOCAL, METADATA, PortSet } from "../../net";
import { type Fact, unreadInRules, unreadInSelector, unreadPeers, unreadTraffic } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { stackInvariant } from "../invariant";
import { type Bound, DIRECTIONS } from "../../kubernetes";
import {
  adriftPolicies,
  type GroupedPods,
  carriersOf,
  type Groups,
  groupsOf,
  guardedEnds,
  type Keys,
  neighbours,
  Passage,
  type Reach,
  reachOf,
  refusedBetween,
  type StackEnd,
  stackEnds,
  type StackEnds,
} from "../judgment";
import { unreadOf } from "../values";

export const networkAndGroupParity = stackInvariant({
  scope: "stack",
  name: "network-and-group-parity",
  description: "What NetworkPolicies let pods reach, their security groups let them reach, and the reverse.",
  stops:
    "Pods that a SecurityGroupPolicy of the stack gives groups, by their labels or those of their ServiceAccount, where a NetworkPolicy opens a port to addresses on which the groups let nothing out, or the destination's group doesn't admit them; where the groups open a database's or an endpoint's port that no NetworkPolicy does; and where NetworkPolicies of both ends open a port between pods that the groups refuse as soon as these are on different nodes. Pods without groups of their own have their node's, and groups of other stacks have rules that aren't seen: nothing is said about these. Link-local addresses pass no group.",
  remedy: "Write the flow in both layers, or in neither: declare it once and generate both.",
  severity: "high",
  config: z.strictObject({}),
  judge(facts) {
    const groups = groupsOf(facts);
    const ends = stackEnds(facts);
    const carriers = carriersOf(facts, ends, groups);
    const doubts = [...adriftAttachments(facts, groups), ...adrift(facts)];
    if (carriers.length === 0) return doubts;
    const passage = new Passage(groups);
    const byEnd = new Map(carriers.map((carrier) => [carrier.end, carrier.keys]));
    const guarded = guardedEnds(facts, groups);
    const near = neighbours(ends);
    const judged = carriers.flatMap((carrier) => [
      ...refusedAddresses(carrier, ends, passage),
      ...unopened(carrier, guarded, ends, passage, groups),
      ...refusedPods(carrier, near.get(carrier.end) ?? [], { byEnd, ends, passage }),
      ...unseenRules(carrier, ends, groups),
    ]);
    return [...judged, ...doubts];
  },
});

const QUESTION = "its NetworkPolicies and security groups let the same through";

/** The policies of which it isn't known whose pods they isolate, where some pods are given groups. */
const adrift = (facts: readonly Fact[]): Finding[] =>
  facts.some(({ kind }) => kind === "SecurityGroupPolicy") ? adriftPolicies(facts, QUESTION) : [];

/** The attachments of which it isn't known to which pods, or which groups. */
function adriftAttachments(facts: readonly Fact[], groups: Groups): Finding[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== "SecurityGroupPolicy") return [];
    const { namespace, podSelector, serviceAccountSelector } = fact;
    const selector = podSelector.known ? unreadInSelector(podSelector.value ?? []) : [podSelector];
    const unread = [
      ...unreadOf([namespace, serviceAccountSelector]),
      ...selector,
      ...groups.refer(fact.groups).unread,
    ];
    return unread.length > 0 ? [undecided(fact, unread, QUESTION)] : [];
  });
}

/** What of the rules that decide about a carrier isn't known: its policies', and its groups'. */
function unseenRules({ end, keys }: GroupedPods, ends: StackEnds, groups: Groups): Finding[] {
  const policies = DIRECTIONS.flatMap((direction) =>
    ends.guardsOf(end, direction).flatMap(({ policy }) => unreadInRules(policy[direction])),
  );
  const rules = [...keys].flatMap((key) => {
    const group = groups.get(key);
    if (group === undefined) return [];
    const own = DIRECTIONS.flatMap((direction) => [
      ...group.unread[direction],
      ...group.rules[direction].flatMap((rule) => [
        ...unreadTraffic(rule),
        ...unreadPeers(rule),
        ...groups.refer(rule.groups).unread,
      ]),
    ]);
    return [...own, ...group.perhaps.flatMap(({ group: on }) => (on ? unreadOf([on.id]) : []))];
  });
  const unread = [...policies, ...rules];
  return unread.length > 0 ? [undecided(end, unread, QUESTION)] : [];
}

const UNFILTERED = LINK_LOCAL.set.union(METADATA.set).union(AddressSet.of("fd00:ec2::/32"));

/** The rules of the policies that isolate an end's egress; undefined where none does for sure. */
function egressRules(end: StackEnd, ends: StackEnds, bound: Bound): Reach[] | undefined {
  const guards = ends.guardsOf(end, "egress");
  if (!guards.some(({ match }) => match === "yes")) return undefined;
  return guards
    .filter(({ match }) => bound === "upper" || match === "yes")
    .flatMap(({ policy }) => reachOf(policy.egress, bound));
}

/** Addresses that a NetworkPolicy opens and the groups refuse. */
function refusedAddresses({ end, keys }: GroupedPods, ends: StackEnds, passage: Passage): Finding[] {
  if (!passage.isSeen(keys, "egress")) return [];
  const refused = (egressRules(end, ends, "lower") ?? []).flatMap((rule) =>
    rule.blocks.flatMap((block) => {
      const addresses = block.set.subtract(UNFILTERED);
      if (addresses.isEmpty() || rule.ports.numbers.isEmpty()) return [];
      // A rule for every port leaves the choice to the groups, which must let out on some.
      const every = rule.ports.numbers.isAll();
      const asked = every ? passage.toAnything(keys, "egress") : rule.ports.numbers;
      if (every && !asked.isEmpty()) return [];
      const ports = every ? PortSet.all : passage.refused(keys, addresses, asked);
      return ports.isEmpty() ? [] : [{ block, ports }];
    }),
  );
  if (refused.length === 0) return [];
  const ports = refused.reduce((sum, one) => sum.union(one.ports), PortSet.empty);
  return [
    violation(end, {
      wrong: `may go out on ${ports.toString()} by NetworkPolicy, but not by its security groups`,
      why: "the flow doesn't work, or works only until the pods get their groups",
      evidence: listed(
        refused.map(({ block, ports: own }) => `${block.path} opens ${block.text} on ${own.toString()}`),
      ),
      remedy:
        "add an egress rule to the pods' group and the ingress rule to the destination's, or remove the block",
    }),
  ];
}

/** Databases and endpoints that the groups open and no NetworkPolicy does. */
function unopened(
  { end, keys }: GroupedPods,
  guarded: ReadonlyMap<string, string>,
  ends: StackEnds,
  passage: Passage,
  groups: Groups,
): Finding[] {
  const rules = egressRules(end, ends, "upper");
  if (rules === undefined) return [];
  const opened = rules
    .filter(({ blocks, everyone }) => everyone || blocks.length > 0)
    .reduce((sum, { ports }) => sum.union(ports.numbers), PortSet.empty);
  const found = [...passage.targetsOf(keys)].flatMap((key) => {
    const title = guarded.get(key);
    if (title === undefined) return [];
    const target = new Set([key]);
    const through = passage
      .between(keys, "egress", target, "lower")
      .intersect(passage.between(target, "ingress", keys, "lower"));
    const ports = through.subtract(opened);
    return ports.isEmpty() ? [] : [{ key, title, ports }];
  });
  return found.map(({ key, title, ports }) =>
    violation(end, {
      wrong: `may reach ${title} on ${ports.toString()} by its security groups, but not by NetworkPolicy`,
      why: "one layer lets through what the other was written to forbid",
      evidence: `${[...keys].map((one) => groups.titleOf(one)).join(", ")} ${keys.size === 1 ? "lets" : "let"} traffic out to ${groups.titleOf(key)}, which admits them; no egress rule of the pods' policies opens the port to any address`,
      remedy: "add the destination's subnets to the pods' egress, or remove the pair of group rules",
    }),
  );
}

/** Pods that NetworkPolicies let talk and groups don't, across nodes. */
function refusedPods(
  { end, keys }: GroupedPods,
  near: Iterable<StackEnd>,
  { byEnd, ends, passage }: { byEnd: ReadonlyMap<StackEnd, Keys>; ends: StackEnds; passage: Passage },
): Finding[] {
  const refused = [...near].flatMap((other) => {
    const out = { from: end, to: other, fromKeys: keys, toKeys: byEnd.get(other) };
    const into = { from: other, to: end, fromKeys: byEnd.get(other), toKeys: keys };
    // Of two that carry groups, the one that sends tells it.
    return [out, ...(byEnd.has(other) ? [] : [into])].flatMap((flow) => {
      const ports = refusedBetween(flow, ends, passage);
      return ports.isEmpty() ? [] : [`${flow.from.title} to ${flow.to.title} on ${ports.toString()}`];
    });
  });
  if (refused.length === 0) return [];
  return [
    violation(end, {
      wrong: "have flows by NetworkPolicy that security groups refuse between nodes",
      why: "whether they work depends on where the scheduler puts the pods",
      evidence: listed(refused),
      remedy: "add the egress rule to the sender's group and the ingress rule to the receiver's",
    }),
  ];
}

const MAX_LISTED = 3;

const listed = (lines: readonly string[]): string =>
  [
    ...lines.slice(0, MAX_LISTED),
    ...(lines.length > MAX_LISTED ? [`${lines.length - MAX_LISTED} more`] : []),
  ].join("; ");
