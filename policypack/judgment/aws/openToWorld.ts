// Tests: test/policypack/invariants/securityGroupNoWorldIngress.test.ts
// Longer than most: one question, asked of a resource, a group, several groups, prefix lists and groups that aren't known.
import { type Fact, type GroupRule, unreadPeers, unreadTraffic } from "../../facts";
import type { Bound, Direction } from "../../../kubernetes";
import { type Finding, undecided, violation } from "../../finding";
import { addressesOf, blockTexts } from "./blocks";
import type { Groups, GroupSeen } from "./groups";
import type { Holder } from "./holders";
import type { PrefixLists } from "./prefixLists";
import {
  isNothing,
  NO_TRAFFIC,
  sharesTraffic,
  type Traffic,
  trafficOf,
  trafficText,
  withoutTraffic,
} from "./traffic";
import { type WorldTraffic, worldTraffic } from "./world";
import { type Field, known, type Unread, unreadOf } from "../../values";

/** What one of the two directions' invariants asks. */
export interface WorldQuestion {
  readonly direction: Direction;
  /** The part of what is open to the internet that may not be. */
  readonly tooMuch: (traffic: Traffic) => Traffic;
  readonly wrong: string;
  /** By what, after the ports: " by a prefix list"; nothing where it is by the rules as they are written. */
  readonly how?: string;
  readonly why: string;
  readonly remedy: string;
  /** The question where it isn't decided, as a clause. */
  readonly open: string;
}

/** What of each rule's traffic isn't told yet, under a bound. */
type Untold = (rule: GroupRule, bound: Bound) => Traffic;

/** Judges the rules of one resource: a rule, or all that a group lists. */
export function judgeWorld(fact: Fact, question: WorldQuestion): Finding[] {
  const rules = rulesIn(fact, question.direction);
  if (rules === undefined) return [];
  if (!rules.known) return [undecided(fact, [rules], question.open)];
  return judgeRules(fact, rules.value, rules.value.filter(isSurely(question.direction)), question, trafficOf);
}

/**
 * Judges what the rules of one group open together, beyond what each resource opens by itself. `alone`: what each resource is
 * asked by itself: that is told there, and neither it nor its exemption says anything about the rest.
 */
export function judgeWorldTogether(
  group: GroupSeen,
  question: WorldQuestion,
  alone: WorldQuestion,
): Finding[] {
  const rules = group.rules[question.direction];
  const perhaps = group.perhaps.filter(
    ({ direction }) => !direction.known || direction.value === question.direction,
  );
  if (![...rules, ...perhaps].some(mayNameAddresses)) return [];
  const untold = untoldAlone([...rules, ...perhaps], alone);
  const of = spokesman(group, rules, untold, question) ?? perhaps[0];
  return of === undefined ? [] : judgeRules(of, [...rules, ...perhaps], rules, question, untold);
}

/**
 * What rules on groups that aren't known may open together, if they are of one group, beyond what each opens by itself. The first rule that
 * takes part is told.
 */
export function judgeWorldUnplaced(
  rules: readonly GroupRule[],
  question: WorldQuestion,
  alone: WorldQuestion,
): Finding[] {
  const directed = rules.filter(
    ({ direction }) => !direction.known || direction.value === question.direction,
  );
  if (!directed.some(mayNameAddresses)) return [];
  const partaking = openTo(directed, "upper", question, untoldAlone(directed, alone))?.rules ?? [];
  const unread = unreadOf(partaking.flatMap(({ group }) => (group === undefined ? [] : [group.id])));
  const [of] = partaking;
  return of === undefined ? [] : [undecided(of, unread, question.open)];
}

/** Judges what several groups that something carries open together, beyond what each of them opens by itself. */
export function judgeWorldOfHolders(
  holders: readonly Holder[],
  groups: Groups,
  question: WorldQuestion,
  alone: WorldQuestion,
): Finding[] {
  const several = new Map(
    holders.flatMap((holder) =>
      holder.keys.size > 1 ? [[[...holder.keys].sort().join(), holder] as const] : [],
    ),
  );
  return [...several.values()].flatMap(({ of, keys }) => {
    const rulesOf = (key: string) => groups.get(key)?.rules[question.direction] ?? [];
    if (![...keys].flatMap(rulesOf).some(mayNameAddresses)) return [];
    const untoldOf = new Map<GroupRule, Untold>();
    for (const key of keys) {
      const rules = rulesOf(key);
      const untold = untoldAlone(rules, alone);
      const told = openTo(rules, "lower", question, untold)?.traffic ?? NO_TRAFFIC;
      const rest: Untold = (rule, bound) => withoutTraffic(untold(rule, bound), told);
      for (const rule of rules) untoldOf.set(rule, rest);
    }
    const untold: Untold = (rule, bound) => untoldOf.get(rule)?.(rule, bound) ?? NO_TRAFFIC;
    const certain = openTo([...untoldOf.keys()], "lower", question, untold);
    return certain === undefined ? [] : [violation(of, explain(certain, question))];
  });
}

/**
 * Judges what the rules of one group open by prefix lists that the stack shows, beyond what they open by blocks of their own. The first
 * rule that takes part is told.
 */
