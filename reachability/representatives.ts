import { NOT_KNOWN } from "./identity";
import type { Labels } from "./labels";
import type { Peer, Policy } from "./policy";
import { type Requirement, type Selector, matches } from "./selector";
import { SelectorIndex } from "./selectorIndex";
import { UNKNOWN } from "./unknown";
import type { Workload, World } from "./world";

/** Combinations of labels tried for one namespace; beyond these each label is tried alone. */
const MAX_COMBINATIONS = 512;

/** Stands for whatever no selector names. */
const OTHER = "{other}";

/**
 * Adds ends that the world doesn't hold: for each namespace, one pod for each class that the selectors which bear on it
 * can tell apart; the same for namespaces that selectors speak of, and for any other one. Their ids show their labels:
 * `shop/{app=web}[Pod]`, `shop/{other}[Pod]`, `{team=b}/{other}[Pod]`.
 */
export function withRepresentatives(world: World): World {
  const namespaces = new Map(world.namespaces);
  for (const [name, labels] of spokenOf(world)) if (!namespaces.has(name)) namespaces.set(name, labels);
  const added = [...namespaces].flatMap(([namespace, labels]) =>
    namespace === NOT_KNOWN ? [] : representativesIn(namespace, labels, world.policies),
  );
  return { ...world, namespaces, workloads: [...world.workloads, ...added] };
}

/** Namespaces that selectors name or describe, and one that none does. */
function spokenOf({ policies }: World): Map<string, Labels> {
  const found = new Map<string, Labels>();
  const add = (name: string, more: readonly (readonly [string, string])[]) =>
    found.set(name, { known: new Map([...more, ["kubernetes.io/metadata.name", name]]), complete: true });
  for (const { namespaces } of policies.flatMap(podPeers)) {
    if (namespaces === "own") continue;
    const named = namespaces.requirements.find(({ key }) => key === "kubernetes.io/metadata.name");
    const rest = namespaces.requirements.filter((one) => one !== named);
    const labels = satisfying(rest);
    if (named?.operator === "In" && rest.length === 0) {
      for (const value of named.values) if (value !== UNKNOWN) add(value, []);
    } else if (labels !== undefined && labels.length > 0) {
      add(nameOf(labels), labels);
    }
  }
  add(OTHER, []);
  return found;
}

type PodPeer = Extract<Peer, { kind: "pods" }>;

function podPeers({ ingress, egress }: Policy): PodPeer[] {
  return [...ingress.rules, ...egress.rules].flatMap(({ peers }) =>
    peers === "everyone" ? [] : peers.filter((peer): peer is PodPeer => peer.kind === "pods"),
  );
}

/** Labels that meet all requirements, if there are some simple ones. */
function satisfying(requirements: readonly Requirement[]): [string, string][] | undefined {
  const labels = new Map<string, string>();
  for (const { key, operator, values } of requirements) {
    const [value] = values;
    if (operator === "In" && typeof value === "string") labels.set(key, value);
    if (operator === "Exists" && !labels.has(key)) labels.set(key, "any");
  }
  const chosen: Labels = { known: labels, complete: true };
  const met = matches({ requirements, complete: true, key: "" }, chosen) === "yes";
  return met ? [...labels] : undefined;
}

function representativesIn(namespace: string, labels: Labels, policies: readonly Policy[]): Workload[] {
  const index = new SelectorIndex();
  for (const policy of policies) {
    const home = policy.namespace === namespace;
    if (home) index.add(policy.podSelector);
    for (const { namespaces, pods } of podPeers(policy)) {
      if (namespaces === "own" ? home : matches(namespaces, labels) !== "no") index.add(pods);
    }
  }
  const classes = new Map<string, readonly (readonly [string, string])[]>();
  for (const candidate of candidates(index.all)) {
    const { must, may } = index.match({ known: new Map(candidate), complete: true });
    const key = `${must.join()}|${may.join()}`;
    const known = classes.get(key);
    if (known === undefined || candidate.length < known.length) classes.set(key, candidate);
  }
  return [...classes.values()].map((candidate) => representative(namespace, candidate));
}

/** Label sets among which every class has one: all combinations of what the selectors mention. */
function candidates(selectors: readonly Selector[]): (readonly (readonly [string, string])[])[] {
  const values = new Map<string, Set<string | undefined>>();
  for (const { key, operator, values: listed } of selectors.flatMap(({ requirements }) => requirements)) {
    const known = values.get(key) ?? new Set<string | undefined>([undefined]);
    for (const value of listed) if (value !== UNKNOWN) known.add(value);
    // Presence alone, or another value than those excluded, is told apart only by these.
    if (operator !== "In") known.add("any");
    values.set(key, known);
  }
  const keys = [...values];
  const combinations = keys.reduce((product, [, options]) => product * options.size, 1);
  if (combinations > MAX_COMBINATIONS) {
    return [[], ...selectors.flatMap(({ requirements }) => [satisfying(requirements) ?? []])];
  }
  return keys.reduce<(readonly (readonly [string, string])[])[]>(
    (sets, [key, options]) =>
      sets.flatMap((set) =>
        [...options].map((value) => (value === undefined ? set : [...set, [key, value] as const])),
      ),
    [[]],
  );
}

const nameOf = (labels: readonly (readonly [string, string])[]): string =>
  labels.length === 0 ? OTHER : `{${labels.map(([key, value]) => `${key}=${value}`).join(",")}}`;

function representative(namespace: string, labels: readonly (readonly [string, string])[]): Workload {
  return {
    kind: "Pod",
    namespace,
    name: nameOf(labels),
    representative: true,
    variants: [
      {
        labels: { known: new Map(labels), complete: true },
        hostNetwork: false,
        namedPorts: [],
        portsComplete: false,
        addresses: undefined,
        node: undefined,
        serviceAccount: UNKNOWN,
      },
    ],
  };
}
