// Tests: test/reachability/evidence/namedPeers.test.ts
import { append } from "../../data";
import { labelsSatisfying } from "./labelClasses";
import { type KnownLabels, matches, type Selector } from "../../kubernetes";
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import { UNKNOWN_NAME } from "./identity";
import type { NetworkPolicy, RulePeer } from "./policy";
import { isRepresentativeName, nameOf, OTHER } from "./representativeNames";
import { labelsOf, type Represented, representative } from "./representatives";
import { spokenOfByCilium } from "./cilium/ciliumPolicy";
import { spokenOfBy } from "./tiers/tierPolicy";
import type { Warnings } from "./warnings";
import type { World } from "./world";

type PodPeer = Extract<RulePeer, { kind: "pods" }>;

/** Namespaces that a selector without a name may mean before any of them is as good as another. */
const FEW = 8;

/**
 * Adds an end for each peer that policies name and no workload of the world is: `edge/{app=proxy}[Pod]`. Who is asked
 * about, or let in, is part of the answer whether a manifest holds it or not.
 */
export function withNamedPeers(world: World, warnings: Warnings): World {
  return withEnds(world, namedPeers(world), new Map(), warnings);
}

/**
 * Worlds that are compared, each with the peers that the policies of any of them name and no workload there is, and with the
 * representatives of a saved answer. A namespace that one world doesn't know has there the labels that it has in another.
 */
export function namedPeersAlike<T extends readonly World[]>(
  worlds: readonly [...T],
  saved: readonly Represented[],
  warnings: Warnings,
): { readonly [K in keyof T]: World } {
  const found = new Map<string, Represented>();
  for (const one of [...saved, ...worlds.flatMap(namedPeers)]) found.set(`${one.namespace}/${one.name}`, one);
  const known = new Map(worlds.flatMap(({ namespaces }) => [...namespaces]));
  const alike = worlds.map((world) => withEnds(world, [...found.values()], known, warnings));
  return alike as { [K in keyof T]: World };
}

/** A world with pods that no manifest holds; `known` are labels of namespaces that it may not know. */
function withEnds(
  world: World,
  peers: readonly Represented[],
  known: ReadonlyMap<string, KnownLabels>,
  warnings: Warnings,
): World {
  if (peers.length === 0) return world;
  const namespaces = new Map(world.namespaces);
  for (const { namespace: home } of peers) {
    if (namespaces.has(home)) continue;
    namespaces.set(home, known.get(home) ?? labelsOf(home));
    if (!isRepresentativeName(home) && !known.has(home))
      warnings.add("namespaces are referred to but not given; their only label is their name", home);
  }
  const added = peers.map(({ namespace, name }) => representative(namespace, name));
  return { ...world, namespaces, workloads: [...world.workloads, ...added] };
}

/** The peers that policies of a world name and no workload there is, each once. */
function namedPeers(world: World): readonly Represented[] {
  const pods = new PodIndex(world);
  const found = new Map<string, Represented>();
  const seen = { own: new Pairs(), others: new Pairs() };
  const add = (peer: PodPeer, own: string) => {
    const isNew =
      peer.namespaces === "own"
        ? seen.own.add(own, peer.pods.key)
        : seen.others.add(peer.namespaces.key, peer.pods.key);
    if (!isNew) return;
    const homes = peer.namespaces === "own" ? [own] : pods.namespacesOf(peer.namespaces);
    if (pods.has(homes, peer.pods)) return;
    const labels = labelsSatisfying(peer.pods.requirements);
    if (labels === undefined) return;
    for (const home of homesFor(peer, homes)) {
      const name = nameOf(labels);
      found.set(`${home}/${name}`, { namespace: home, name });
    }
  };
  for (const policy of world.policies) {
    if (!pods.has([policy.namespace], policy.podSelector)) continue;
    for (const peer of peersOf(policy)) add(peer, policy.namespace);
  }
  for (const spoken of [...world.tiers.map(spokenOfBy), ...world.cilium.map(spokenOfByCilium)]) {
    const [subject, ...peers] = spoken;
    if (subject !== undefined && pods.has(pods.namespacesOf(subject.namespaces), subject.pods))
      for (const peer of peers) add(peer, "");
  }
  return [...found.values()];
}

