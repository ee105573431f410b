import * as z from "zod";
import { PortSet } from "../../net/ports";
import { type Direction, DIRECTIONS, unreadInRules } from "../facts/networkPolicy";
import { unreadInSelector } from "../facts/selector";
import { type Finding, undecided, violation } from "../finding";
import { type Context, stackInvariant } from "../invariant";
import { type StackEnd, stackEnds, type StackEnds } from "../judgment/ends";
import { type Opening, openings } from "../judgment/everyone";
import { type Bound, type Reach, reachOf } from "../judgment/reach";
import { isUnjudged } from "../judgment/reported";
import { isExempt, patternText } from "../namespacePattern";
import { known, unreadOf } from "../values/field";

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
    return stack.ends.flatMap((end) => {
      const own = end.seen && isExempt(known(end.namespace), withoutDefaultDeny);
      return [
        ...(own ? unselected(end, stack) : []),
        ...DIRECTIONS.flatMap((direction) => addedUp(end, direction, stack, context)),
      ];
    });
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
  if (guards.length < 2) return [];
  const around = {
    direction,
    clusterRanges: context.settings.clusterRanges,
    publicPorts: PortSet.empty,
  };
  const found = (bound: Bound): Opening[] => {
    const rules = guards.flatMap(({ policy, match }, index): Reach[] => {
      if (bound === "least" && match !== "yes") return [];
      const reach = reachOf(policy[direction], bound);
      const alone = new Set(openings(reach, around).flatMap((opening) => opening.rules));
      return reach
        .filter(({ path }) => !alone.has(path))
        .map((rule) => ({ ...rule, path: `${index} ${policy.title} ${rule.path}` }));
    });
    return openings(rules, around).filter(
      (opening) => new Set(opening.rules.map((path) => path.split(" ")[0])).size > 1,
    );
  };
  const texts = ({ rules }: Opening) => rules.map((path) => path.slice(path.indexOf(" ") + 1)).join("; ");
  const [certain] = found("least");
  if (certain) {
    return [
      violation(end, {
        wrong: `is open to everyone for ${direction} by policies that add up`,
        why: "policies only add: together they are as wide as one rule for everyone",
        evidence: texts(certain),
        remedy: "name the peers that it needs, in one policy",
      }),
    ];
  }
  const unread = guards.flatMap(({ policy }) =>
    [
      ...unreadInRules(policy[direction]),
      ...unreadInSelector(policy.podSelector),
      ...unreadOf([policy.namespace]),
    ].map((field) => ({ ...field, path: `${policy.title} ${field.path}` })),
  );
  return unread.length > 0 && found("most").length > 0
    ? [undecided(end, unread, `its policies together open it to everyone for ${direction}`)]
    : [];
}
