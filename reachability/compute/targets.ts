import { type ClassSets, type Classes, type EndClass, type Marks, certain } from "./classes";
import type { AddressSet } from "../../net/addressSet";
import { append } from "../../data/grouping";
import { foreignGroups, interfaceSpace } from "../groups/network";
import { NOT_KNOWN } from "../read/identity";
import { IndexSet } from "./indexSet";
import type { Peer } from "../read/policy";
import type { Selector } from "../read/selector";
import type { World } from "../read/world";

/** Turns what policies point at into sets of classes. Each distinct target is worked out once, and is one object. */
export class Targets {
  readonly everyone: ClassSets;
  private readonly nobodySurely: ClassSets;
  /** By policy namespace, then by the number of a pod selector. */
  private readonly byHome = new Map<string, Map<number, ClassSets>>();
  /** By the number of a namespace selector, then of a pod selector. */
  private readonly byNamespaces = new Map<number, Map<number, ClassSets>>();
  private readonly blockSets = new Map<number, ClassSets>();
  private readonly groupSets = new Map<string, ClassSets>();
  private readonly bySelector: Inverted;
  private readonly byBlock: Inverted;
  private readonly byNamespace = new Map<string, number[]>();
  private readonly namespaces = { must: new Map<number, string[]>(), may: new Map<number, string[]>() };
  private readonly universe: number;
  private readonly foreign: ReadonlySet<string> | undefined;
  private readonly space: AddressSet | undefined;

  constructor(
    world: World,
    private readonly classes: Classes,
  ) {
    const { all, vocabulary } = classes;
    this.universe = all.length;
    this.foreign = world.groups && foreignGroups(world.groups);
    this.space = world.groups && interfaceSpace(world.groups);
    this.everyone = certain(IndexSet.all(this.universe));
    this.nobodySurely = { must: IndexSet.empty(this.universe), may: this.everyone.may };
    this.bySelector = invert(all, "selectors");
    this.byBlock = invert(all, "blocks");
    for (let number = 0; number < all.length; number++) {
      const namespace = all[number]?.namespace;
      if (namespace !== undefined) append(this.byNamespace, namespace, number);
    }
    for (const namespace of this.byNamespace.keys()) {
      const labels = world.namespaces.get(namespace);
      if (labels === undefined) continue;
      const { must, may } = vocabulary.namespaces.match(labels);
      for (const number of must) append(this.namespaces.must, number, namespace);
      for (const number of may) append(this.namespaces.may, number, namespace);
    }
  }

  /** The ends that a peer of a policy in `namespace` means. */
  peer(peer: Peer, namespace: string): ClassSets {
    switch (peer.kind) {
      case "pods":
        return peer.namespaces === "own"
          ? this.pods(namespace, peer.pods)
          : this.podsOfNamespaces(peer.namespaces, peer.pods);
      case "block": {
        const number = this.classes.vocabulary.block(peer.set);
        const { must, may } = this.byBlock;
        const marks: Marks = { must: must[number] ?? NOTHING, may: may[number] ?? NOTHING };
        const known = this.blockSets.get(number) ?? this.sets(marks);
        this.blockSets.set(number, known);
        return known;
      }
      case "group":
        return this.groupPeer(peer.id);
      case "unknown":
        return this.nobodySurely;
    }
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
    if (namespace === NOT_KNOWN) return this.within(selector, [], [...this.byNamespace.keys()]);
    const home = [namespace];
    return this.within(selector, home, this.byNamespace.has(NOT_KNOWN) ? [namespace, NOT_KNOWN] : home);
  }

  private podsOfNamespaces(namespaces: Selector, selector: Selector): ClassSets {
    const { vocabulary } = this.classes;
    const number = vocabulary.pods.add(selector);
    const home = vocabulary.namespaces.add(namespaces);
    let known = this.byNamespaces.get(home);
    if (known === undefined) this.byNamespaces.set(home, (known = new Map<number, ClassSets>()));
    let found = known.get(number);
    if (found === undefined) {
      const { must, may } = this.namespaces;
      known.set(number, (found = this.within(number, must.get(home) ?? NONE, may.get(home) ?? NONE)));
    }
    return found;
  }

  /** The classes that a pod selector matches, within some namespaces. */
  private within(selector: number, must: readonly string[], may: readonly string[]): ClassSets {
    const surely = this.bySelector.must[selector] ?? NOTHING;
    const perhaps = this.bySelector.may[selector] ?? NOTHING;
    const sure = this.marked(surely, must, selector, "must");
    if (surely.length === perhaps.length && must.length === may.length) {
      return this.sets({ must: sure, may: sure });
    }
    return this.sets({ must: sure, may: this.marked(perhaps, may, selector, "may") });
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
    const must: number[] = [];
    const may: number[] = [];
    for (const [number, { groups }] of this.classes.all.entries()) {
      const carries = groups.ids?.includes(id) === true;
      if (carries) must.push(number);
      if (carries || !groups.known) may.push(number);
    }
    const found = this.sets({ must, may });
    this.groupSets.set(id, found);
    return found;
  }

  /** Whom a rule means that refers to a group: an interface that isn't given, and carries it, is an address outside. */
  private groupPeer(id: string): ClassSets {
    const carriers = this.group(id);
    if (this.foreign?.has(id) !== true) return carriers;
    const outside = [...this.classes.outside.keys()].filter((number) => this.inSpace(number));
    return { must: carriers.must, may: carriers.may.union(IndexSet.of(this.universe, outside)) };
  }

  private inSpace(number: number): boolean {
    const addresses = this.classes.outside.get(number);
    return addresses !== undefined && this.space?.overlaps(addresses) === true;
  }

  private sets(marks: Marks): ClassSets {
    const must = IndexSet.of(this.universe, marks.must);
    // One object for both says that nothing here is in doubt.
    return marks.must.length === marks.may.length
      ? certain(must)
      : { must, may: IndexSet.of(this.universe, marks.may) };
  }
}

const NONE: readonly string[] = [];
const NOTHING: readonly number[] = [];

/** For each mark, the classes that carry it; one list for both where nothing is in doubt. */
interface Inverted {
  readonly must: readonly (number[] | undefined)[];
  readonly may: readonly (number[] | undefined)[];
}

function invert(all: readonly EndClass[], field: "selectors" | "blocks"): Inverted {
  const must: (number[] | undefined)[] = [];
  let may = must;
  for (let number = 0; number < all.length; number++) {
    const marks = all[number]?.[field];
    if (marks === undefined) continue;
    if (may === must && marks.must !== marks.may) may = must.map((list) => list?.slice());
    for (const mark of marks.must) note(must, mark, number);
    if (may !== must) for (const mark of marks.may) note(may, mark, number);
  }
  return { must, may };
}

function note(lists: (number[] | undefined)[], mark: number, number: number): void {
  const list = lists[mark];
  if (list === undefined) lists[mark] = [number];
  else list.push(number);
}
