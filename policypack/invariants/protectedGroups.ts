import { AddressSet, PortSet } from "../../net";
import { type Fact, type GroupRule, unreadPeers, unreadTraffic } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import type { Unread } from "../values";
import {
  addressesIn,
  EVERY_PROTOCOL,
  type Groups,
  type GroupSeen,
  groupsOf,
  type Holder,
  holdersOf,
  isCalled,
  trafficOf,
  writtenPorts,
} from "../judgment";
import { listedText } from "./protectedSelection";

/** A protected group: its id, or the name of its resource in the program, and who may pass it. */
export interface ProtectedGroup {
  readonly name: string;
  readonly group: string;
  readonly ports: readonly string[];
  readonly from: readonly AllowedSource[];
}

interface AllowedSource {
  /** A group by its id or by its resource's name. */
  readonly group?: string | undefined;
  readonly cidr?: string | undefined;
  /** Whose pods alone may carry the group. */
  readonly namespace?: string | undefined;
  /** All of the end's where there are none. */
  readonly ports?: readonly string[] | undefined;
}

/** Ingress rules, in any spelling, by which others than those listed pass a protected group. */
export function judgeProtectedGroups(facts: readonly Fact[], ends: readonly ProtectedGroup[]): Finding[] {
  if (ends.length === 0) return [];
  const groups = groupsOf(facts);
  const holders = holdersOf(facts);
  return ends.flatMap((end) => {
    const called = groups.all.filter(({ key }) => isCalled(key, end.group)).map(({ key }) => key);
    const keys = new Set([...called, ...besideOf(end, holders, ends)]);
    return groups.all
      .filter(({ key }) => keys.has(key))
      .flatMap((group) => [
        ...group.rules.ingress.flatMap((rule) => judgeRule(rule, group, end, groups)),
        ...doubtful(group, end),
      ]);
  });
}

/**
 * The other groups of whatever carries a protected one: what they admit reaches it too. One that is protected itself has its own list of
 * who may pass: pods that share a client's group differ by it.
 */
const besideOf = (
  end: ProtectedGroup,
  holders: readonly Holder[],
  ends: readonly ProtectedGroup[],
): string[] =>
  holders
    .flatMap(({ keys }) => ([...keys].some((key) => isCalled(key, end.group)) ? [...keys] : []))
    .filter((key) => !ends.some(({ group }) => isCalled(key, group)));

function judgeRule(rule: GroupRule, group: GroupSeen, end: ProtectedGroup, groups: Groups): Finding[] {
  const traffic = trafficOf(rule, "lower");
  const wanted = writtenPorts(end.ports);
  const concerned = end.ports.length === 0 ? traffic.ports : traffic.ports.intersect(wanted);
  const others = end.ports.length === 0 || traffic.others.has(EVERY_PROTOCOL) ? traffic.others.size : 0;
  const made = madeGroups(rule, end, groups);
  const unread = [
    ...unreadTraffic(rule),
    ...unreadPeers(rule),
    ...(made.length > 0 ? [] : groups.refer(rule.groups).unread),
  ];
  const doubts = unread.length === 0 ? [] : [undecided(rule, unread, `others pass ${end.name}`)];
  if (concerned.isEmpty() && others === 0) return doubts;
  const may = (isMeant: (source: AllowedSource) => boolean): boolean => {
    const items = end.from.filter(isMeant);
    const ports = items.reduce(
      (sum, item) => sum.union(item.ports === undefined ? PortSet.all : writtenPorts(item.ports)),
      PortSet.empty,
    );
    return items.length > 0 && ports.covers(concerned) && (others === 0 || items.some((one) => !one.ports));
  };
  const whom = [...sourcesOf(rule, group, groups), ...made].filter(({ isMeant }) => !may(isMeant));
  if (whom.length === 0) return doubts;
  return [
    violation(rule, {
      wrong: `lets unlisted peers into ${end.name}: ${whom.map(({ text }) => text).join(", ")}`,
      why: "no other rule can take that back: rules only add",
      evidence: `it is an ingress rule of ${group.title}, for which protected-ends ${listedText(end.from)}`,
      remedy: `remove the rule, or list them under "from" of ${end.name}`,
    }),
  ];
}

interface AdmittedSource {
  readonly text: string;
  readonly isMeant: (source: AllowedSource) => boolean;
}

/**
 * The groups that other resources make of their own, a cluster's or a VPC's: their ids aren't known, but what they were made from is. Where
 * the configuration lists a group by its id, that may be it.
 */
function madeGroups({ groups: list }: GroupRule, { from }: ProtectedGroup, groups: Groups): AdmittedSource[] {
  if (!list.known || from.some(({ group }) => group !== undefined && /^sg-[0-9a-f]+$/.test(group))) return [];
  return list.value.flatMap(({ id, from: sources = [] }) => {
    const [source, ...others] = sources;
    if (id.known || source === undefined || others.length > 0 || groups.isOurs(source)) return [];
    const isMeant = ({ group }: AllowedSource) => group !== undefined && isCalled(source, group);
    return [{ text: `the group that ${source.split("::").at(-1) ?? source} makes`, isMeant }];
  });
}

/** Whom a rule admits for certain. */
function sourcesOf(rule: GroupRule, group: GroupSeen, groups: Groups): AdmittedSource[] {
  const { cidrs, prefixLists, self } = rule;
  const blocks = cidrs.known ? cidrs.value.flatMap((cidr) => (cidr.known ? [cidr.value] : [])) : [];
  const lists = prefixLists.known
    ? prefixLists.value.flatMap((list) => (list.known ? [list.value] : []))
    : [];
  const own = self.known && self.value ? [group.key] : [];
  return [
    ...blocks.map((text) => ({
      text,
      isMeant: ({ cidr }: AllowedSource) =>
        cidr !== undefined && AddressSet.of(cidr).covers(addressesIn(text) ?? AddressSet.all),
    })),
    ...lists.map((text) => ({ text, isMeant: () => false })),
    ...[...groups.refer(rule.groups).keys, ...own].map((key) => ({
      text: groups.titleOf(key),
      isMeant: ({ group: name }: AllowedSource) => name !== undefined && isCalled(key, name),
    })),
  ];
}

/** Rules that may be the group's. */
function doubtful(group: GroupSeen, end: ProtectedGroup): Finding[] {
  const unread: Unread[] = [
    ...group.unread.ingress,
    ...group.perhaps.flatMap(({ group: on, direction }) =>
      [on?.id, direction].flatMap((field) => (field?.known === false ? [field] : [])),
    ),
  ];
  const of = group.fact ?? group.perhaps[0];
  return unread.length > 0 && of ? [undecided(of, unread, `others pass ${end.name}`)] : [];
}
