import { AddressSet } from "../../net";
import { type AttachedGroups, attachedGroups, described, groupsKey, nodeGroups } from "./attachedGroups";
import { type GuardedEnd, type PodShape, seenLabels, UNKNOWN_NAME, type Workload, type World } from "../read";
import { append } from "../../data";
import type { IndexSet } from "./indexSet";
import { type Match, UNKNOWN } from "../../kubernetes";
import {
  type Families,
  familiesKey,
  guardedFamilies,
  outsideFamilies,
  type Pass,
  passesOf,
  podFamilies,
  splitFor,
} from "./families";
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
  const describe = podDescriber(world, vocabulary);
  const ofWorkload = world.workloads.map((workload): number[] => {
    const [first, ...others] = workload.variants;
    if (first !== undefined && others.length === 0) return [numberOf(describe(workload, first))];
    const found = new Set(workload.variants.map((shape) => numberOf(describe(workload, shape))));
    return [...found].sort((a, b) => a - b);
  });
  const outside = new Map(
    splitFor(passes, vocabulary.parts).map(({ part, members }) => {
      const blocks = { lower: members, upper: members };
      return [all.push(outsideClass(blocks, "outside", NO_GROUPS, outsideFamilies(part))) - 1, part];
    }),
  );
  const ofGuarded = (world.groups?.guarded ?? []).map(
    (end) => all.push(guardedClass(end, world, vocabulary)) - 1,
  );
  return { vocabulary, passes, all, ofWorkload, outside, ofGuarded };
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
): (workload: Workload, shape: PodShape) => EndClass {
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
    const { lower, upper } = labels === undefined ? NO_MARKS : vocabulary.namespaces.match(labels);
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
    const matched = hostNetwork === "yes" ? NO_MARKS : vocabulary.pods.match(seenLabels(world, shape));
    return {
      kind: "pods",
      namespace: home,
      hostNetwork,
      node: placementMatters ? shape.node : undefined,
      selectors: hostNetwork === "maybe" ? { lower: [], upper: matched.upper } : matched,
      blocks: podBlocks(shape, hostNetwork, world, vocabulary, unplaced),
      namedPorts: namedPortsOf(shape, vocabulary, world),
      portsComplete: shape.portsComplete || vocabulary.portNames.size === 0,
      groups:
        hostNetwork === "no" ? attachedGroups(world.groups, namespace, shape) : nodeGroups(world.groups),
      families: podFamilies(shape, world),
    };
  };
}

/**
 * Blocks of a pod whose address isn't known: any may match, but for what the cluster's pod ranges say. It has an address of each
 * family, in any of that family's ranges: a block that holds all of these surely matches, one that holds some may.
 */
function unplacedBlocks(
  { podRanges, podFamilies: families, unplaced }: World,
  vocabulary: Vocabulary,
): Marks {
  if (podRanges.length === 0) {
    if (unplaced === "in no block") return NO_MARKS;
    const [only, ...others] = families;
    const upper = [...vocabulary.blocks.keys()].filter((block) => {
      const family = vocabulary.familyOf(block);
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
    podRanges.reduce((sum, range) => sum.union(range), AddressSet.empty),
    vocabulary,
  );
}

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
  for (const { name, protocol, port, sidecar } of namedPorts) {
    if (sidecar === true && !traits.sidecarNames) continue;
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
  const what = `${ports}|${one.portsComplete}|${groupsKey(one.groups)}|${familiesKey(one.families)}`;
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
