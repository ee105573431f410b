// Longer than most: one resolver of every kind of peer, with its memory of what was asked.
import { type Classes, type ClassSets, type EndClass, exactly, type Marks } from "./classes";
import { AddressSet, type Cidr } from "../../net";
import type { Pass } from "./families";
import { append } from "../../data";
import { foreignGroups, interfaceSpace } from "./groupNetwork";
import {
  type RulePeer,
  seenNamespace,
  type SubjectSelector,
  type TierPeer,
  UNKNOWN_NAME,
  type World,
} from "../read";
import { IndexSet } from "./indexSet";
import { both, type Match, type Selector } from "../../kubernetes";

/** Turns what policies point at into sets of classes. Each distinct target is worked out once, and is one object. */
export class Targets {
  readonly everyone: ClassSets;
  private readonly nobody: ClassSets;
  readonly noClass: IndexSet;
  private readonly nobodySurely: ClassSets;
  /** By policy namespace, then by the number of a pod selector. */
  private readonly byHome = new Map<string, Map<number, ClassSets>>();
  /** By the number of a namespace selector, then of a pod selector. */
  private readonly byNamespaces = new Map<number, Map<number, ClassSets>>();
  private readonly blockSets = new Map<number, ClassSets>();
  private readonly withoutNodesOf = new Map<ClassSets, ClassSets>();
  /** Whether a block of all addresses matches nodes as other blocks do. */
  private readonly allIsNodes: boolean;
  /** Whether a block that holds any address of a pod's own node matches all of it. */
  readonly ownNodeWhole: boolean;
  private readonly groupSets = new Map<string, ClassSets>();
  private readonly sorts = new Map<string, ClassSets>();
  private readonly bySelector: Inverted;
  private readonly byBlock: Inverted;
  private readonly byNamespace = new Map<string, number[]>();
  private readonly namespaces = { lower: new Map<number, string[]>(), upper: new Map<number, string[]>() };
  private readonly universe: number;
  private readonly foreign: ReadonlySet<string> | undefined;
  private readonly space: AddressSet | undefined;

  constructor(
    world: World,
    private readonly classes: Classes,
  ) {
    const { all, vocabulary } = classes;
    this.universe = all.length;
    const { nodes, allIsNodes, ownNodeWhole } = world.traits.blocksMatch;
    this.ownNodeWhole = ownNodeWhole;
    this.allIsNodes = allIsNodes || !nodes;
    this.foreign = world.groups && foreignGroups(world.groups);
    this.space = world.groups && interfaceSpace(world.groups);
    this.everyone = exactly(IndexSet.all(this.universe));
    this.nobody = exactly(IndexSet.empty(this.universe));
    this.nobodySurely = { lower: IndexSet.empty(this.universe), upper: this.everyone.upper };
    this.noClass = IndexSet.empty(this.universe);
    this.bySelector = invert(all, "selectors");
    this.byBlock = invert(all, "blocks");
    for (let number = 0; number < all.length; number++) {
      const namespace = all[number]?.namespace;
      if (namespace !== undefined) append(this.byNamespace, namespace, number);
    }
    for (const namespace of this.byNamespace.keys()) {
      const labels = world.namespaces.get(namespace);
      if (labels === undefined) continue;
      const { lower, upper } = vocabulary.namespaces.match(seenNamespace(world, labels));
      for (const number of lower) append(this.namespaces.lower, number, namespace);
      for (const number of upper) append(this.namespaces.upper, number, namespace);
    }
  }

  /**
   * The ends that a peer of a policy in `namespace` means, to packets of one family or to all.
   * @param node where the pod is that is judged, as far as that is known
   */
  peer(peer: RulePeer, namespace: string, pass: Pass = "any", node?: string): ClassSets {
    switch (peer.kind) {
      case "pods":
        return peer.namespaces === "own"
          ? this.pods(namespace, peer.pods)
          : this.podsOfNamespaces(peer.namespaces, peer.pods);
      case "block": {
        const { vocabulary } = this.classes;
        const found = vocabulary
          .blocksIn(peer.set)
          .filter((number) => pass === "any" || vocabulary.familyOf(number) === pass)
          .map((number) => this.blockSet(number));
        const [first = this.nobody, ...others] = found;
        const all = others.reduce((a, b) => this.union(a, b), first);
        if (!this.allIsNodes && peer.written?.cidr.prefix === 0) return this.withoutNodes(all);
        return this.ownNodeWhole && !peer.set.isEmpty() ? this.orOwnNode(all, node) : all;
      }
      case "group":
        return this.groupPeer(peer.id);
      case "ends":
        return this.endsOf(peer.sort, node);
      case "unknown":
        return this.nobodySurely;
    }
  }

