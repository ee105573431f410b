import { type Fact, type GroupRule, unreadPeers, unreadTraffic } from "../../facts";
import type { Direction } from "../../../kubernetes";
import { type Finding, undecided, violation } from "../../finding";
import { blockTexts } from "./blocks";
import type { GroupSeen } from "./groups";
import { isNothing, type Traffic, trafficOf, trafficText } from "./traffic";
import { type WorldTraffic, worldTraffic } from "./world";
import type { Bound } from "../reach";
import { type Field, known, type Unread } from "../../values";

/** What one of the two directions' invariants asks. */
export interface WorldQuestion {
  readonly direction: Direction;
  /** The part of what is open to the internet that may not be. */
  readonly tooMuch: (traffic: Traffic) => Traffic;
  readonly wrong: string;
  readonly why: string;
  readonly remedy: string;
  /** The question where it isn't decided, as a clause. */
  readonly open: string;
}

/** Judges the rules of one resource: a rule, or all that a group lists. */
export function judgeWorld(fact: Fact, question: WorldQuestion): Finding[] {
  const rules = rulesIn(fact, question.direction);
  if (rules === undefined) return [];
  if (!rules.known) return [undecided(fact, [rules], question.open)];
  const certain = openTo(rules.value.filter(isSurely(question.direction)), "lower", question);
  if (certain !== undefined) return [violation(fact, explain(certain, question))];
  const possible = openTo(rules.value, "upper", question);
  if (possible === undefined) return [];
  return [undecided(fact, unreadOfRules(possible.rules), question.open)];
}

/**
 * Judges what the rules of one group open together. `alone`: what each resource is asked by itself, so that the same
 * defect is told once.
 */
export function judgeWorldTogether(
  group: GroupSeen,
  question: WorldQuestion,
  alone: WorldQuestion,
): Finding[] {
  const rules = group.rules[question.direction];
  const together = openTo(rules, "lower", question);
  const [first] = rules;
  if (first === undefined) return [];
  const of = group.fact ?? { subject: first.subject, title: group.title };
  if (together === undefined) {
    const possible = openTo(rules, "upper", question);
    const unread = possible ? unreadOfRules(possible.rules) : [];
    return unread.length > 0 ? [undecided(of, unread, question.open)] : [];
  }
  const told = [...new Set(rules.map(({ subject }) => subject.urn))].some((urn) => {
    const own = rules.filter(({ subject }) => subject.urn === urn);
    return openTo(own, "lower", alone) !== undefined;
  });
  if (told) return [];
  return [violation(of, explain(together, question))];
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

function openTo(
  rules: readonly GroupRule[],
  bound: Bound,
  { tooMuch }: WorldQuestion,
): WorldTraffic | undefined {
  const world = worldTraffic(rules, bound);
  const traffic = tooMuch(world.traffic);
  return isNothing(traffic) ? undefined : { traffic, rules: world.rules };
}

const MAX_LISTED = 5;

function explain({ traffic, rules }: WorldTraffic, { wrong, why, remedy }: WorldQuestion) {
  const listed = rules
    .slice(0, MAX_LISTED)
    .map(
      (rule) =>
        `${rule.title} opens ${trafficText(trafficOf(rule, "lower"))} to ${blockTexts(rule).join(", ")}`,
    );
  const more = rules.length > MAX_LISTED ? [`${rules.length - MAX_LISTED} more rules`] : [];
  return {
    wrong: `${wrong} on ${trafficText(traffic)}`,
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
