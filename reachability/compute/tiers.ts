// Tests: test/reachability/compute/tiers.test.ts
import type { Bound, Direction } from "../../kubernetes";
import type { Tier, TierAction, TierPolicy, TierRule } from "../read";
import type { ClassSets } from "./classes";
import type { Pass } from "./families";
import { IndexSet } from "./indexSet";
import { meansNodes } from "./nodePeers";
import { PortResolver } from "./portResolver";
import type { Space } from "./space";
import type { Targets } from "./targets";
import { difference, disjoint, intersection, merged, PortTable, type Terms } from "./terms";

/** A rule of a tier, its peers resolved. */
interface ResolvedRule {
  readonly action: TierAction;
  readonly peers: ClassSets;
  readonly ports: TierRule["ports"];
}

/** A policy of a tier in one direction. */
interface ResolvedPolicy {
  readonly subject: ClassSets;
  readonly rules: readonly ResolvedRule[];
}

/** One tier in one direction: policies of one priority together, the first asked first. */
export type ResolvedTier = readonly (readonly ResolvedPolicy[])[];

/** Both tiers, in both directions. */
export type TierLayer = Readonly<Record<Direction, Readonly<Record<Tier, ResolvedTier>>>>;

/** Resolves a world's tiers for the packets of one pass. */
export function tierLayer(tiers: readonly TierPolicy[], targets: Targets, pass: Pass): TierLayer {
  const direction = (side: Direction) => ({
    deny: denials(tiers, side, targets, pass),
    admin: resolved(tiers, "admin", side, targets, pass),
    baseline: resolved(tiers, "baseline", side, targets, pass),
  });
  return { ingress: direction("ingress"), egress: direction("egress") };
}

/** Denials that come before all: in which order they are asked doesn't matter, so each is alone. Where a pod is tells its nodes. */
function denials(tiers: readonly TierPolicy[], side: Direction, targets: Targets, pass: Pass): ResolvedTier {
  return tiers.flatMap((policy) => {
    if (policy.tier !== "deny" || policy[side].length === 0) return [];
    const whole = targets.podsIn(policy.subject.namespaces, policy.subject.pods);
    if (whole.upper.isEmpty()) return [];
    const parts = meansNodes(policy[side]) ? targets.byNode(whole) : [[undefined, whole] as const];
    return parts.map(([node, subject]) => {
      const rules = policy[side].map(({ action, peers, ports, atMost }): ResolvedRule => {
        const meant = targets.tierPeers(peers, pass, node);
        return { action, ports, peers: atMost === undefined ? meant : targets.atMost(meant) };
      });
      return [{ subject, rules }];
    });
  });
}

function resolved(
  tiers: readonly TierPolicy[],
  tier: Tier,
  side: Direction,
  targets: Targets,
  pass: Pass,
): ResolvedTier {
  const byPriority = new Map<number, ResolvedPolicy[]>();
  for (const policy of tiers) {
    if (policy.tier !== tier || policy[side].length === 0) continue;
    const subject = targets.podsIn(policy.subject.namespaces, policy.subject.pods);
    if (subject.upper.isEmpty()) continue;
    const rules = policy[side].map(({ action, peers, ports }) => ({
      action,
      ports,
      peers: targets.tierPeers(peers, pass),
    }));
    const alike = byPriority.get(policy.priority);
    if (alike === undefined) byPriority.set(policy.priority, [{ subject, rules }]);
    else alike.push({ subject, rules });
  }
  return [...byPriority].sort(([a], [b]) => a - b).map(([, policies]) => policies);
}

/** Whether some answer of a tier may be in doubt, so that the two bounds have to be computed apart. */
export const isTierInDoubt = (layer: TierLayer, { classes }: Space): boolean => {
  const portsKnown = classes.every(({ portsComplete }) => portsComplete);
  return [layer.ingress, layer.egress].some(({ deny, admin, baseline }) =>
    [...deny, ...admin, ...baseline].some(
      (policies) =>
        policies.length > 1 ||
        policies.some(
          ({ subject, rules }) =>
            subject.lower !== subject.upper ||
            rules.some(
              ({ peers, ports }) =>
                peers.lower !== peers.upper ||
                !ports.maybe.isEmpty() ||
                (ports.named.length > 0 && !portsKnown),
            ),
        ),
    ),
  );
};

/** Every port of every class. */
export const everything = (universe: number): Terms => [
  { ports: PortTable.ALL, set: IndexSet.all(universe) },
];

/** What a tier makes of the connections of one class: those that it lets through, and those that it leaves to the next. */
interface Fate {
  readonly open: Terms;
  readonly left: Terms;
}

/** What one tier decides in one direction, under one bound. */
export class TierIndex {
  /** The classes that some policy selects, surely or perhaps. */
  readonly subjects: IndexSet;
  private readonly universe: number;
  private readonly fates = new Map<string, Fate>();
  private readonly sure: PortResolver;
  private readonly perhaps: PortResolver;
  private readonly hasNames: boolean;

