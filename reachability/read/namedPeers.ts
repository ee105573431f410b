import { append } from "../../data";
import { labelsSatisfying } from "./labelClasses";
import { type Labels, matches, type Selector } from "../../kubernetes";
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { Policy, RulePeer } from "./policy";
import { nameOf, OTHER } from "./representativeNames";
import { labelsOf, representative } from "./representatives";
import type { Warnings } from "./warnings";
import type { Workload, World } from "./world";

type PodPeer = Extract<RulePeer, { kind: "pods" }>;

/** Namespaces that a selector without a name may mean before any of them is as good as another. */
const FEW = 8;

/**
 * Adds an end for each peer that policies name and no workload of the world is: `edge/{app=proxy}[Pod]`. Who is asked
 * about, or let in, is part of the answer whether a manifest holds it or not.
 */
export function withNamedPeers(world: World, warnings: Warnings): World {
  const pods = new PodIndex(world);
  const added = new Map<string, Workload>();
  const namespaces = new Map<string, Labels>(world.namespaces);
  const seen = new Set<string>();
  for (const policy of world.policies) {
    if (!pods.has([policy.namespace], policy.podSelector)) continue;
    for (const peer of peersOf(policy)) {
      const key = `${peer.namespaces === "own" ? `=${policy.namespace}` : peer.namespaces.key}|${peer.pods.key}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const homes = peer.namespaces === "own" ? [policy.namespace] : pods.namespacesOf(peer.namespaces);
      if (pods.has(homes, peer.pods)) continue;
      const labels = labelsSatisfying(peer.pods.requirements);
      if (labels === undefined) continue;
      for (const home of homesFor(peer, homes)) {
        if (!namespaces.has(home)) {
          namespaces.set(home, labelsOf(home));
          if (!home.startsWith("{"))
            warnings.add("namespaces are referred to but not given; their only label is their name", home);
        }
        const one = representative(home, nameOf(labels));
        added.set(`${home}/${one.name}`, one);
      }
    }
  }
  return added.size === 0
    ? world
    : { ...world, namespaces, workloads: [...world.workloads, ...added.values()] };
}

function peersOf({ ingress, egress }: Policy): readonly PodPeer[] {
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

/** Finds out whether some pod is, or may be, in given namespaces and matched by a selector. */
class PodIndex {
  private readonly byNamespace = new Map<string, Labels[]>();
  private readonly byLabel = new Set<string>();
  private readonly bySelector = new Map<string, readonly string[]>();

  constructor(private readonly world: World) {
    for (const { namespace, variants } of world.workloads) {
      for (const { labels, hostNetwork } of variants) {
        if (hostNetwork === true) continue;
        append(this.byNamespace, namespace, labels);
        for (const [key, value] of labels.known)
          if (typeof value === "string") this.byLabel.add(`${namespace}|${key}=${value}`);
      }
    }
  }

  has(namespaces: readonly string[], selector: Selector): boolean {
    const [only, ...others] = selector.requirements;
    const [value, ...values] = only?.values ?? [];
    return namespaces.some((namespace) => {
      const simple = others.length === 0 && values.length === 0 && only?.operator === "In";
      if (simple && this.byLabel.has(`${namespace}|${only.key}=${String(value)}`)) return true;
      return this.byNamespace.get(namespace)?.some((labels) => matches(selector, labels) !== "no") === true;
    });
  }

  /** The namespaces of the world that a selector may match. */
  namespacesOf(selector: Selector): readonly string[] {
    const known =
      this.bySelector.get(selector.key) ??
      [...this.world.namespaces].flatMap(([name, labels]) =>
        matches(selector, labels) === "no" ? [] : [name],
      );
    this.bySelector.set(selector.key, known);
    return known;
  }
}
