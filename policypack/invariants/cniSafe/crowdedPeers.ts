// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { append } from "../../../data";
import { AddressSet } from "../../../net";
import type { Match } from "../../../kubernetes";
import type { NetworkPolicyFact, PeerFact, PortFact, RuleFact } from "../../facts";
import { addressesOf } from "../../../reachability/read";
import { peerMatches, selectorText, type StackEnd, type StackEnds } from "../../judgment";
import type { Settings } from "../../settings";
import type { Unread } from "../../values";
import {
  addressesOfBlock,
  canonicalOf,
  type Defect,
  isForEverybody,
  isNamed,
  peersOf,
  portsIn,
} from "./defect";

/** The most pairs of protocol and port, or range, that one peer keeps; which ones is chance. */
const MAX_PAIRS = 24;

/** A rule of a policy, and what to call its place: with the policy's title, where several policies' are counted. */
export interface CountedRule {
  readonly policy: NetworkPolicyFact;
  readonly rule: RuleFact;
  readonly place: string;
}

/** A peer that has more ports than are kept: surely, or only if what isn't known turns out so. */
export interface CrowdedPeer {
  readonly text: string;
  /** The policies whose rules count. */
  readonly policies: ReadonlySet<NetworkPolicyFact>;
  readonly found: { readonly defect: Defect } | { readonly open: readonly Unread[] };
}

/** Where pods are by the configuration alone. */
export const podPlaces = ({ clusterRanges }: Settings): PodPlaces => ({
  ranges: AddressSet.of(...clusterRanges),
});

/** What one peer has: rules whose ports count for it, and blocks of which it isn't known whether they hold it. */
interface Entry {
  readonly text: string;
  readonly holding: readonly Holding[];
}

interface Holding {
  readonly counted: CountedRule;
  readonly match: Match;
  readonly peer?: PeerFact;
}

/** Where a cluster's pods are, as far as anything tells. */
export interface PodPlaces {
  /** Ranges that pods, nodes and Services are in; empty where nobody says. */
  readonly ranges: AddressSet;
}

/**
 * The peers of which these rules, all of which hold for the same pods, name more ports than are kept: counted over rules and
 * policies, with those of each block that holds the peer's addresses, and of rules for everybody. The same selector counts as one peer.
 * Source: aws-network-policy-agent v1.4.3, pkg/fwruleprocessor, ComputeMapEntriesFromEndpointRules.
 */
export function crowdedPeers(
  rules: readonly CountedRule[],
  places: PodPlaces,
  unread: Unread[],
): CrowdedPeer[] {
  const peers = new Map<string, PeerFact | undefined>();
  for (const { rule } of rules) {
    if (isForEverybody(rule)) peers.set("everybody", undefined);
    for (const peer of peersOf(rule, unread)) {
      const key = keyOf(peer);
      if (key !== undefined && !peers.has(key)) peers.set(key, peer);
    }
  }
  if (!mayBeCrowded(rules, unread)) return [];
  const entries = [...peers].map(([text, peer]): Entry => ({
    text,
    holding: rules.flatMap((counted): Holding[] => {
      if (isForEverybody(counted.rule)) return [{ counted, match: "yes" }];
      if (peer === undefined) return [];
      return peersOf(counted.rule, []).flatMap((other): Holding[] => {
        const match: Match = keyOf(other) === text ? "yes" : holds(other, peer, places);
        return match === "no" ? [] : [{ counted, match, peer: other }];
      });
    }),
  }));
  return entries.flatMap((entry) => ofEntry(entry, unread));
}

/** The pods of which these rules name more ports than are kept, by whatever selectors and blocks. */
export function crowdedEnds(
  rules: readonly CountedRule[],
  places: PodPlaces,
  ends: StackEnds,
): CrowdedPeer[] {
  const [first] = rules;
  if (first === undefined || !mayBeCrowded(rules, [])) return [];
  return ends.beside(first.policy.subject).flatMap((end) =>
    ofEntry(
      {
        text: end.title,
        holding: rules.flatMap((counted): Holding[] => {
          if (isForEverybody(counted.rule)) return [{ counted, match: "yes" }];
          return peersOf(counted.rule, []).flatMap((peer): Holding[] => {
            const set = addressesOfBlock(peer);
            if (set !== undefined) {
              const match = holdsPods(set, addressesOfEnd(end) ?? places.ranges);
              return match === "no" ? [] : [{ counted, match, peer }];
            }
            // Of pods that may have other labels than the stack shows nothing is said.
            const isMeant = !isBlock(peer) && peerMatches(peer, counted.policy, end, ends) === "yes";
            return isMeant ? [{ counted, match: "yes", peer }] : [];
          });
        }),
      },
      [],
    ),
  );
}

