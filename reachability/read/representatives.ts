import { type KnownLabels, matches, NAMESPACE_NAME_LABEL, UNKNOWN } from "../../kubernetes";
import { append } from "../../data";
import { UNKNOWN_NAME } from "./identity";
import { labelClasses, type LabelSet } from "./labelClasses";
import { labelledPod } from "./labelledPod";
import type { SubjectSelector } from "./otherKinds/uncomputed";
import type { NetworkPolicy, RulePeer } from "./policy";
import { isRepresentativeName, labelsInName, nameOf, OTHER } from "./representativeNames";
import { SelectorIndex } from "./selectorIndex";
import { spokenOfByCilium } from "./cilium/ciliumPolicy";
import { spokenOfBy } from "./tiers/tierPolicy";
import type { Warnings } from "./warnings";
import type { PodSet, World } from "./world";

/** Classes of pods that one namespace gets an end for each of, and classes of namespaces. */
const MAX_POD_CLASSES = 512;
const MAX_NAMESPACE_CLASSES = 128;

/** A representative of another answer, by which it is known there. */
export interface Represented {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Adds ends that the world doesn't hold: for each namespace, one pod for each class that the selectors which bear on it
 * can tell apart; the same for namespaces that selectors speak of, and for any other one. Their ids show their labels:
 * `shop/{app=web}[Pod]`, `shop/{other}[Pod]`, `{team=b}/{other}[Pod]`.
 */
export function withRepresentatives(world: World, warnings: Warnings): World {
  return represented([world], [], warnings)[0] ?? world;
}

/**
 * Worlds that are compared, with the same representatives in each where one has some: what the selectors of all of them
 * together tell apart, and those that a saved answer holds. A namespace that one world doesn't know has there the labels
 * that it has in another.
 */
export function representedAlike<T extends readonly World[]>(
  worlds: readonly [...T],
  saved: readonly Represented[],
  warnings: Warnings,
): { readonly [K in keyof T]: World } {
  const some =
    saved.length > 0 ||
    worlds.some(({ workloads }) => workloads.some(({ representative }) => representative));
  if (!some) return worlds as { [K in keyof T]: World };
  const bare = worlds.map((world) => ({
    ...world,
    namespaces: new Map([...world.namespaces].filter(([name]) => !isRepresentativeName(name))),
    workloads: world.workloads.filter(({ representative }) => !representative),
  }));
  return represented(bare, saved, warnings) as { [K in keyof T]: World };
}

function represented(worlds: readonly World[], saved: readonly Represented[], warnings: Warnings): World[] {
  const policies = worlds.flatMap((world) => world.policies);
  const subjects = worlds.flatMap(({ uncomputed, tiers, cilium }) => [
    ...uncomputed.flatMap((one) => one.subjects),
    ...tiers.flatMap(spokenOfBy),
    ...cilium.flatMap(spokenOfByCilium),
  ]);
  const spoken = spokenOf(policies, subjects, warnings);
  for (const { namespace } of saved) if (!spoken.has(namespace)) spoken.set(namespace, labelsOf(namespace));
  const known = new Map<string, KnownLabels[]>();
  for (const [name, labels] of worlds.flatMap(({ namespaces }) => [...namespaces]))
    append(known, name, labels);
  for (const [name, labels] of spoken) if (!known.has(name)) known.set(name, [labels]);
  known.delete(UNKNOWN_NAME);
  const homes = new Set(saved.map((one) => one.namespace));
  // A namespace that the saved answer doesn't hold was there among those that selectors don't name.
  const savedIn = (namespace: string) =>
    homes.has(namespace)
      ? saved.filter((one) => one.namespace === namespace)
      : saved.filter((one) => isRepresentativeName(one.namespace));
  const added = [...known].flatMap(([namespace, labels]) => {
    const pods = new Set(podsIn(namespace, labels, { policies, subjects }, warnings).map(nameOf));
    for (const one of savedIn(namespace)) pods.add(one.name);
    return [...pods].map((name) => representative(namespace, name));
  });
  return worlds.map((world) => {
    const namespaces = new Map(world.namespaces);
    for (const [name, [labels]] of known) {
      if (labels !== undefined && !namespaces.has(name)) namespaces.set(name, labels);
    }
    return { ...world, namespaces, workloads: [...world.workloads, ...added] };
  });
}

/** The labels of a namespace that nothing but its name tells of. */
export const labelsOf = (name: string): KnownLabels => ({
  known: new Map([...(isRepresentativeName(name) ? labelsInName(name) : []), [NAMESPACE_NAME_LABEL, name]]),
  complete: true,
});

/** Namespaces that selectors name; and of all others, one for each class that selectors can tell apart. */
function spokenOf(
  policies: readonly NetworkPolicy[],
  subjects: readonly SubjectSelector[],
  warnings: Warnings,
): Map<string, KnownLabels> {
  const index = new SelectorIndex();
  for (const { namespaces } of policies.flatMap(podPeers)) if (namespaces !== "own") index.add(namespaces);
  for (const subject of subjects)
    if (subject.kind === "pods" && typeof subject.namespaces !== "string") index.add(subject.namespaces);
  const named = index.all
    .flatMap(({ requirements }) => requirements)
    .flatMap(({ key, values }) => (key === NAMESPACE_NAME_LABEL ? values : []))
    .filter((value): value is string => value !== UNKNOWN && value !== "");
  const { sets, complete } = labelClasses(
    index.all,
    MAX_NAMESPACE_CLASSES,
    new Map([[NAMESPACE_NAME_LABEL, OTHER]]),
  );
  if (!complete) {
    const kind = `selectors tell more than ${MAX_NAMESPACE_CLASSES} kinds of namespaces apart; some have no representative`;
    warnings.add(kind, "namespaceSelectors");
  }
  const others = sets.map((labels) => nameOf(labels.filter(([key]) => key !== NAMESPACE_NAME_LABEL)));
  return new Map([...named, ...others].map((name) => [name, labelsOf(name)]));
}

type PodPeer = Extract<RulePeer, { kind: "pods" }>;

function podPeers({ ingress, egress }: NetworkPolicy): PodPeer[] {
  return [...ingress.rules, ...egress.rules].flatMap(({ peers }) =>
    peers === "everyone" ? [] : peers.filter((peer): peer is PodPeer => peer.kind === "pods"),
  );
}

/** What tells pods apart: NetworkPolicies, whom policies of other kinds judge, and whom those of tiers speak of. */
interface Speakers {
  readonly policies: readonly NetworkPolicy[];
  readonly subjects: readonly SubjectSelector[];
}

/** Labels of one pod for each class in a namespace; `labels` are all that it has in some world. */
function podsIn(
  namespace: string,
  labels: readonly KnownLabels[],
  { policies, subjects }: Speakers,
  warnings: Warnings,
): readonly LabelSet[] {
  const index = new SelectorIndex();
  for (const policy of policies) {
    const home = policy.namespace === namespace;
    if (home) index.add(policy.podSelector);
    for (const { namespaces, pods } of podPeers(policy)) {
      const bears = namespaces === "own" ? home : labels.some((one) => matches(namespaces, one) !== "no");
      if (bears) index.add(pods);
    }
  }
  for (const subject of subjects) {
    if (subject.kind === "nodes") continue;
    const { namespaces, pods } = subject;
    const bears =
      typeof namespaces === "string"
        ? namespaces === namespace
        : labels.some((one) => matches(namespaces, one) !== "no");
    if (bears) index.add(pods);
  }
  const { sets, complete } = labelClasses(index.all, MAX_POD_CLASSES);
  if (!complete) {
    const kind = `selectors tell more than ${MAX_POD_CLASSES} kinds of pods apart in one namespace; each label and each two together are represented as far as that goes, other combinations are not`;
    warnings.add(kind, namespace);
  }
  return sets;
}

/** A pod that no manifest holds, with the labels that its name shows. */
export function representative(namespace: string, name: string): PodSet {
  return {
    kind: "Pod",
    namespace,
    name,
    representative: true,
    variants: [labelledPod(labelsInName(name))],
  };
}