  constructor(
    private readonly space: Space,
    private readonly tier: ResolvedTier,
    private readonly bound: Bound,
    private readonly side: Direction,
  ) {
    this.universe = space.classes.length;
    this.subjects = IndexSet.unionOf(
      this.universe,
      tier.flat().map(({ subject }) => subject.upper),
    );
    this.sure = new PortResolver(space, "lower");
    this.perhaps = new PortResolver(space, "upper");
    this.hasNames = tier.flat().some(({ rules }) => rules.some(({ ports }) => ports.named.length > 0));
  }

  /** What is open to a class, given what the next tier opens. */
  open(number: number, next: Terms): Terms {
    if (!this.subjects.has(number)) return next;
    const { open, left } = this.fate(number);
    return merged(this.universe, [...open, ...this.both(left, next)]);
  }

  /** Worked out once for all classes that the same policies select. */
  private fate(number: number): Fate {
    const key = this.keyOf(number);
    const known = this.fates.get(key);
    if (known !== undefined) return known;
    const applying = this.tier.map((policies) => policies.filter(({ subject }) => subject.upper.has(number)));
    let fate: Fate = { open: [], left: everything(this.universe) };
    for (const policies of applying.reverse()) fate = this.anyOrder(policies, number, fate);
    this.fates.set(key, fate);
    return fate;
  }

  private keyOf(number: number): string {
    const marks = this.tier
      .flat()
      .map(({ subject }) => (subject.lower.has(number) ? "y" : subject.upper.has(number) ? "?" : "n"));
    // On ingress named ports are the subject's own.
    return `${marks.join("")} ${this.hasNames && this.side === "ingress" ? number : ""}`;
  }

  /**
   * Policies of one priority, which may be asked in any order. Whichever is asked first decides what it matches, so it is enough to
   * put each first once: at the least what every order opens, at the most what some order does.
   */
  private anyOrder(policies: readonly ResolvedPolicy[], number: number, next: Fate): Fate {
    const fates = policies.map((first) =>
      [first, ...policies.filter((other) => other !== first)]
        .reverse()
        .reduce((fate, policy) => this.policy(policy, number, fate), next),
    );
    return fates.length === 0 ? next : fates.reduce((a, b) => this.either(a, b));
  }

  private either(a: Fate, b: Fate): Fate {
    if (this.bound === "upper") return { open: this.union(a.open, b.open), left: this.union(a.left, b.left) };
    const left = [this.both(a.open, b.left), this.both(a.left, b.open), this.both(a.left, b.left)];
    return { open: this.both(a.open, b.open), left: this.union(...left) };
  }

  /** One policy before what follows it. */
  private policy({ subject, rules }: ResolvedPolicy, number: number, next: Fate): Fate {
    const isSubject = subject.lower.has(number);
    return rules.reduceRight((fate, rule) => {
      const sure = isSubject ? this.matched(rule, number, "lower") : [];
      return this.rule(rule.action, sure, this.matched(rule, number, "upper"), fate);
    }, next);
  }

  /**
   * One rule before what follows it. What it surely matches, it decides; where it may match, a connection is surely open only if it is
   * so either way, and may be open if it is so one way.
   */
  private rule(action: TierAction, sure: Terms, perhaps: Terms, { open, left }: Fate): Fate {
    const isLower = this.bound === "lower";
    const decided = isLower ? perhaps : sure;
    switch (action) {
      case "accept":
        return { open: this.union(open, isLower ? sure : perhaps), left };
      case "deny":
        return { open: this.minus(open, decided), left: this.minus(left, decided) };
      case "pass": {
        const rest = { open: this.minus(open, decided), left: this.minus(left, decided) };
        if (!isLower) return { open: rest.open, left: this.union(rest.left, perhaps) };
        const doubtful = this.minus(perhaps, sure);
        const stays = doubtful.length === 0 ? [] : this.both(this.union(open, left), doubtful);
        return { open: rest.open, left: this.union(rest.left, sure, stays) };
      }
    }
  }

  private matched({ peers, ports }: ResolvedRule, number: number, bound: Bound): Terms {
    const set = bound === "lower" ? peers.lower : peers.upper;
    const resolver = bound === "lower" ? this.sure : this.perhaps;
    if (this.side === "egress") return merged(this.universe, resolver.resolve(ports, set));
    const own = resolver.resolve(ports, IndexSet.of(this.universe, [number]));
    return merged(
      this.universe,
      own.map((term) => ({ ports: term.ports, set })),
    );
  }

  private both(a: Terms, b: Terms): Terms {
    return intersection(this.universe, this.space.table, a, b);
  }

  private union(...parts: readonly Terms[]): Terms {
    return disjoint(this.universe, this.space.table, parts.flat());
  }

  private minus(a: Terms, b: Terms): Terms {
    return a.length === 0 || b.length === 0
      ? a
      : difference(this.universe, this.space.table, this.union(a), this.union(b));
  }
}