  /** The ends in a block of addresses, to packets of one family or to all. */
  block(cidr: Cidr, pass: Pass): ClassSets {
    if (cidr.prefix === 0) return pass === "any" || pass === cidr.family ? this.everyone : this.nobody;
    if (pass !== "any" && pass !== cidr.family) return this.nobody;
    const [number] = this.classes.vocabulary.blocksIn(AddressSet.of(cidr));
    return number === undefined ? this.nobody : this.blockSet(number);
  }

  /** Some ends but for nodes and what is in their network. */
  private withoutNodes(some: ClassSets): ClassSets {
    const known = this.withoutNodesOf.get(some);
    if (known !== undefined) return known;
    const { all, anyNode } = this.classes;
    const marked = (...kept: readonly Match[]): number[] =>
      all.flatMap(({ hostNetwork }, number) =>
        number !== anyNode && kept.includes(hostNetwork) ? [number] : [],
      );
    const others = this.sets({ lower: marked("no"), upper: marked("no", "maybe") });
    const found =
      some.lower === some.upper && others.lower === others.upper
        ? exactly(some.lower.intersect(others.lower))
        : { lower: some.lower.intersect(others.lower), upper: some.upper.intersect(others.upper) };
    this.withoutNodesOf.set(some, found);
    return found;
  }

  /** Some ends, and perhaps the node of the pod that is judged. */
  private orOwnNode(some: ClassSets, node: string | undefined): ClassSets {
    return { lower: some.lower, upper: some.upper.union(this.endsOf("host", node).upper) };
  }

  private blockSet(number: number): ClassSets {
    const { lower, upper } = this.byBlock;
    const marks: Marks = { lower: lower[number] ?? NOTHING, upper: upper[number] ?? NOTHING };
    const known = this.blockSets.get(number) ?? this.sets(marks);
    this.blockSets.set(number, known);
    return known;
  }

  private union(a: ClassSets, b: ClassSets): ClassSets {
    const lower = a.lower.union(b.lower);
    return a.lower === a.upper && b.lower === b.upper
      ? exactly(lower)
      : { lower, upper: a.upper.union(b.upper) };
  }

  /** Whom the peers of a tier's rule mean together. */
  tierPeers(peers: readonly TierPeer[], pass: Pass, node?: string): ClassSets {
    return peers
      .map((peer) => this.tierPeer(peer, pass, node))
      .reduce((a, b) => this.union(a, b), this.nobody);
  }

  private tierPeer(peer: TierPeer, pass: Pass, node: string | undefined): ClassSets {
    if (peer.kind === "names") return { lower: this.noClass, upper: this.outside };
    if (peer.kind === "nodes") return { lower: this.noClass, upper: this.outside.union(this.subject(peer)) };
    return this.peer(peer, "", pass, node);
  }

  /** All ends of one sort; nodes are told apart by where the pod is that is judged. */
  private endsOf(sort: EndSort, node: string | undefined): ClassSets {
    const key = `${sort} ${node ?? ""}`;
    const known = this.sorts.get(key);
    if (known !== undefined) return known;
    const lower: number[] = [];
    const upper: number[] = [];
    for (const [number, one] of this.classes.all.entries()) {
      const match = number === this.classes.anyNode ? isNode(sort) : ofSort(one, sort, node);
      if (match === "yes") lower.push(number);
      if (match !== "no") upper.push(number);
    }
    const found = this.sets({ lower, upper });
    this.sorts.set(key, found);
    return found;
  }

