import * as z from "zod";
import { PortSet } from "../../net";
import { type Bound, type Direction, DIRECTIONS } from "../../kubernetes";
import { type Fact, type Rules, unreadInRules, unreadInSelector } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import {
  isUnjudged,
  type Exposure,
  type IsolatingPolicy,
  openings,
  type Reach,
  reachOf,
  type StackEnd,
  stackEnds,
  type StackEnds,
} from "../judgment";
import { isExempt, patternText } from "../namespacePattern";
import { known, unreadOf } from "../values";

const config = z.strictObject({
  withoutDefaultDeny: z
    .array(patternText)
    .default([])
    .describe(
      "Namespaces that namespace-default-deny exempts, and where each workload needs policies of its own instead; a trailing * stands for any ending.",
    ),
});

export const everyWorkloadIsolated = stackInvariant({
  scope: "stack",
  name: "every-workload-isolated",
  description: "No workload is open to everyone by what several policies add up to.",
  stops:
    "Pods that several NetworkPolicies open to everyone together, though none does alone: parts of the internet spread over policies. In the namespaces that `withoutDefaultDeny` names, also workloads that no policy selects in a direction; elsewhere namespace-default-deny reports their namespace.",
  remedy:
    "Name the peers that the workload needs; give it policies of both types where its namespace has no default deny.",
  severity: "critical",
  config,
  example: { withoutDefaultDeny: ["istio-system"] },
  judge(facts, { withoutDefaultDeny }, context) {
    const stack = stackEnds(facts);
    const judged = stack.ends.flatMap((end) => {
      const own = end.seen && isExempt(known(end.namespace), withoutDefaultDeny);
      return [
        ...(own ? unselected(end, stack) : []),
        ...DIRECTIONS.flatMap((direction) => addedUp(end, direction, stack, context)),
      ];
    });
    return [...judged, ...adriftWorkloads(facts, context)];
  },
});

function unselected(end: StackEnd, stack: StackEnds): Finding[] {
  const open = DIRECTIONS.filter((direction) => stack.guardsOf(end, direction).length === 0);
  if (open.length === 0) return [];
  return [
    violation(end, {
      wrong: `is selected by no NetworkPolicy for ${open.join(" and ")}`,
      why: `its pods may ${open.map((direction) => (direction === "ingress" ? "be reached by everyone" : "reach everyone")).join(" and ")}`,
      evidence: `none of the stack's policies in ${end.namespace} selects ${JSON.stringify(Object.fromEntries(end.labels.known))} with ${open.join(" and ")} among its policyTypes`,
      remedy: "add a NetworkPolicy that selects its pods, with policyTypes: [Ingress, Egress]",
    }),
  ];
}

/** What the policies that select an end open together, and none of them alone. */
function addedUp(end: StackEnd, direction: Direction, stack: StackEnds, context: Context): Finding[] {
  const guards = stack
    .guardsOf(end, direction)
    .filter(({ policy }) => !isUnjudged(policy, direction, context));
  const [certain] = together(guards, direction, "lower", context);
  if (certain) {
    return [
      violation(end, {
        wrong: `is open to everyone for ${direction} by what its policies add up to`,
        why: `its pods may ${direction === "ingress" ? "be reached by everyone" : "reach everyone"}, though no single policy says so`,
        evidence: certain.rules.map((path) => path.slice(path.indexOf(" ") + 1)).join("; "),
        remedy: "name the peers that it needs, in one policy",
      }),
    ];
  }
  const unread = guards.flatMap(({ policy }) =>
    [
      ...unreadInRules(policy[direction]),
      ...unreadInSelector(policy.podSelector),
      ...unreadOf([policy.namespace, policy.policyTypes]),
      ...unreadOf(policy.policyTypes.known ? policy.policyTypes.value : []),
    ].map((field) => ({ ...field, path: `${policy.title} ${field.path}` })),
  );
  if (unread.length === 0) return [];
  const open =
    together(guards, direction, "upper", context).length > 0 ||
    (guards.length > 1 && guards.some(({ policy }) => mayBeAnyPart(policy[direction], direction, context)));
  return open ? [undecided(end, unread, QUESTION)] : [];
}

/** Whether some rules, of which too little is known, may turn out to be everyone, and so any part of it. */
function mayBeAnyPart(rules: Rules, direction: Direction, context: Context): boolean {
  const around = aroundOf(direction, context);
  const alone = (bound: Bound) => openings(reachOf(rules, bound), around).flatMap((opening) => opening.rules);
  const certain = new Set(alone("lower"));
  return alone("upper").some((path) => !certain.has(path));
}

const aroundOf = (direction: Direction, { settings }: Context) => ({
  direction,
  clusterRanges: settings.clusterRanges,
  publicPorts: PortSet.empty,
});

const QUESTION = "the policies that select its pods open them to everyone together";

/** The openings of several policies' rules together, without the rules that are one alone. */
function together(
  guards: readonly IsolatingPolicy[],
  direction: Direction,
  bound: Bound,
  context: Context,
): Exposure[] {
  const around = aroundOf(direction, context);
  const rules = guards.flatMap(({ policy, match }, index): Reach[] => {
    if (bound === "lower" && match !== "yes") return [];
    const reach = reachOf(policy[direction], bound);
    const alone = new Set(openings(reach, around).flatMap((opening) => opening.rules));
    return reach
      .filter(({ path }) => !alone.has(path))
      .map((rule) => ({ ...rule, path: `${index} ${policy.title} ${rule.path}` }));
  });
  return openings(rules, around).filter(
    (opening) => new Set(opening.rules.map((path) => path.split(" ")[0])).size > 1,
  );
}

/** The workloads of which it isn't known which policies select them, where any that may do add up. */
function adriftWorkloads(facts: readonly Fact[], context: Context): Finding[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== "Workload" || fact.pods === undefined) return [];
    const { namespace, pods, subject } = fact;
    const values = pods.labels.known ? [...pods.labels.value.values()] : [];
    const unread = unreadOf([namespace, pods.hostNetwork, pods.labels, ...values]);
    if (unread.length === 0) return [];
    const adds = DIRECTIONS.some((direction) => {
      const guards = facts.flatMap((policy): IsolatingPolicy[] =>
        policy.kind === "NetworkPolicy" &&
        policy.subject.cluster.key === subject.cluster.key &&
        (!namespace.known || !policy.namespace.known || namespace.value === policy.namespace.value) &&
        !isUnjudged(policy, direction, context)
          ? [{ policy, match: "maybe" }]
          : [],
      );
      return together(guards, direction, "upper", context).length > 0;
    });
    return adds ? [undecided(fact, unread, QUESTION)] : [];
  });
}
