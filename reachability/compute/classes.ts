// Longer than most: the one algorithm that tells ends apart, whose steps share its maps.
import { AddressSet } from "../../net";
import { type AttachedGroups, attachedGroups, described, groupsKey, nodeGroups } from "./attachedGroups";
import {
  type GuardedEnd,
  type PodShape,
  seenLabels,
  seenNamespace,
  type Service,
  UNKNOWN_NAME,
  type PodSet,
  type World,
} from "../read";
import { append } from "../../data";
import type { IndexSet } from "./indexSet";
import { type KnownLabels, type Match, UNKNOWN } from "../../kubernetes";
import {
  BOTH,
  exactlyFamilies,
  type Families,
  familiesKey,
  guardedFamilies,
  outsideFamilies,
  type Pass,
  passesOf,
  podFamilies,
  splitFor,
} from "./families";
import { insideOf, type LocatedPart, locateInside } from "./insideAddresses";
import { leadsToPods, ServiceIndex, targetOf } from "./serviceIndex";
import { Vocabulary } from "./vocabulary";

/** Indexes that certainly apply to a class (`lower`), and those that may, which include them (`upper`); ascending. */
export interface Marks {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Ends that no policy, group or question can tell apart. */
export interface EndClass {
  readonly kind: "pods" | "outside" | "guarded";
  readonly namespace: string | undefined;
  /** Whether it shares its node's network: then no policy selects it, nor a selector. */
  readonly hostNetwork: Match;
  readonly node: string | undefined;
  /** Pod selectors that match. */
  readonly selectors: Marks;
  /** Blocks that match. */
  readonly blocks: Marks;
  /** Numbers of the port names that policies use, by `TCP/http`. */
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
  readonly portsComplete: boolean;
  readonly groups: AttachedGroups;
  readonly families: Families;
  /** The Services behind which it is and whose ways may be open where its own addresses are closed, as a key. */
  readonly behind: string;
}

/** The classes of a world and what belongs to each. */
export interface Classes {
  readonly vocabulary: Vocabulary;
  readonly passes: readonly Pass[];
  readonly all: readonly EndClass[];
  /** The classes of each workload's variants, in the order of `world.workloads`. */
  readonly ofWorkload: readonly (readonly number[])[];
  /** The addresses of each outside class, by class. */
  readonly outside: ReadonlyMap<number, AddressSet>;
  /** Addresses that lead to ends, or are some: no ends of their own. */
  readonly hidden: ReadonlyMap<number, AddressSet>;
  /** All addresses that are none outside, cut out or not. */
  readonly inside: AddressSet;
  /** Of the outside classes those that are Services' addresses, whose connections are never sure. */
  readonly kept: ReadonlyMap<number, LocatedPart>;
  /** A node that isn't given; where Services open nodes' ports, or have addresses outside. */
  readonly anyNode: number | undefined;
  /** The class of each pod; where there are Services. */
  readonly ofShape: ReadonlyMap<PodShape, number>;
  readonly services: ServiceIndex;
  readonly ofGuarded: readonly number[];
}

const NO_MARKS: Marks = { lower: [], upper: [] };

/** Sorts every end of a world into classes. */
export function classify(world: World): Classes {
  const vocabulary = new Vocabulary(world);
  const passes = passesOf(world, vocabulary);
  const all: EndClass[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (one: EndClass): number => {
    const key = keyOf(one);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, all.length);
    return all.push(one) - 1;
  };
  const services = new ServiceIndex(world);
  const describe = podDescriber(world, vocabulary, behindServices(world, vocabulary, services));
  const ofShape = new Map<PodShape, number>();
  const classOf = (workload: PodSet, shape: PodShape): number => {
    const number = numberOf(describe(workload, shape));
    if (world.services.length > 0) ofShape.set(shape, number);
    return number;
  };
  const ofWorkload = world.workloads.map((workload): number[] => {
    const [first, ...others] = workload.variants;
    if (first !== undefined && others.length === 0) return [classOf(workload, first)];
    const found = new Set(workload.variants.map((shape) => classOf(workload, shape)));
    return [...found].sort((a, b) => a - b);
  });
  const [outside, hidden] = [new Map<number, AddressSet>(), new Map<number, AddressSet>()];
  const kept = new Map<number, LocatedPart>();
  const isKnown = (service: Service) => leadsToPods(services, service);
  const located = locateInside(world, vocabulary, isKnown);
  const inside = insideOf(world, isKnown);
  for (const one of splitFor(passes, located)) {
    const { part, members, holds } = one;
    const blocks = { lower: members, upper: members };
    const number = all.push(outsideClass(blocks, "outside", NO_GROUPS, outsideFamilies(part))) - 1;
    (holds === "hidden" ? hidden : outside).set(number, part);
    if (holds === "kept") kept.set(number, one);
  }
  const opensNodes = world.services.some(({ opensNodes: opens, outerIPs }) => opens || !outerIPs.isEmpty());
  const anyNode = opensNodes ? all.push(unknownNode(world, vocabulary)) - 1 : undefined;
  const ofGuarded = (world.groups?.guarded ?? []).map(
    (end) => all.push(guardedClass(end, world, vocabulary)) - 1,
  );
  return {
    vocabulary,
    passes,
    all,
    ofWorkload,
    outside,
    hidden,
    inside,
    kept,
    anyNode,
    ofShape,
    services,
    ofGuarded,
  };
}

/** A node of which nothing is known: its address may be in any block, and is in those of all addresses. */
function unknownNode({ traits, podFamilies: families }: World, vocabulary: Vocabulary): EndClass {
  const all = [...vocabulary.blocks.keys()];
  const whole = all.filter((block) => {
    const addresses = vocabulary.familyOf(block) === 6 ? AddressSet.allV6 : AddressSet.allV4;
    return vocabulary.blocks[block]?.covers(addresses) === true;
  });
  const blocks = traits.blocksMatch.nodes ? { lower: whole, upper: all } : NO_MARKS;
  return outsideClass(blocks, "guarded", NO_GROUPS, families.length === 0 ? BOTH : exactlyFamilies(families));
}

/** An address outside carries no group of this world: rules know it by its address. */
const NO_GROUPS: AttachedGroups = { ids: undefined, known: true, own: false };

function outsideClass(
  blocks: Marks,
  kind: "outside" | "guarded",
  groups: AttachedGroups,
  families: Families,
): EndClass {
  return {
    kind,
    namespace: undefined,
    hostNetwork: "no",
    node: undefined,
    selectors: NO_MARKS,
    blocks,
    namedPorts: new Map(),
    portsComplete: true,
    groups,
    families,
    behind: "",
  };
}

function guardedClass(end: GuardedEnd, world: World, vocabulary: Vocabulary): EndClass {
  const { addresses, groups } = end;
  const blocks =
    addresses === undefined
      ? { lower: [], upper: [...vocabulary.blocks.keys()] }
      : blocksByFamily(addresses, vocabulary);
  const known = groups !== undefined && world.groups !== undefined && described(world.groups, groups);
  const attached = { ids: groups ?? [], known, own: false };
  return outsideClass(blocks, "guarded", attached, guardedFamilies(end));
}

/** The blocks of something that is at one address of each family, somewhere among these: those that hold all, or some. */
function blocksByFamily(addresses: AddressSet, vocabulary: Vocabulary): Marks {
  const found = addresses.families().map((family) => vocabulary.blocksOf(addresses.ofFamily(family)));
  const join = (lists: readonly (readonly number[])[]) => [...new Set(lists.flat())].sort((a, b) => a - b);
  return { lower: join(found.map(({ all }) => all)), upper: join(found.map(({ some }) => some)) };
}

/** How a pod of this world is described; what all pods share is worked out once. */
function podDescriber(
  world: World,
  vocabulary: Vocabulary,
  behind: ReadonlyMap<PodShape, readonly string[]>,
): (workload: PodSet, shape: PodShape) => EndClass {
  const placementMatters =
    world.groups !== undefined ||
    world.workloads.some(({ variants }) => variants.some(({ hostNetwork }) => hostNetwork !== false));
  const unplaced = unplacedBlocks(world, vocabulary);
  const shared = new Map<string, string>();
  const usesNamespace = new Set(world.policies.map(({ namespace }) => namespace));
  for (const { namespace } of world.groups?.attachments ?? []) usesNamespace.add(namespace);
  for (const subject of world.uncomputed.flatMap(({ subjects }) => subjects))
    if (subject.kind === "pods" && typeof subject.namespaces === "string")
      usesNamespace.add(subject.namespaces);
  const fold = !usesNamespace.has(UNKNOWN_NAME) && world.groups === undefined;
  // Namespaces without policies of their own, that namespace selectors can't tell apart, are one.
  const namespaceFor = (name: string): string => {
    if (!fold || usesNamespace.has(name) || name === UNKNOWN_NAME) return name;
    const labels = world.namespaces.get(name);
    const { lower, upper } =
      labels === undefined ? NO_MARKS : vocabulary.namespaces.match(seenNamespace(world, labels));
    const key = `${lower.join()}|${upper.join()}`;
    const first = shared.get(key) ?? name;
    shared.set(key, first);
    return first;
  };
  const folded = new Map<string, string>();
  return ({ namespace }, shape) => {
    const home = folded.get(namespace) ?? namespaceFor(namespace);
    folded.set(namespace, home);
    const hostNetwork: Match = shape.hostNetwork === UNKNOWN ? "maybe" : shape.hostNetwork ? "yes" : "no";
    const matched = hostNetwork === "yes" ? NO_MARKS : vocabulary.pods.match(identityLabels(world, shape));
    return {
      kind: "pods",
      namespace: home,
      hostNetwork,
      node: placementMatters ? shape.node : undefined,
      selectors: hostNetwork === "maybe" ? { lower: [], upper: matched.upper } : matched,
      blocks: podBlocks(shape, hostNetwork, world, vocabulary, unplaced),
      // A pod in its node's network is its node to policies, and that has no port names.
      namedPorts: hostNetwork === "no" ? namedPortsOf(shape, vocabulary, world) : new Map<string, number[]>(),
      portsComplete:
        vocabulary.portNames.size === 0 ||
        hostNetwork === "yes" ||
        (hostNetwork === "no" && shape.portsComplete),
      groups:
        hostNetwork === "no" ? attachedGroups(world.groups, namespace, shape) : nodeGroups(world.groups),
      families: podFamilies(shape, world),
      behind: behind.get(shape)?.join() ?? "",
    };
  };
}

const ACCOUNT_KEY = "io.cilium.k8s.policy.serviceaccount";

/** A pod's labels, and what Cilium's policies may ask for as if it were one: its service account. */
function identityLabels(world: World, shape: PodShape): KnownLabels {
  const labels = seenLabels(world, shape);
  if (world.cilium.length === 0) return labels;
  return { ...labels, known: new Map([...labels.known, [ACCOUNT_KEY, shape.serviceAccount]]) };
}

/** For each pod the Services by which it may be reached where policies don't admit it by its own addresses. */
function behindServices(
  world: World,
  vocabulary: Vocabulary,
  index: ServiceIndex,
): ReadonlyMap<PodShape, readonly string[]> {
  const found = new Map<PodShape, string[]>();
  for (const [number, service] of world.services.entries()) {
    if (index.sideWays(service, vocabulary).length === 0) continue;
    for (const { shape, certain } of index.selected(service)) {
      const targets = service.ports.map((port) => targetOf(port, shape) ?? "").join(":");
      append(found, shape, `${number}${certain ? "" : "?"}:${targets}`);
    }
    for (const { shape, list } of index.listed(service)) append(found, shape, `${number} ${list}`);
  }
  return found;
}

/**
 * Blocks of a pod whose address isn't known: any may match but those of Services' cluster IPs, which no pod has, and but for what the
 * cluster's pod ranges say. It has an address of each family, in any of that family's ranges: a block that holds all of these surely
 * matches, one that holds some may.
 */
function unplacedBlocks(
  { podRanges, podFamilies: families, unplaced, services }: World,
  vocabulary: Vocabulary,
): Marks {
  const clusterIPs = services.reduce((sum, one) => sum.union(one.clusterIPs), AddressSet.empty);
  if (podRanges.length === 0) {
    if (unplaced === "in no block") return NO_MARKS;
    const [only, ...others] = families;
    const upper = [...vocabulary.blocks.keys()].filter((block) => {
      const family = vocabulary.familyOf(block);
      if (isWithin(vocabulary.blocks[block], clusterIPs)) return false;
      return families.length === 0 || (family !== undefined && families.includes(family));
    });
    const whole = only === 6 ? AddressSet.allV6 : AddressSet.allV4;
    const lower =
      only === undefined || others.length > 0
        ? []
        : upper.filter((block) => vocabulary.blocks[block]?.covers(whole) === true);
    return { lower, upper };
  }
  return blocksByFamily(
    podRanges.reduce((sum, range) => sum.union(range), AddressSet.empty).subtract(clusterIPs),
    vocabulary,
  );
}

const isWithin = (block: AddressSet | undefined, set: AddressSet): boolean =>
  block !== undefined && !set.isEmpty() && set.covers(block);

function podBlocks(
  { addresses }: PodShape,
  hostNetwork: Match,
  { traits: { blocksMatch } }: World,
  vocabulary: Vocabulary,
  unplaced: Marks,
): Marks {
  if (vocabulary.blocks.length === 0) return NO_MARKS;
  if (hostNetwork === "no" && !blocksMatch.pods) return NO_MARKS;
  if (hostNetwork === "yes" && !blocksMatch.nodes) return NO_MARKS;
  if (hostNetwork === "maybe" && !blocksMatch.pods && !blocksMatch.nodes) return NO_MARKS;
  if (addresses !== undefined) {
    // A pod with an address of each family is matched by either.
    const { some } = vocabulary.blocksOf(addresses);
    return hostNetwork === "maybe" && !(blocksMatch.pods && blocksMatch.nodes)
      ? { lower: [], upper: some }
      : { lower: some, upper: some };
  }
  if (hostNetwork === "no") return unplaced;
  // A node's address that isn't known may be in any block.
  return { lower: [], upper: [...vocabulary.blocks.keys()] };
}

function namedPortsOf(
  { namedPorts }: PodShape,
  { portNames }: Vocabulary,
  { traits }: World,
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  if (portNames.size === 0) return found;
  const counted = namedPorts.filter(({ sidecar }) => sidecar !== true || traits.sidecarNames);
  const lastOf = new Map(counted.map((one) => [one.name, one]));
  for (const one of counted) {
    const { name, protocol, port } = one;
    if (traits.nameIsOf === "last port" && lastOf.get(name) !== one) continue;
    const key = `${protocol}/${name}`;
    if (portNames.has(key)) append(found, key, port);
  }
  return found;
}

function keyOf(one: EndClass): string {
  const { namespace, hostNetwork, node, selectors, blocks } = one;
  const ports =
    one.namedPorts.size === 0
      ? ""
      : [...one.namedPorts]
          .map(([name, numbers]) => `${name}:${numbers.join()}`)
          .sort()
          .join(" ");
  const where = `${namespace ?? ""}|${hostNetwork}|${node ?? ""}`;
  const what = `${ports}|${one.portsComplete}|${groupsKey(one.groups)}|${familiesKey(one.families)}|${one.behind}`;
  return `${where}|${marksKey(selectors)}|${marksKey(blocks)}|${what}`;
}

const marksKey = ({ lower, upper }: Marks): string =>
  lower.length === upper.length ? lower.join() : `${lower.join()}?${upper.join()}`;

/** The classes that certainly carry a mark (`lower`), and those that may, which include them (`upper`). */
export interface ClassSets {
  readonly lower: IndexSet;
  readonly upper: IndexSet;
}

/** Both bounds are one set: nothing is unknown. */
export const exactly = (set: IndexSet): ClassSets => ({ lower: set, upper: set });
