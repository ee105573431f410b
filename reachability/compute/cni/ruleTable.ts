// Tests: test/reachability/evidence/cni.test.ts
import { append } from "../../../data";
import { type Cidr, formatCidr, PortSet } from "../../../net";
import type { Rule, RulePorts } from "../../read";
import type { ClassSets } from "../classes";
import type { Guard, GuardRule } from "../direction";
import type { Pass } from "../families";
import { IndexSet } from "../indexSet";
import type { Targets } from "../targets";

/** A policy that selects some pods, as it stands in the table of each of them. */
export interface TablePolicy {
  readonly namespace: string;
  readonly selected: ClassSets;
  readonly rules: readonly Rule[];
}

/** The most pairs of protocol and port, or range, that one entry keeps; which ones is chance. */
const MOST_PAIRS = 24;

/**
 * The AWS VPC CNI's guards in one direction. It keeps one table for each pod, of all rules of all policies that select it: the
 * longest prefix decides, a block has the ports of shorter blocks around it, an exception is an entry that closes, unless a
 * rule has that very block, and an entry keeps 24 ports. A block that is spelled in two ways is written twice, by chance. Source:
 * aws-network-policy-agent v1.4.3, pkg/fwruleprocessor, ComputeMapEntriesFromEndpointRules, and its issue 609. Pods whose rules
 * run into none of this keep their guards.
 */
export function tableGuards(
  policies: readonly TablePolicy[],
  guards: readonly Guard[],
  targets: Targets,
  pass: Pass,
): readonly Guard[] {
  const written = policies.flatMap((policy) => policy.rules.map((rule) => ({ policy, rule })));
  if (!runsInto(written)) return guards;
  const byPod = new Map<number, TablePolicy[]>();
  for (const policy of policies)
    policy.selected.upper.forEach((number) => {
      append(byPod, number, policy);
    });
  const pods = new Map<string, { numbers: number[]; selecting: readonly TablePolicy[] }>();
  const order = new Map(policies.map((policy, i) => [policy, i]));
  for (const [number, selecting] of byPod) {
    const key = selecting.map((policy) => `${order.get(policy)}${policy.selected.lower.has(number)}`).join();
    const group = pods.get(key) ?? { numbers: [], selecting };
    group.numbers.push(number);
    pods.set(key, group);
  }
  const { universe } = targets.everyone.lower;
  const made: Guard[] = [];
  let moved = IndexSet.empty(universe);
  for (const { numbers, selecting } of pods.values()) {
    const rules = selecting.flatMap((policy) => policy.rules.map((rule) => ({ policy, rule })));
    if (!runsInto(rules)) continue;
    const members = IndexSet.of(universe, numbers);
    const first = numbers[0] ?? 0;
    const certain = selecting.every(({ selected }) => selected.lower.has(first));
    moved = moved.union(members);
    made.push({
      selected: { lower: members, upper: members },
      isolates: selecting.some(({ selected }) => selected.lower.has(first)) ? "yes" : "maybe",
      rules: new RuleTable(rules, targets, pass).guardRules(certain),
    });
  }
  const kept = guards.map((guard): Guard => {
    const lower = guard.selected.lower.subtract(moved);
    const exact = guard.selected.lower === guard.selected.upper;
    return {
      ...guard,
      selected: { lower, upper: exact ? lower : guard.selected.upper.subtract(moved) },
    };
  });
  return [...kept, ...made];
}

/** Whether what the table does otherwise may matter to some rules. */
const runsInto = (rules: readonly { readonly rule: Rule }[]): boolean =>
  rules.some(
    ({ rule: { peers } }) =>
      peers !== "everyone" &&
      peers.some(
        (peer) =>
          peer.kind === "block" &&
          ((peer.written?.except.length ?? 0) > 0 || peer.written?.spelled !== undefined),
      ),
  ) || pairsOf(rules) > MOST_PAIRS;

const keysOf = ({ pairs, numbers, maybe }: RulePorts): readonly string[] =>
  pairs ?? (numbers.isEmpty() && maybe.isEmpty() ? [] : ["all"]);

const pairsOf = (rules: readonly { readonly rule: Rule }[]): number =>
  new Set(rules.flatMap(({ rule }) => keysOf(rule.ports))).size;

/** One entry for a block: what it opens, and what its rules except. */
interface Entry {
  readonly cidr: Cidr;
  readonly ports: readonly RulePorts[];
  readonly except: readonly Cidr[];
  /** Each way in which it is spelled: several overwrite each other. */
  readonly texts: ReadonlySet<string>;
}

/** What is open perhaps, of ports that rules open. */
const doubtful = (ports: RulePorts): RulePorts => ({
  numbers: PortSet.empty,
  named: [],
  maybe: ports.numbers.union(ports.maybe).union(namedOf(ports)),
});

const holds = (outer: Cidr, inner: Cidr): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.first <= outer.last;

/** The table of one pod. */
class RuleTable {
  private readonly entries: readonly Entry[];
  private readonly closed: readonly Cidr[];

