import { AddressSet } from "../../net/addressSet";
import { formatCidr } from "../../net/cidr";
import { PortSet } from "../../net/ports";
import type { Labels, PodChoice } from "../../flows/peer";
import type { ClusterAddresses } from "../addresses";
import type { PolicyPeer, PolicyPort } from "./manifest";
import { compareText, sortedByKey } from "../../flows/text";
import { meansAllOf, type Opening, type Peer } from "./peer";
import type { Spelling } from "./spelling";

type Pods = Peer & { kind: "pods" };

/** One rule of a policy, before its direction gives the peers their key. Neither list is ever empty. */
export interface Rule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

/** What rules are made of, once equal things are one. */
interface Merged {
  readonly pods: readonly { readonly peer: Pods; readonly ports: PortSet }[];
  readonly blocks: readonly Block[];
}

/** Addresses on some ports; `internet` where the profile spells these as one block with exceptions. */
interface Block {
  readonly addresses: AddressSet;
  readonly ports: PortSet;
  readonly internet: boolean;
}

/** Where rules are written: whose namespace needs no selector, what the internet is, how it is spelled. */
export interface RuleContext {
  readonly namespace: string;
  readonly addresses: ClusterAddresses;
  readonly spelling: Spelling;
}

/**
 * The fewest rules that admit exactly what the openings say together: equal ports share a rule, what another peer
 * already covers is dropped. Sorted by content, so the same openings in any order give the same rules.
 */
export function compileRules(openings: readonly Opening[], context: RuleContext): Rule[] {
  const { pods, blocks } = merge(openings, context);
  const groups = new Map<string, { ports: PortSet; peers: PolicyPeer[]; addresses: AddressSet }>();
  const group = (ports: PortSet) => {
    const key = ports.toString();
    const known = groups.get(key) ?? { ports, peers: [], addresses: AddressSet.empty };
    groups.set(key, known);
    return known;
  };
  const rules: Rule[] = [];
  for (const { peer, ports } of pods) group(ports).peers.push(spellPods(peer, context.namespace));
  for (const { addresses, ports, internet } of blocks) {
    // A rule of its own: beside other blocks, some CNIs let an exception win over what they admit.
    if (internet) rules.push({ peers: spellInternet(context.addresses), ports: spellPorts(ports) });
    else group(ports).addresses = joined(group(ports).addresses, addresses);
  }
  for (const { ports, peers, addresses } of groups.values()) {
    const blocked = cidrsOf(addresses).map((cidr) => ({ ipBlock: { cidr } }));
    rules.push({ peers: [...sorted(peers), ...blocked], ports: spellPorts(ports) });
  }
  return sorted(rules).map(complete);
}

function merge(openings: readonly Opening[], { addresses, spelling }: RuleContext): Merged {
  const pods = new Map<string, { peer: Pods; ports: PortSet }>();
  const blocks = new Map<string, Block>();
  for (const { peer, ports } of openings) {
    if (peer.kind === "pods") {
      const key = `${peer.namespace} ${selectorKey(peer.pods)}`;
      pods.set(key, { peer, ports: (pods.get(key)?.ports ?? PortSet.empty).union(ports) });
      continue;
    }
    const set = peer.kind === "internet" ? addresses.internet : peer.addresses;
    const internet = peer.kind === "internet" && spelling.internet === "except";
    const key = `${String(internet)} ${cidrsOf(set).join()}`;
    blocks.set(key, {
      addresses: set,
      ports: (blocks.get(key)?.ports ?? PortSet.empty).union(ports),
      internet,
    });
  }
  return { pods: uncoveredPods([...pods.values()]), blocks: uncoveredBlocks([...blocks.values()]) };
}