  /** The classes of a set, by the node that they are on as far as that is known. */
  byNode({ lower, upper }: ClassSets): readonly (readonly [string | undefined, ClassSets])[] {
    const byNode = new Map<string | undefined, number[]>();
    upper.forEach((number) => append(byNode, this.classes.all[number]?.node, number));
    return [...byNode].map(([node, members]) => {
      const there = IndexSet.of(this.universe, members);
      const set = lower === upper ? exactly(there) : { lower: there.intersect(lower), upper: there };
      return [node, set] as const;
    });
  }

  /** Whom a rule means at the most, where less of it may count. */
  atMost({ upper }: ClassSets): ClassSets {
    return { lower: this.noClass, upper };
  }

  /** The pods that a selector matches, in the namespaces that another one does. */
  podsIn(namespaces: Selector, pods: Selector): ClassSets {
    return this.podsOfNamespaces(namespaces, pods);
  }

  /** The classes that a policy of another kind may judge by one of its subjects. */
  subject(subject: SubjectSelector): IndexSet {
    if (subject.kind === "nodes") {
      const { all } = this.classes;
      return IndexSet.of(
        this.universe,
        [...all.keys()].filter((number) => all[number]?.hostNetwork !== "no"),
      );
    }
    const { namespaces, pods } = subject;
    return typeof namespaces === "string"
      ? this.pods(namespaces, pods).upper
      : this.podsOfNamespaces(namespaces, pods).upper;
  }

  /** The classes that are addresses outside. */
  get outside(): IndexSet {
    return IndexSet.of(this.universe, [...this.classes.outside.keys()]);
  }

  /** The pods of one namespace that a selector matches. */
  pods(namespace: string, selector: Selector): ClassSets {
    const number = this.classes.vocabulary.pods.add(selector);
    let known = this.byHome.get(namespace);
    if (known === undefined) this.byHome.set(namespace, (known = new Map<number, ClassSets>()));
    let found = known.get(number);
    if (found === undefined) known.set(number, (found = this.podsOf(namespace, number)));
    return found;
  }

  private podsOf(namespace: string, selector: number): ClassSets {
    // A namespace that isn't known may be this one, and this one may be any.
    if (namespace === UNKNOWN_NAME) return this.within(selector, [], [...this.byNamespace.keys()]);
    const home = [namespace];
    return this.within(selector, home, this.byNamespace.has(UNKNOWN_NAME) ? [namespace, UNKNOWN_NAME] : home);
  }

  private podsOfNamespaces(namespaces: Selector, selector: Selector): ClassSets {
    const { vocabulary } = this.classes;
    const number = vocabulary.pods.add(selector);
    const home = vocabulary.namespaces.add(namespaces);
    let known = this.byNamespaces.get(home);
    if (known === undefined) this.byNamespaces.set(home, (known = new Map<number, ClassSets>()));
    let found = known.get(number);
    if (found === undefined) {
      const { lower, upper } = this.namespaces;
      known.set(number, (found = this.within(number, lower.get(home) ?? NONE, upper.get(home) ?? NONE)));
    }
    return found;
  }

  /** The classes that a pod selector matches, within some namespaces. */
  private within(selector: number, lower: readonly string[], upper: readonly string[]): ClassSets {
    const surely = this.bySelector.lower[selector] ?? NOTHING;
    const perhaps = this.bySelector.upper[selector] ?? NOTHING;
    const sure = this.marked(surely, lower, selector, "lower");
    if (surely.length === perhaps.length && lower.length === upper.length) {
      return this.sets({ lower: sure, upper: sure });
    }
    return this.sets({ lower: sure, upper: this.marked(perhaps, upper, selector, "upper") });
  }

  /** Those of the marked that live in the namespaces; whichever list is shorter is walked. */
  private marked(
    found: readonly number[],
    namespaces: readonly string[],
    selector: number,
    key: keyof Marks,
  ) {
    let living = 0;
    for (const namespace of namespaces) living += this.byNamespace.get(namespace)?.length ?? 0;
    if (found.length > living) {
      const there = namespaces.flatMap((namespace) => this.byNamespace.get(namespace) ?? []);
      return there.filter((number) => this.classes.all[number]?.selectors[key].includes(selector) === true);
    }
    if (found.length === 0) return found;
    const wanted = namespaces.length > 8 ? new Set(namespaces) : undefined;
    return found.filter((number) => {
      const home = this.classes.all[number]?.namespace ?? "";
      return wanted === undefined ? namespaces.includes(home) : wanted.has(home);
    });
  }