  constructor(
    private readonly rules: readonly { readonly policy: TablePolicy; readonly rule: Rule }[],
    private readonly targets: Targets,
    private readonly pass: Pass,
  ) {
    const written = rules.flatMap(({ rule: { peers, ports } }) =>
      peers === "everyone"
        ? EVERYWHERE.map((cidr) => ({ cidr, except: [] as readonly Cidr[], spelled: undefined, ports }))
        : peers.flatMap((peer) =>
            peer.kind === "block" && peer.written !== undefined
              ? [{ ...peer.written, spelled: peer.written.spelled, ports }]
              : [],
          ),
    );
    const found = new Map<string, Entry>();
    for (const { cidr, except, spelled, ports } of written.sort((a, b) => a.cidr.prefix - b.cidr.prefix)) {
      const key = formatCidr(cidr);
      const earlier = found.get(key);
      const around =
        earlier?.ports ??
        [...found.values()]
          .filter((one) => holds(one.cidr, cidr) && !one.except.some((block) => holds(block, cidr)))
          .flatMap((one) => one.ports);
      found.set(key, {
        cidr,
        ports: [ports, ...around],
        except: [...except, ...(earlier?.except ?? [])],
        texts: new Set([spelled?.[0] ?? key, ...(earlier?.texts ?? [])]),
      });
    }
    this.entries = [...found.values()];
    this.closed = this.entries.flatMap(({ except }) => except).filter((cidr) => !found.has(formatCidr(cidr)));
  }

  /** What the table opens; `certain` is false where some policy only may select the pod. */
  guardRules(certain: boolean): readonly GuardRule[] {
    const named = this.rules.flatMap(({ policy, rule: { peers, ports } }) =>
      peers === "everyone"
        ? []
        : peers.flatMap((peer) =>
            peer.kind === "block" ? [] : [{ peers: this.targets.peer(peer, policy.namespace), ports }],
          ),
    );
    const nobody = IndexSet.empty(this.targets.everyone.lower.universe);
    const pods = named.reduce<ClassSets>((all, { peers }) => joined(all, peers), {
      lower: nobody,
      upper: nobody,
    });
    const around = this.entries.flatMap((entry) => {
      const inside = this.block(entry.cidr);
      const longer = [...this.entries.map(({ cidr }) => cidr), ...this.closed].filter(
        (cidr) => cidr.prefix > entry.cidr.prefix && holds(entry.cidr, cidr),
      );
      const own = longer.reduce((rest, cidr) => without(rest, this.block(cidr)), inside);
      // A pod that a rule selects has an entry of its own, with the ports of the blocks around it.
      const selected = entry.except.reduce(
        (rest, cidr) => without(rest, this.block(cidr)),
        common(inside, pods),
      );
      return entry.ports.flatMap((ports): GuardRule[] => [
        { peers: without(own, pods), ports: entry.texts.size > 1 ? doubtful(ports) : ports },
        { peers: selected, ports },
      ]);
    });
    const all = [...named, ...around];
    const crowded = this.crowded(all);
    return all.flatMap(({ peers, ports }): GuardRule[] => {
      if (!certain) return [{ peers, ports: doubtful(ports) }];
      return [
        { peers: without(peers, { lower: crowded, upper: crowded }), ports },
        { peers: common(peers, { lower: crowded, upper: crowded }), ports: doubtful(ports) },
      ];
    });
  }

  /** The peers whose entry has more ports than are kept. */
  private crowded(rules: readonly GuardRule[]): IndexSet {
    const { universe } = this.targets.everyone.lower;
    if (new Set(rules.flatMap(({ ports }) => keysOf(ports))).size <= MOST_PAIRS)
      return IndexSet.empty(universe);
    const byPeer = new Map<number, Set<string>>();
    for (const { peers, ports } of rules)
      peers.upper.forEach((number) => {
        const keys = byPeer.get(number) ?? new Set<string>();
        for (const key of keysOf(ports)) keys.add(key);
        byPeer.set(number, keys);
      });
    return IndexSet.of(
      universe,
      [...byPeer].filter(([, keys]) => keys.size > MOST_PAIRS).map(([number]) => number),
    );
  }

  private block(cidr: Cidr): ClassSets {
    return this.targets.block(cidr, this.pass);
  }
}

const namedOf = ({ named }: RulePorts): PortSet =>
  named.reduce((sum, { protocol }) => sum.union(PortSet.allOf(protocol)), PortSet.empty);

const EVERYWHERE: readonly Cidr[] = [
  { family: 4, first: 0n, last: (1n << 32n) - 1n, prefix: 0 },
  { family: 6, first: 0n, last: (1n << 128n) - 1n, prefix: 0 },
];

const joined = (a: ClassSets, b: ClassSets): ClassSets => ({
  lower: a.lower.union(b.lower),
  upper: a.upper.union(b.upper),
});
const common = (a: ClassSets, b: ClassSets): ClassSets => ({
  lower: a.lower.intersect(b.lower),
  upper: a.upper.intersect(b.upper),
});
/** Surely those that the other surely lacks, and perhaps those that it may lack. */
const without = (a: ClassSets, b: ClassSets): ClassSets => ({
  lower: a.lower.subtract(b.upper),
  upper: a.upper.subtract(b.lower),
});
