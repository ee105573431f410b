import { type ClassSets, type Classes, type EndClass, type Marks, certain } from "./classes";
import { append } from "./grouping";
import { NOT_KNOWN } from "./identity";
import { IndexSet } from "./indexSet";
import type { Peer } from "./policy";
import type { Selector } from "./selector";
import type { World } from "./world";

/** Turns what policies point at into sets of classes. Each distinct target is worked out once, and is one object. */
export class Targets {
  readonly everyone: ClassSets;
  /** By what is pointed at, a number each: see `remember`. */
  private readonly known = new Map<number, ClassSets>();
  private readonly homes = new Map<string, number>();
  private readonly bySelector: { must: number[]; may: number[] }[];
  private readonly byBlock: { must: number[]; may: number[] }[];
  private readonly byNamespace = new Map<string, number[]>();
  private readonly namespaces = { must: new Map<number, string[]>(), may: new Map<number, string[]>() };
  private readonly universe: number;

  constructor(
    world: World,
    private readonly classes: Classes,
  ) {
    const { all, vocabulary } = classes;
    this.universe = all.length;
    this.everyone = certain(IndexSet.all(this.universe));
    this.bySelector = invert(all, vocabulary.pods.size, ({ selectors }) => selectors);
    this.byBlock = invert(all, vocabulary.blocks.length, ({ blocks }) => blocks);
    for (const [number, { namespace }] of all.entries()) {
      if (namespace === undefined) continue;
      append(this.byNamespace, namespace, number);
    }
    for (const namespace of this.byNamespace.keys()) {
      const labels = world.namespaces.get(namespace);
      if (labels === undefined) continue;
      const matched = vocabulary.namespaces.match(labels);
      for (const list of ["must", "may"] as const) {
        for (const number of matched[list]) {
          append(this.namespaces[list], number, namespace);
        }
      }
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
        return this.remember("blocks", 0, number, () => this.sets(this.byBlock[number]));
      }
      case "group":
        return this.group(peer.id);
      case "unknown":
        return this.remember("unknown", 0, 0, () => ({
          must: IndexSet.empty(this.universe),
          may: this.everyone.may,
        }));
    }
  }

  /** The pods of one namespace that a selector matches. */
  pods(namespace: string, selector: Selector): ClassSets {
    const number = this.classes.vocabulary.pods.add(selector);
    return this.remember("pods", this.home(namespace), number, () => {
      // A namespace that isn't known may be this one, and this one may be any.
      if (namespace === NOT_KNOWN) return this.within(number, [], [...this.byNamespace.keys()]);
      const doubtful = this.byNamespace.has(NOT_KNOWN);
      return this.within(number, [namespace], doubtful ? [namespace, NOT_KNOWN] : [namespace]);
    });
  }

  private podsOfNamespaces(namespaces: Selector, selector: Selector): ClassSets {
    const { vocabulary } = this.classes;
    const number = vocabulary.pods.add(selector);
    const home = vocabulary.namespaces.add(namespaces);
    return this.remember("namespaces", home, number, () =>
      this.within(number, this.namespaces.must.get(home) ?? [], this.namespaces.may.get(home) ?? []),
    );
  }

  /** The classes that a pod selector matches, within some namespaces. */
  private within(selector: number, must: readonly string[], may: readonly string[]): ClassSets {
    const marked = this.bySelector[selector] ?? { must: [], may: [] };
    const sure = this.marked(marked.must, must, selector, "must");
    if (marked.must.length === marked.may.length && must.length === may.length) {
      return this.sets({ must: sure, may: sure });
    }
    return this.sets({ must: sure, may: this.marked(marked.may, may, selector, "may") });
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
    const wanted = namespaces.length > 8 ? new Set(namespaces) : undefined;
    return found.filter((number) => {
      const home = this.classes.all[number]?.namespace ?? "";
      return wanted === undefined ? namespaces.includes(home) : wanted.has(home);
    });
  }

  /** The ends that carry a security group. */
  group(id: string): ClassSets {
    return this.remember("groups", 0, this.home(id), () => {
      const must: number[] = [];
      const may: number[] = [];
      for (const [number, { groups }] of this.classes.all.entries()) {
        const carries = groups.ids?.includes(id) === true;
        if (carries) must.push(number);
        if (carries || !groups.known) may.push(number);
      }
      return this.sets({ must, may });
    });
  }

  private sets(marks: Marks | undefined): ClassSets {
    const must = IndexSet.of(this.universe, marks?.must ?? []);
    // One object for both says that nothing here is in doubt.
    return marks === undefined || marks.must.length === marks.may.length
      ? certain(must)
      : { must, may: IndexSet.of(this.universe, marks.may) };
  }

  /** A small number for a text: namespaces and group ids. */
  private home(text: string): number {
    const known = this.homes.get(text) ?? this.homes.size;
    this.homes.set(text, known);
    return known;
  }

  /** One number stands for what is asked: two indexes below 2^23 and a kind, exact in 53 bits. */
  private remember(kind: keyof typeof KINDS, a: number, b: number, make: () => ClassSets): ClassSets {
    const key = (KINDS[kind] * 2 ** 23 + a) * 2 ** 23 + b;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.known.set(key, made);
    return made;
  }
}

const KINDS = { pods: 0, namespaces: 1, blocks: 2, groups: 3, unknown: 4 } as const;

function invert(all: readonly EndClass[], marks: number, of: (one: EndClass) => Marks) {
  const found = Array.from({ length: marks }, (): { must: number[]; may: number[] } => ({
    must: [],
    may: [],
  }));
  for (const [number, one] of all.entries()) {
    for (const mark of of(one).must) found[mark]?.must.push(number);
    for (const mark of of(one).may) found[mark]?.may.push(number);
  }
  return found;
}
