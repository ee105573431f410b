// Tests: test/policypack/invariants/tierPolicies.test.ts
import { PEERS_FIELD, type Direction } from "../../kubernetes";
import type { Tier, TierAction } from "../../reachability/read";
import { type Cursor, type Field, known, type Unread, unreadOf } from "../values";
import { cidrOf, type PeerFact, refused, type RuleFact, unreadInPeer, unreadInPort } from "./networkPolicy";
import { readSelector, type SelectorFact, unreadInSelector } from "./selector";
import { filledList, readTierPorts, required, theOne } from "./tierPorts";
import { describe, nameOf, type Subject } from "./subject";

/** The kinds of the network-policy-api (policy.networking.k8s.io), whose policies stand in tiers around NetworkPolicies. */
export const TIER_KINDS = [
  "ClusterNetworkPolicy",
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
] as const;
type TierKind = (typeof TIER_KINDS)[number];

/** What a rule makes of a connection; `accept` is AdminNetworkPolicy's Allow, too. */
export type TierActionFact = Field<TierAction>;

/** A policy of a tier, of either API, as written. It has no namespace, so its name is no part of what findings are about. */
export interface TierPolicyFact {
  readonly kind: "TierPolicy";
  readonly subject: Subject;
  readonly title: string;
  readonly objectKind: TierKind;
  readonly tier: Field<Tier>;
  /** Lower ones are asked first. */
  readonly priority: Field<number>;
  /** The pods that it is about. */
  readonly selected: Field<TierSubject>;
  readonly ingress: Field<readonly TierRuleFact[]>;
  readonly egress: Field<readonly TierRuleFact[]>;
}

interface TierSubject {
  readonly namespaces: SelectorFact;
  readonly pods: SelectorFact;
}

/**
 * One rule: the first that matches decides. `peers` are pods and address blocks in the form of a NetworkPolicy's; none are left where a rule
 * names only nodes or host names, which isn't everyone.
 */
export interface TierRuleFact extends RuleFact {
  readonly action: TierActionFact;
  /** Whether it also names nodes or host names, of which no pod or address is known. */
  readonly hasOtherPeers: boolean;
}

/** Where the fields of the two APIs differ. Source: network-policy-api v0.3.0, apis/v1beta1 and apis/v1alpha1. */
const PORTS_FIELD: Readonly<Record<TierKind, "protocols" | "ports">> = {
  ClusterNetworkPolicy: "protocols",
  AdminNetworkPolicy: "ports",
  BaselineAdminNetworkPolicy: "ports",
};

/** Reads one policy of a tier, of any version of its API. */
export function readTierPolicy(objectKind: TierKind, subject: Subject): TierPolicyFact {
  const spec = subject.object.at("spec");
  const shown = <T>(field: string, read: (place: Cursor) => Field<T>): Field<T> =>
    subject.partial && spec.at(field).isAbsent() ? notShown(spec.at(field)) : read(spec.at(field));
  const isBaseline = objectKind === "BaselineAdminNetworkPolicy";
  return {
    kind: "TierPolicy",
    subject,
    title: describe(objectKind, [nameOf(subject)], subject),
    objectKind,
    tier:
      objectKind === "ClusterNetworkPolicy"
        ? shown("tier", tierOf)
        : known(isBaseline ? "baseline" : "admin"),
    priority: isBaseline ? known(0) : shown("priority", (place) => required(place.integer(), place)),
    selected: shown("subject", subjectOf),
    ingress: readRules(spec, "ingress", objectKind),
    egress: readRules(spec, "egress", objectKind),
  };
}

/** A patch leaves out what it doesn't change. */
const notShown = ({ path }: Cursor): Unread => ({
  known: false,
  path,
  because: "a patch, which shows only part of the policy",
});

const tierOf = (place: Cursor): Field<Tier> => chosen(place, { Admin: "admin", Baseline: "baseline" });

/** One of the texts that a field takes. */
function chosen<T>(place: Cursor, meanings: Readonly<Record<string, T>>): Field<T> {
  const text = place.text();
  if (!text.known) return text;
  const meaning =
    text.value !== undefined && Object.hasOwn(meanings, text.value) ? meanings[text.value] : undefined;
  if (meaning !== undefined) return known(meaning);
  return refused(place, `${JSON.stringify(text.value)} is none of ${Object.keys(meanings).join(", ")}`);
}

