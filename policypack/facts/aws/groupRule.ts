import { type Cursor, type Field, known, type Unread, unreadOf } from "../../values";
import { type Direction, DIRECTIONS } from "../../../kubernetes";
import { describe } from "../subject";
import {
  type AwsSubject,
  property,
  reference,
  references,
  type ResourceReference,
  texts,
  written,
} from "./subject";

/** One rule of a security group, however it is spelled. What a spelling doesn't have is known and empty. */
export interface GroupRule {
  readonly subject: AwsSubject;
  /** How a message names it: `SecurityGroup (resource "db") ingress[0]`. */
  readonly title: string;
  /** `inline`: part of its group; `single`: ec2.SecurityGroupRule; `standalone`: vpc.SecurityGroup…Rule. */
  readonly spelling: "inline" | "single" | "standalone";
  readonly direction: Field<Direction>;
  /** Whose rule it is: a standalone rule's reference. An inline rule is its own resource's. */
  readonly group: ResourceReference | undefined;
  readonly cidrs: Field<readonly Field<string>[]>;
  readonly groups: Field<readonly ResourceReference[]>;
  /** Whether it admits the group's own members. */
  readonly self: Field<boolean>;
  readonly prefixLists: Field<readonly Field<string>[]>;
  /** As AWS reads it: `-1`, `tcp`, `6`. */
  readonly protocol: Field<string>;
  readonly fromPort: Field<number | undefined>;
  readonly toPort: Field<number | undefined>;
  readonly description: Field<string | undefined>;
  /** Where the rule begins in its resource: empty, or `ingress[2]`. */
  readonly path: string;
}

/** A rule as a resource of its own. */
export interface GroupRuleFact {
  readonly kind: "SecurityGroupRule";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly rule: GroupRule;
}

/** The rules that a group's own resource lists. */
export function inlineRules(subject: AwsSubject, title: string, direction: Direction): Field<GroupRule[]> {
  const items = written(subject, direction).list();
  if (!items.known) return items;
  const from = subject.madeFrom?.[direction];
  return known(
    (items.value ?? []).map((item) => ({
      subject,
      title: `${title} ${item.path}`,
      spelling: "inline",
      direction: known(direction),
      group: undefined,
      cidrs: joined(texts(item.at("cidrBlocks")), texts(item.at("ipv6CidrBlocks"))),
      groups: references(item.at("securityGroups"), from),
      self: orFalse(item.at("self")),
      prefixLists: texts(item.at("prefixListIds")),
      ...trafficFields(item, "protocol"),
      path: item.path,
    })),
  );
}

/** Reads an `aws.ec2.SecurityGroupRule`. */
export function readSingleRule(subject: AwsSubject): GroupRuleFact {
  const title = describe("SecurityGroupRule", [], subject);
  const source = reference(subject, "sourceSecurityGroupId");
  const rule: GroupRule = {
    subject,
    title,
    spelling: "single",
    direction: directionOf(property(subject, "type")),
    group: reference(subject, "securityGroupId"),
    cidrs: joined(texts(property(subject, "cidrBlocks")), texts(property(subject, "ipv6CidrBlocks"))),
    groups: known(source ? [source] : []),
    self: orFalse(property(subject, "self")),
    prefixLists: texts(property(subject, "prefixListIds")),
    ...trafficFields(subject.object, "protocol"),
    path: "",
  };
  return { kind: "SecurityGroupRule", subject, title, rule };
}

/** Reads an `aws.vpc.SecurityGroupIngressRule` or `…EgressRule`: one peer each. */
export function readStandaloneRule(subject: AwsSubject, direction: Direction): GroupRuleFact {
  const title = describe(
    direction === "ingress" ? "SecurityGroupIngressRule" : "SecurityGroupEgressRule",
    [],
    subject,
  );
  const referenced = reference(subject, "referencedSecurityGroupId");
  const one = (name: string): Field<readonly Field<string>[]> => {
    const text = property(subject, name).text();
    if (text.known) return known(text.value === undefined ? [] : [known(text.value)]);
    return known([text]);
  };
  const rule: GroupRule = {
    subject,
    title,
    spelling: "standalone",
    direction: known(direction),
    group: reference(subject, "securityGroupId"),
    cidrs: joined(one("cidrIpv4"), one("cidrIpv6")),
    groups: known(referenced ? [referenced] : []),
    self: known(false),
    prefixLists: one("prefixListId"),
    ...trafficFields(subject.object, "ipProtocol"),
    path: "",
  };
  return { kind: "SecurityGroupRule", subject, title, rule };
}

function trafficFields(place: Cursor, protocolKey: string) {
  const protocol = place.at(protocolKey).text();
  return {
    protocol: protocol.known ? known((protocol.value ?? "").toLowerCase()) : protocol,
    fromPort: place.at("fromPort").integer(),
    toPort: place.at("toPort").integer(),
    description: place.at("description").text(),
  };
}

function directionOf(place: Cursor): Field<Direction> {
  const text = place.text();
  if (!text.known) return text;
  const direction = DIRECTIONS.find((one) => one === text.value?.toLowerCase());
  if (direction !== undefined) return known(direction);
  return { known: false, path: place.path, because: "neither ingress nor egress", isWrong: true };
}

const orFalse = (place: Cursor): Field<boolean> => {
  const truth = place.boolean();
  return truth.known ? known(truth.value ?? false) : truth;
};

function joined(...lists: Field<readonly Field<string>[]>[]): Field<readonly Field<string>[]> {
  return known(lists.flatMap((list) => (list.known ? list.value : [list])));
}

/** What of a rule's peers couldn't be read. */
export function unreadPeers({ cidrs, groups, prefixLists, self }: GroupRule): Unread[] {
  const lists = [cidrs, prefixLists].flatMap((list) => (list.known ? unreadOf(list.value) : [list]));
  return [...lists, ...(groups.known ? [] : [groups]), ...unreadOf([self])];
}

/** What of a rule's traffic couldn't be read. */
export const unreadTraffic = ({ protocol, fromPort, toPort }: GroupRule): Unread[] =>
  unreadOf([protocol, fromPort, toPort]);