function ofEntry({ text, holding }: Entry, unread: Unread[]): CrowdedPeer[] {
  const certain = holding.filter(({ match }) => match === "yes");
  const count = (some: Entry["holding"]) =>
    new Set(some.flatMap(({ counted }) => pairsOf(counted.rule, unread))).size;
  const pairs = count(certain);
  const policies = (some: Entry["holding"]) => new Set(some.map(({ counted }) => counted.policy));
  if (pairs > MAX_PAIRS)
    return [
      {
        text,
        policies: policies(certain),
        found: {
          defect: {
            wrong: `only ${MAX_PAIRS} ports count for one peer`,
            evidence: `${[...new Set(certain.map(({ counted }) => counted.place))].join(", ")} have ${pairs} for ${text}`,
            remedy: "write neighbouring ports as one range with endPort",
          },
        },
      },
    ];
  if (certain.length === 0 || count(holding) <= MAX_PAIRS) return [];
  const open = holding.flatMap(({ match, peer }): Unread[] =>
    match === "maybe" && peer !== undefined
      ? [{ known: false, path: `${peer.path}.ipBlock`, because: `whether it holds ${text} isn't known` }]
      : [],
  );
  return [{ text, policies: policies(holding), found: { open } }];
}

const isBlock = ({ ipBlock }: PeerFact): boolean => ipBlock.known && ipBlock.value !== undefined;

/** A quick look: whether all rules together name more than is kept. */
const mayBeCrowded = (rules: readonly CountedRule[], unread: Unread[]): boolean =>
  new Set(rules.flatMap(({ rule }) => pairsOf(rule, unread))).size > MAX_PAIRS;

/** Whether one peer's block holds another peer, so that its ports count there, too. */
function holds(outer: PeerFact, inner: PeerFact, { ranges }: PodPlaces): Match {
  const around = addressesOfBlock(outer);
  if (around === undefined) return "no";
  if (!isBlock(inner)) return holdsPods(around, ranges);
  const { ipBlock } = inner;
  const block = ipBlock.known ? ipBlock.value : undefined;
  const within = block === undefined ? undefined : addressesOfBlock({ ...inner, ipBlock: wholeOf(ipBlock) });
  return within !== undefined && around.covers(within) ? "yes" : "no";
}

/** A block as an entry of the table: what it excepts are entries of their own. */
function wholeOf(ipBlock: PeerFact["ipBlock"]): PeerFact["ipBlock"] {
  if (!ipBlock.known || ipBlock.value === undefined) return ipBlock;
  return { known: true, value: { ...ipBlock.value, except: { known: true, value: [] } } };
}

/** Whether a block holds pods that are somewhere in these ranges; anywhere, where there are none. */
function holdsPods(block: AddressSet, ranges: AddressSet): Match {
  if (ranges.isEmpty())
    return block.covers(AddressSet.allV4) || block.covers(AddressSet.allV6) ? "yes" : "maybe";
  const families = ranges.families();
  if (families.some((family) => block.covers(ranges.ofFamily(family)))) return "yes";
  return block.overlaps(ranges) ? "maybe" : "no";
}

function addressesOfEnd({ addresses }: StackEnd): AddressSet | undefined {
  const set = addressesOf(addresses);
  return set.isEmpty() ? undefined : set;
}

/** One text for peers that are alike; undefined for what isn't known. */
function keyOf({ ipBlock, namespaceSelector, podSelector }: PeerFact): string | undefined {
  if (!ipBlock.known || !namespaceSelector.known || !podSelector.known) return undefined;
  if (ipBlock.value !== undefined) {
    const { cidr } = ipBlock.value;
    return cidr.known ? (canonicalOf(cidr.value) ?? cidr.value) : undefined;
  }
  const spaces = namespaceSelector.value;
  const pods = podSelector.value === undefined ? "" : `pods ${selectorText(podSelector.value)}`;
  return [pods, spaces === undefined ? "" : `namespaces ${selectorText(spaces)}`]
    .filter(Boolean)
    .join(" in ");
}

const pairsOf = (rule: RuleFact, unread: Unread[]): readonly string[] => {
  const ports = portsIn(rule, unread);
  return ports.length === 0 && rule.ports.known ? ["every port"] : ports.flatMap(pairOf);
};

/** A port by number; a name may be a number that is counted already. */
function pairOf(fact: PortFact): string[] {
  const { protocol, port, endPort } = fact;
  if (!protocol.known || !port.known || !endPort.known || isNamed(fact)) return [];
  return [`${protocol.value} ${port.value ?? "*"}-${endPort.value ?? port.value ?? "*"}`];
}

/** The rules of policies that hold for the same pods, by policy where only one's count. */
export const byPolicy = (
  rules: readonly CountedRule[],
): ReadonlyMap<NetworkPolicyFact, readonly CountedRule[]> => {
  const found = new Map<NetworkPolicyFact, CountedRule[]>();
  for (const one of rules) append(found, one.policy, one);
  return found;
};