function subjectOf(place: Cursor): Field<TierSubject> {
  const field = theOne(place, ["namespaces", "pods"]);
  if (!field.known) return field;
  return known(selectorsOf(place.at(field.value), field.value === "pods"));
}

const selectorsOf = (place: Cursor, isPods: boolean): TierSubject =>
  isPods
    ? { namespaces: readSelector(place.at("namespaceSelector")), pods: readSelector(place.at("podSelector")) }
    : { namespaces: readSelector(place), pods: [] };

function readRules(spec: Cursor, direction: Direction, kind: TierKind): Field<readonly TierRuleFact[]> {
  const rules = spec.at(direction).list();
  return rules.known ? known((rules.value ?? []).map((rule) => readRule(rule, direction, kind))) : rules;
}

function readRule(rule: Cursor, direction: Direction, kind: TierKind): TierRuleFact {
  const peers = filledList(rule.at(PEERS_FIELD[direction]));
  const read = peers.known ? peers.value.map((peer) => readPeer(peer, direction)) : [];
  return {
    path: rule.path,
    action: chosen(rule.at("action"), {
      [kind === "ClusterNetworkPolicy" ? "Accept" : "Allow"]: "accept",
      Deny: "deny",
      Pass: "pass",
    }),
    peers: peers.known ? known(read.flatMap((one) => one.peers)) : peers,
    hasOtherPeers: read.some(({ isOther }) => isOther),
    ports: readTierPorts(rule.at(PORTS_FIELD[kind]), PORTS_FIELD[kind]),
  };
}

interface ReadPeer {
  readonly peers: readonly PeerFact[];
  readonly isOther: boolean;
}

const NOTHING = known(undefined);

/** Only egress rules know anything but pods. */
function readPeer(place: Cursor, direction: Direction): ReadPeer {
  const pods = ["namespaces", "pods"] as const;
  const field = theOne(place, direction === "ingress" ? pods : [...pods, "nodes", "networks", "domainNames"]);
  const peer = (fact: Omit<PeerFact, "path">, path = place.path): ReadPeer => ({
    peers: [{ path, ...fact }],
    isOther: false,
  });
  if (!field.known) return peer({ ipBlock: field, namespaceSelector: field, podSelector: field });
  const at = place.at(field.value);
  switch (field.value) {
    case "nodes":
    case "domainNames":
      return { peers: [], isOther: true };
    case "networks": {
      const blocks = filledList(at);
      if (!blocks.known) return peer({ ipBlock: blocks, namespaceSelector: NOTHING, podSelector: NOTHING });
      return {
        isOther: false,
        peers: blocks.value.map((block) => ({
          path: block.path,
          ipBlock: known({ path: block.path, cidr: cidrOf(block), except: known([]) }),
          namespaceSelector: NOTHING,
          podSelector: NOTHING,
        })),
      };
    }
    case "namespaces":
    case "pods": {
      const { namespaces, pods } = selectorsOf(at, field.value === "pods");
      return peer({ ipBlock: NOTHING, namespaceSelector: known(namespaces), podSelector: known(pods) });
    }
  }
}

/** Everything in a rule that couldn't be read. */
export const unreadInTierRule = ({ action, peers, ports }: TierRuleFact): Unread[] => [
  ...unreadOf([action]),
  ...(peers.known ? peers.value.flatMap(unreadInPeer) : [peers]),
  ...(ports.known ? ports.value.flatMap(unreadInPort) : [ports]),
];

/** Everything in one direction's rules that couldn't be read. */
export const unreadInTierRules = (rules: Field<readonly TierRuleFact[]>): Unread[] =>
  rules.known ? rules.value.flatMap(unreadInTierRule) : [rules];

/** What isn't known of the pods that a policy is about. */
export const unreadOfTierSubject = ({ selected }: TierPolicyFact): Unread[] =>
  selected.known
    ? [...unreadInSelector(selected.value.namespaces), ...unreadInSelector(selected.value.pods)]
    : [selected];