export function judgeWorldByLists(
  group: GroupSeen,
  lists: PrefixLists,
  question: WorldQuestion,
  alone: WorldQuestion,
): Finding[] {
  const directed = group.rules[question.direction];
  const rules = [...directed, ...group.perhaps.filter(({ direction }) => !direction.known)];
  if (rules.every((rule) => lists.through(rule) === rule)) return [];
  const byList = new Map(rules.map((rule) => [lists.through(rule), rule]));
  const through = [...byList.keys()].filter((rule) => byList.get(rule) !== rule);
  const untold = untoldAlone(rules, alone);
  const toldAt = (some: readonly GroupRule[], bound: Bound) =>
    openTo(some, bound, question, untold)?.traffic ?? NO_TRAFFIC;
  const told = { lower: toldAt(directed, "lower"), upper: toldAt(rules, "upper") };
  const rest: Untold = (rule, bound) => withoutTraffic(untold(byList.get(rule) ?? rule, bound), told[bound]);
  const all = [...byList.keys()];
  const certain = openTo(all.filter(isSurely(question.direction)), "lower", question, rest);
  const possible = openTo(all, "upper", question, rest);
  const more = withoutTraffic(possible?.traffic ?? NO_TRAFFIC, certain?.traffic ?? NO_TRAFFIC);
  const unread = isNothing(more) ? [] : unreadOfRules(through);
  const [of] = through;
  return [
    ...(certain && of ? [violation(of, explain(certain, question))] : []),
    ...(unread.length > 0 && of ? [undecided(of, unread, question.open)] : []),
  ];
}

/** The certain part of what some rules open, and what more they may. `sure`: those that are surely of this direction and group. */
function judgeRules(
  of: Pick<Fact, "subject" | "title">,
  rules: readonly GroupRule[],
  directed: readonly GroupRule[],
  question: WorldQuestion,
  untold: Untold,
): Finding[] {
  const certain = openTo(directed, "lower", question, untold);
  const possible = openTo(rules, "upper", question, untold);
  const more = withoutTraffic(possible?.traffic ?? NO_TRAFFIC, certain?.traffic ?? NO_TRAFFIC);
  const unread = isNothing(more) ? [] : unreadOfRules(possible?.rules ?? []);
  return [
    ...(certain === undefined ? [] : [violation(of, explain(certain, question))]),
    ...(unread.length === 0 ? [] : [undecided(of, unread, question.open)]),
  ];
}

/** What each rule opens besides what its own resource is told for. */
function untoldAlone(rules: readonly GroupRule[], alone: WorldQuestion): Untold {
  const told = new Map<string, Traffic>();
  const toldOf = (urn: string, bound: Bound): Traffic => {
    const key = `${bound} ${urn}`;
    const found = told.get(key);
    if (found !== undefined) return found;
    const own = rules.filter(({ subject }) => subject.urn === urn);
    const directed = bound === "lower" ? own.filter(isSurely(alone.direction)) : own;
    const made = openTo(directed, bound, alone, trafficOf)?.traffic ?? NO_TRAFFIC;
    told.set(key, made);
    return made;
  };
  return (rule, bound) => withoutTraffic(trafficOf(rule, bound), toldOf(rule.subject.urn, bound));
}

/**
 * Who is told what a group's rules open together: the group, unless another stack makes it, or it was told something by itself: then
 * an exemption for that would cover this as well. Else the first rule that takes part.
 */
function spokesman(
  { fact, title }: GroupSeen,
  rules: readonly GroupRule[],
  untold: Untold,
  question: WorldQuestion,
): Pick<Fact, "subject" | "title"> | undefined {
  const isTold = rules.some(
    (rule) =>
      rule.spelling === "inline" &&
      !isNothing(withoutTraffic(trafficOf(rule, "lower"), untold(rule, "lower"))),
  );
  if (fact !== undefined && !isTold) return fact;
  const partaking = openTo(rules, "lower", question, untold)?.rules ?? rules;
  const rule = partaking.find(({ spelling }) => spelling !== "inline") ?? partaking[0];
  return rule === undefined ? fact : { subject: rule.subject, title: fact?.title ?? title };
}

function rulesIn(fact: Fact, direction: Direction): Field<readonly GroupRule[]> | undefined {
  if (fact.kind === "SecurityGroup") return fact[direction];
  if (fact.kind !== "SecurityGroupRule") return undefined;
  const own = fact.rule.direction;
  return own.known && own.value !== direction ? undefined : known([fact.rule]);
}

const isSurely =
  (direction: Direction) =>
  (rule: GroupRule): boolean =>
    rule.direction.known && rule.direction.value === direction;

/** Whether a rule may be for addresses at all: most of a large stack's name groups only, and open nothing to the world. */
const mayNameAddresses = (rule: GroupRule): boolean => !addressesOf(rule, "upper").isEmpty();

function openTo(
  rules: readonly GroupRule[],
  bound: Bound,
  { tooMuch }: WorldQuestion,
  untold: Untold,
): WorldTraffic | undefined {
  const world = worldTraffic(rules, bound, untold);
  const traffic = tooMuch(world.traffic);
  if (isNothing(traffic)) return undefined;
  return { traffic, rules: world.rules.filter((rule) => sharesTraffic(untold(rule, bound), traffic)) };
}

const MAX_LISTED = 5;

function explain({ traffic, rules }: WorldTraffic, { wrong, how = "", why, remedy }: WorldQuestion) {
  const listed = rules
    .slice(0, MAX_LISTED)
    .map(
      (rule) =>
        `${rule.title} opens ${trafficText(trafficOf(rule, "lower"))} to ${blockTexts(rule).join(", ")}`,
    );
  const more = rules.length > MAX_LISTED ? [`${rules.length - MAX_LISTED} more rules`] : [];
  return {
    wrong: `${wrong} on ${trafficText(traffic)}${how}`,
    why,
    evidence: [...listed, ...more].join("; "),
    remedy,
  };
}

function unreadOfRules(rules: readonly GroupRule[]): Unread[] {
  return rules.flatMap((rule) => [
    ...(rule.direction.known ? [] : [rule.direction]),
    ...(rule.cidrs.known
      ? unreadPeers({ ...rule, groups: known([]), prefixLists: known([]), self: known(false) })
      : [rule.cidrs]),
    ...unreadTraffic(rule),
  ]);
}