function peersOf({ ingress, egress }: NetworkPolicy): readonly PodPeer[] {
  return [ingress, egress].flatMap(({ isolates, rules }) =>
    isolates === "no"
      ? []
      : rules.flatMap(({ peers }) =>
          peers === "everyone" ? [] : peers.filter((peer): peer is PodPeer => peer.kind === "pods"),
        ),
  );
}

/** The namespaces in which a peer that no workload is gets an end: those that it names, or else one that it would match. */
function homesFor({ namespaces }: PodPeer, homes: readonly string[]): readonly string[] {
  if (namespaces === "own") return homes;
  const named = namespaces.requirements.flatMap(({ key, operator, values }) =>
    key === NAMESPACE_NAME_LABEL && operator === "In" ? values : [],
  );
  if (named.length > 0)
    return named.filter((name): name is string => typeof name === "string" && name !== "");
  if (homes.length > 0 && homes.length <= FEW && namespaces.requirements.length > 0) return homes;
  const labels = labelsSatisfying(namespaces.requirements);
  return labels === undefined ? [] : [labels.length === 0 ? OTHER : nameOf(labels)];
}

/** A set of pairs of texts; no text is made of the two, which takes longest of all where there are many. */
class Pairs {
  private readonly seconds = new Map<string, Set<string>>();

  /** Whether the pair is new. */
  add(first: string, second: string): boolean {
    let known = this.seconds.get(first);
    if (known === undefined) this.seconds.set(first, (known = new Set()));
    const { size } = known;
    return known.add(second).size > size;
  }

  has(first: string, second: string): boolean {
    return this.seconds.get(first)?.has(second) === true;
  }
}

/** Finds out whether some pod is, or may be, in given namespaces and matched by a selector. */
class PodIndex {
  private readonly byNamespace = new Map<string, KnownLabels[]>();
  /** Namespaces' values, by label. */
  private readonly byLabel = new Map<string, Pairs>();
  private readonly bySelector = new Map<string, readonly string[]>();

  constructor(private readonly world: World) {
    for (const { namespace, variants } of world.workloads) {
      for (const { labels, hostNetwork } of variants) {
        if (hostNetwork === true) continue;
        append(this.byNamespace, namespace, labels);
        for (const [key, value] of labels.known)
          if (typeof value === "string") this.valuesOf(key).add(namespace, value);
      }
    }
  }

  private valuesOf(key: string): Pairs {
    let values = this.byLabel.get(key);
    if (values === undefined) this.byLabel.set(key, (values = new Pairs()));
    return values;
  }

  has(namespaces: readonly string[], selector: Selector): boolean {
    const [only, ...others] = selector.requirements;
    const [value, ...values] = only?.values ?? [];
    const simple = others.length === 0 && values.length === 0 && only?.operator === "In";
    const known = simple ? this.byLabel.get(only.key) : undefined;
    return namespaces.some((namespace) => {
      if (typeof value === "string" && known?.has(namespace, value) === true) return true;
      return this.byNamespace.get(namespace)?.some((labels) => matches(selector, labels) !== "no") === true;
    });
  }

  /** All namespaces that a selector may match, and perhaps more: those that it names, or every one. */
  private candidates({ requirements }: Selector): readonly string[] {
    const [only, ...others] = requirements;
    const names = only?.values.filter((name) => typeof name === "string") ?? [];
    const isByName = only?.key === NAMESPACE_NAME_LABEL && only.operator === "In" && others.length === 0;
    return isByName && names.length === only.values.length
      ? [...new Set([...names, UNKNOWN_NAME])]
      : [...this.world.namespaces.keys()];
  }

  /** The namespaces of the world that a selector may match. */
  namespacesOf(selector: Selector): readonly string[] {
    const known = this.bySelector.get(selector.key);
    if (known !== undefined) return known;
    const found = this.candidates(selector).filter((name) => {
      const labels = this.world.namespaces.get(name);
      return labels !== undefined && matches(selector, labels) !== "no";
    });
    this.bySelector.set(selector.key, found);
    return found;
  }
}