  /** The ends of this world that carry a security group. */
  group(id: string): ClassSets {
    const known = this.groupSets.get(id);
    if (known !== undefined) return known;
    const lower: number[] = [];
    const upper: number[] = [];
    for (const [number, { groups }] of this.classes.all.entries()) {
      const carries = groups.ids?.includes(id) === true;
      if (carries) lower.push(number);
      if (carries || !groups.known) upper.push(number);
    }
    const found = this.sets({ lower, upper });
    this.groupSets.set(id, found);
    return found;
  }

  /** Whom a rule means that refers to a group: an interface that isn't given, and carries it, is an address outside. */
  private groupPeer(id: string): ClassSets {
    const carriers = this.group(id);
    if (this.foreign?.has(id) !== true) return carriers;
    const outside = [...this.classes.outside.keys()].filter((number) => this.inSpace(number));
    return { lower: carriers.lower, upper: carriers.upper.union(IndexSet.of(this.universe, outside)) };
  }

  private inSpace(number: number): boolean {
    const addresses = this.classes.outside.get(number);
    return addresses !== undefined && this.space?.overlaps(addresses) === true;
  }

  private sets(marks: Marks): ClassSets {
    const lower = IndexSet.of(this.universe, marks.lower);
    // One object for both says that nothing here is in doubt.
    return marks.lower.length === marks.upper.length
      ? exactly(lower)
      : { lower, upper: IndexSet.of(this.universe, marks.upper) };
  }
}

type EndSort = Extract<RulePeer, { readonly kind: "ends" }>["sort"];

/** Whether some node, of which nothing is known, is of a sort. */
const isNode = (sort: EndSort): Match =>
  sort === "everyone" || sort === "nodes"
    ? "yes"
    : sort === "host" || sort === "remote-node"
      ? "maybe"
      : "no";

/** Whether ends are of a sort, for a pod on a node. */
function ofSort({ kind, hostNetwork, node: own }: EndClass, sort: EndSort, node: string | undefined): Match {
  const isHere: Match = own === undefined || node === undefined ? "maybe" : own === node ? "yes" : "no";
  switch (sort) {
    case "everyone":
      return "yes";
    case "outside":
      return kind === "pods" ? "no" : "yes";
    case "pods":
      return kind !== "pods" ? "no" : hostNetwork === "yes" ? "no" : hostNetwork === "no" ? "yes" : "maybe";
    case "nodes":
      return kind === "pods" ? hostNetwork : "no";
    case "host":
      return kind === "pods" ? both(hostNetwork, isHere) : "no";
    case "remote-node":
      return kind === "pods" ? both(hostNetwork, not(isHere)) : "no";
  }
}

const not = (match: Match): Match => (match === "yes" ? "no" : match === "no" ? "yes" : "maybe");

const NONE: readonly string[] = [];
const NOTHING: readonly number[] = [];

/** For each mark, the classes that carry it; one list for both where nothing is in doubt. */
interface Inverted {
  readonly lower: readonly (number[] | undefined)[];
  readonly upper: readonly (number[] | undefined)[];
}

function invert(all: readonly EndClass[], field: "selectors" | "blocks"): Inverted {
  const lower: (number[] | undefined)[] = [];
  let upper = lower;
  for (let number = 0; number < all.length; number++) {
    const marks = all[number]?.[field];
    if (marks === undefined) continue;
    if (upper === lower && marks.lower !== marks.upper) upper = lower.map((list) => list?.slice());
    for (const mark of marks.lower) note(lower, mark, number);
    if (upper !== lower) for (const mark of marks.upper) note(upper, mark, number);
  }
  return { lower, upper };
}

function note(lists: (number[] | undefined)[], mark: number, number: number): void {
  const list = lists[mark];
  if (list === undefined) lists[mark] = [number];
  else list.push(number);
}