/** Without those whose every port some other peer, which means all their pods, has too. */
function uncoveredPods(all: Merged["pods"]): Merged["pods"] {
  // A wider peer has one of the narrower one's labels first, or none: a thousand peers stay a thousand look-ups.
  const byFirstLabel = new Map<string, Merged["pods"][number][]>();
  const key = (namespace: string, label: unknown) => JSON.stringify([namespace, label]);
  for (const entry of all) {
    const { namespace, pods } = entry.peer;
    const first = pods === "every-pod" ? pods : Object.entries(pods)[0];
    const at = key(namespace, first);
    byFirstLabel.set(at, [...(byFirstLabel.get(at) ?? []), entry]);
  }
  return all.filter(({ peer, ports }) => {
    const labels = peer.pods === "every-pod" ? [] : Object.entries(peer.pods);
    const wider = ["every-pod", ...labels]
      .flatMap((label) => byFirstLabel.get(key(peer.namespace, label)) ?? [])
      .filter((other) => other.peer !== peer && meansAllOf(other.peer, peer));
    return !union(wider.map((other) => other.ports)).covers(ports);
  });
}

/** Without those whose every address has every port from the others. The smallest go first, so the widest stay. */
function uncoveredBlocks(all: readonly Block[]): readonly Block[] {
  if (all.length < 2) return all;
  const smallestFirst = [...all].sort(
    (a, b) =>
      Number(a.addresses.size() - b.addresses.size()) ||
      compareText(a.addresses.toString(), b.addresses.toString()),
  );
  let left: readonly Block[] = smallestFirst;
  for (const block of smallestFirst) {
    const others = left.filter((other) => other !== block);
    const missing = block.ports
      .ranges()
      .map((range) => PortSet.of([range]))
      .some((ports) => {
        const admitted = others.filter((other) => other.ports.covers(ports));
        return !admitted
          .reduce((set, other) => set.union(other.addresses), AddressSet.empty)
          .covers(block.addresses);
      });
    if (!missing) left = others;
  }
  return left;
}

/** The sets of the internet and of name resolution come back in every policy: their blocks are computed once. */
const CIDRS = new WeakMap<AddressSet, readonly string[]>();

function cidrsOf(set: AddressSet): readonly string[] {
  const known = CIDRS.get(set) ?? set.toCidrs().map(formatCidr);
  CIDRS.set(set, known);
  return known;
}

/** Labels as one text, equal for equal labels. Computed once for each workload, however many flows name it. */
const SELECTORS = new WeakMap<Labels, string>();

function selectorKey(pods: PodChoice): string {
  if (pods === "every-pod") return pods;
  const known = SELECTORS.get(pods) ?? JSON.stringify(sortedByKey(pods));
  SELECTORS.set(pods, known);
  return known;
}

const joined = (a: AddressSet, b: AddressSet): AddressSet => (a.isEmpty() ? b : a.union(b));

const union = (sets: readonly PortSet[]) => sets.reduce((all, set) => all.union(set), PortSet.empty);

/** The namespace is said even for an instance of "every-pod": a bare podSelector is only ever our own namespace's. */
function spellPods({ namespace, pods }: Pods, own: string): PolicyPeer {
  const podSelector = pods === "every-pod" ? {} : { matchLabels: sortedByKey(pods) };
  if (namespace === own) return { podSelector };
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, podSelector };
}

function spellInternet({ internet, internetBases }: ClusterAddresses): PolicyPeer[] {
  return internetBases.map((cidr) => {
    const except = AddressSet.of(cidr).subtract(internet).toCidrs().map(formatCidr);
    return { ipBlock: except.length === 0 ? { cidr } : { cidr, except } };
  });
}

const spellPorts = (ports: PortSet): PolicyPort[] =>
  ports
    .ranges()
    .map(({ protocol, from, to }) =>
      from === to ? { protocol, port: from } : { protocol, port: from, endPort: to },
    );

const sorted = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, key: JSON.stringify(item) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ item }) => item);

/** Kubernetes reads an empty list as everyone or everything: no rule with one ever leaves this file. */
function complete(rule: Rule): Rule {
  if (rule.peers.length === 0 || rule.ports.length === 0) {
    throw new Error("A rule without peers or ports would admit everyone: refused.");
  }
  return rule;
}
