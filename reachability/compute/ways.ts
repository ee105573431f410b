import type { Classes } from "./classes";
import type { Bound } from "../../kubernetes";
import { inPass, type Pass } from "./families";
import type { Layer } from "./guards";
import { IndexSet } from "./indexSet";
import type { UncomputedEffects } from "./uncomputedEffects";
import { PortSet } from "../../net";
import type { Space } from "./space";
import type { CniTraits } from "../read";
import type { ServiceRules } from "./serviceRules";
import type { Backend, ServicePath } from "./services";
import type { Sides } from "./sides";
import { difference, disjoint, intersection, merged, type Term, type Terms } from "./terms";

/** What the ways of one run of the computation have in common. */
export interface WaySpace {
  readonly pass: Pass;
  readonly space: Space;
  readonly classes: Classes;
  readonly traits: CniTraits;
  readonly policies: Layer;
  readonly overrides: UncomputedEffects | undefined;
  readonly rules: () => ServiceRules;
}

/** What policies let pass, and what comes past security groups too. */
export interface WayTerms {
  readonly passing: Terms;
  readonly aside: Terms;
}

/** What leads to pods by Services, under one bound: as the plugin's policies see it, before or after the address becomes a pod's. */
export class Ways {
  private readonly universe: number;
  private fromNodes: Terms | undefined;
  private readonly targets = new Map<ServicePath, Terms>();

  constructor(
    private readonly bound: Bound,
    private readonly about: WaySpace,
    private readonly sides: Sides,
  ) {
    this.universe = about.space.classes.length;
  }

  /** What egress rules alone let a class reach by one way. */
  leaves = (path: ServicePath, number: number): Terms => this.leaving(path, number, this.targetsOf(path));

  /** What a class reaches by one way alone. */
  terms(path: ServicePath, number: number): WayTerms {
    const out = this.leaves(path, number);
    const entering = this.both(out, this.sides.admits(number));
    if (!path.masqueraded) return { passing: entering, aside: NOTHING };
    // A node always reaches its own pods, and which node is seen isn't known.
    return this.bound === "upper"
      ? { passing: entering, aside: out }
      : { passing: this.both(entering, this.admittedFromNodes()), aside: NOTHING };
  }

  /** What side ways change for each class: what they may open besides, and whose source may not be what policies ask for. */
  changes(paths: readonly ServicePath[]): (number: number, passing: Terms) => WayTerms {
    const { space, classes } = this.about;
    const { kept } = classes;
    const entries = this.behind(
      paths.filter(({ masqueraded }) => masqueraded),
      () => true,
    );
    const doubtful =
      this.bound === "upper" || entries.length === 0
        ? NOTHING
        : this.without(entries, this.admittedFromNodes());
    const addresses = IndexSet.of(this.universe, [...kept.keys()]);
    const services = [...kept].map(([number, { ports = PortSet.all }]): Term => ({
      ports: space.table.number(ports),
      set: IndexSet.of(this.universe, [number]),
    }));
    return (number, passing) => {
      const kind = space.classes[number]?.kind;
      if (kind === "guarded") return { passing, aside: NOTHING };
      const out = this.sides.leaves(number);
      // Who may send anything anywhere needs no rule for what is behind a Service; and as a source outside, none.
      const known =
        kept.size === 0 || out === undefined ? passing : subtracted(passing, addresses, this.universe);
      if (this.bound === "lower")
        return { passing: kind === "outside" ? this.without(known, doubtful) : known, aside: NOTHING };
      if (out === undefined) return { passing, aside: entries };
      const may = out.length > 0 ? merged(this.universe, [...known, ...services]) : known;
      const more = paths.map((path) => this.terms(path, number));
      return {
        passing: merged(this.universe, [...may, ...more.flatMap((one) => one.passing)]),
        aside: merged(
          this.universe,
          more.flatMap((one) => one.aside),
        ),
      };
    };
  }

  private both = (a: Terms, b: Terms): Terms => intersection(this.universe, this.about.space.table, a, b);

  private without(a: Terms, b: Terms): Terms {
    if (b.length === 0) return a;
    const { table } = this.about.space;
    return difference(
      this.universe,
      table,
      disjoint(this.universe, table, a),
      disjoint(this.universe, table, b),
    );
  }

  /** What is behind some ways, surely or perhaps. */
  private behind(paths: readonly ServicePath[], counts: (one: Backend) => boolean): Terms {
    const { table } = this.about.space;
    const found = paths.flatMap(({ protocol, backends }) =>
      backends.filter(counts).map(({ class: number, port }): Term => ({
        ports: table.number(PortSet.of([{ protocol, from: port, to: port }])),
        set: IndexSet.of(this.universe, [number]),
      })),
    );
    return merged(this.universe, found);
  }

  /** What is behind one way: surely, at the least. */
  private targetsOf(path: ServicePath): Terms {
    const known =
      this.targets.get(path) ?? this.behind([path], ({ certain }) => certain || this.bound === "upper");
    this.targets.set(path, known);
    return known;
  }

  private admittedFromNodes(): Terms {
    const { anyNode } = this.about.classes;
    return (this.fromNodes ??= anyNode === undefined ? NOTHING : this.sides.admits(anyNode));
  }

  /** The targets to which a class's egress rules let it go by a way. */
  private leaving(path: ServicePath, number: number, targets: Terms): Terms {
    const out = this.sides.leaves(number);
    if (out === undefined) return targets;
    const { services } = this.about.traits;
    const pods = () => this.both(out, targets);
    const told = () => (this.admitsAt(path, out) ? targets : NOTHING);
    switch (services) {
      case "before":
        return told();
      case "after":
        return path.by === "node" || (path.by === "outer" && path.service.proxied)
          ? this.either(pods(), told())
          : pods();
      case undefined: {
        const opened = path.by === "cluster" && this.about.rules().opens(path, number) === "yes";
        return this.either(pods(), opened ? targets : told());
      }
    }
  }

  /** What passes whichever of two is seen, at the least; what passes if either is, at the most. */
  private either(a: Terms, b: Terms): Terms {
    return this.bound === "lower" ? this.both(a, b) : merged(this.universe, [...a, ...b]);
  }

  /** Whether egress rules admit the Service's own address, or the nodes', at the port there. */
  private admitsAt({ by, at, protocol, port }: ServicePath, out: Terms): boolean {
    const { pass, space, traits } = this.about;
    const sure = this.bound === "lower";
    if (by === "node" && !sure && traits.ownNodeOpen && traits.services !== "after") return true;
    const wanted =
      port === undefined ? PortSet.allOf(protocol) : PortSet.of([{ protocol, from: port, to: port }]);
    const there = at.filter((number) => {
      const families = space.classes[number]?.families;
      return families !== undefined && inPass(families, pass) !== "no";
    });
    const admits = (number: number) => {
      const ports = out.reduce(
        (sum, term) => (term.set.has(number) ? sum.union(space.table.get(term.ports)) : sum),
        PortSet.empty,
      );
      return sure ? wanted.subtract(ports).isEmpty() : ports.overlaps(wanted);
    };
    return sure ? there.length > 0 && there.every(admits) : there.some(admits);
  }
}

const NOTHING: Terms = [];

const subtracted = (terms: Terms, gone: IndexSet, universe: number): Terms =>
  merged(
    universe,
    terms.map(({ ports, set }) => ({ ports, set: set.subtract(gone) })),
  );
