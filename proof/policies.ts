import type { Bound, Direction } from "../kubernetes";
import type { Declaration } from "../declared";
import { AddressSet, NEVER_INTERNET, PortSet } from "../net";
import { linesOf, type Party, partyText } from "../reachability/answer/formats";
import { evidenceFor } from "../reachability/answer/explain";
import { type Analysis, connection, type ReportedEnd } from "../reachability/compute";
import { type Difference, specs } from "./difference";
import { isOneOf, portsAt, type ReadEnd, type ReadFlow, type Remainder, running, without } from "./ends";
import { type PolicyWorld, podKey } from "./policyWorld";

/** What NetworkPolicies make of a flow: the declared ports that aren't open for everyone, and those that surely aren't. */
export interface FlowByPolicies {
  /** Not surely open. */
  readonly missing: PortSet;
  /** Surely closed. */
  readonly closed: PortSet;
}

/** An application's declaration beside what the NetworkPolicies of its cluster open. */
export class PolicyProof {
  private readonly analysis: Analysis;
  private readonly byId: ReadonlyMap<string, string>;

  constructor(
    private readonly declaration: Declaration,
    private readonly flows: readonly ReadFlow[],
    private readonly world: PolicyWorld,
  ) {
    this.analysis = world.analysis;
    this.byId = new Map(
      declaration.workloads.map(({ id, pods }) => [podKey(pods.namespace, pods.labels), id]),
    );
  }

  /** What is open and declared by no flow; then what one side alone lets through, which the other one closes today. */
  undeclared(): Difference[] {
    const open = [...linesOf(this.world.analysis.units)]
      .filter(({ from, to }) => this.isOwn(from) || this.isOwn(to))
      .flatMap(({ from, to, allowed, unknown }) => [
        ...this.beyond(from, to, allowed, { certain: true }),
        ...this.beyond(from, to, unknown, { certain: false }),
      ]);
    const told = new Set(open.map(keyOf));
    const half = (["egress", "ingress"] as const).flatMap((side) =>
      [...linesOf(this.world.sides[side].units)]
        .filter(({ from, to }) => this.isOwn(side === "egress" ? from : to))
        .flatMap(({ from, to, allowed }) => this.beyond(from, to, allowed, { certain: true, side })),
    );
    return [...open, ...half.filter((one) => !told.has(keyOf(one)))];
  }

  private isOwn(party: Party): boolean {
    return party.kind === "end" && party.end.namespace === this.declaration.namespace;
  }

  private beyond(from: Party, to: Party, ports: PortSet, how: How): Difference[] {
    if (ports.isEmpty()) return [];
    if (from.kind === "end" && to.kind === "end") {
      const left = this.flows.reduce(
        (rest, flow) =>
          isOneOf(from.end, flow.from.end.pods) && isOneOf(to.end, flow.to.end.pods)
            ? rest.subtract(flow.ports)
            : rest,
        ports,
      );
      return left.isEmpty() ? [] : [this.difference(from, to, left, how)];
    }
    const outside = from.kind === "outside" ? from : to.kind === "outside" ? to : undefined;
    const pod = from.kind === "end" ? from : to.kind === "end" ? to : undefined;
    if (outside === undefined || pod === undefined) return [];
    const away = from === pod;
    const remainders = this.flows.reduce<readonly Remainder[]>(
      (rest, flow) => {
        const [near, far] = away ? [flow.from, flow.to] : [flow.to, flow.from];
        if (!isOneOf(pod.end, near.end.pods)) return rest;
        return far.parts.reduce<readonly Remainder[]>(
          (left, part) => without(left, part.addresses, portsAt(flow, part)),
          rest,
        );
      },
      [{ addresses: outside.addresses, ports }],
    );
    return remainders.map(({ addresses, ports: left }) => {
      const outside: Party = { kind: "outside", addresses };
      return away ? this.difference(pod, outside, left, how) : this.difference(outside, pod, left, how);
    });
  }

  private difference(from: Party, to: Party, ports: PortSet, { certain, side }: How): Difference {
    const guards = this.openedBy(from, to, ports, side);
    return {
      kind: "undeclared",
      layer: "policies",
      certain,
      half: side !== undefined,
      from: [this.nameOf(from)],
      to: [this.nameOf(to)],
      ports: specs(ports),
      by: guards.map(({ text }) => text),
      urns: guards.flatMap(({ urn }) => (urn === undefined ? [] : [urn])),
      // What one side lets through is that side's doing, whoever is at the other.
      observed: (side === undefined ? [from, to] : [side === "egress" ? from : to]).some(
        (party) => party.kind === "end" && this.isObserved(party.end),
      ),
    };
  }

  private isObserved(end: ReportedEnd): boolean {
    return this.declaration.workloads.some(({ pods, observed }) => observed && isOneOf(end, [pods]));
  }

  /** The rules of this application's side that let one connection of those through. */
  private openedBy(
    from: Party,
    to: Party,
    ports: PortSet,
    only: Direction | undefined,
  ): { text: string; urn: string | undefined }[] {
    // A side's ends are of its own analysis: their classes mean nothing in another.
    const analysis = only === undefined ? this.analysis : this.world.sides[only];
    const [first] = ports.ranges();
    const source = endFor(from, analysis);
    const target = endFor(to, analysis);
    if (first === undefined || source === undefined || target === undefined) return [];
    const question = { from: source, to: target, protocol: first.protocol, port: first.from };
    const { namespace } = this.declaration;
    return evidenceFor(analysis, question, "any").flatMap(({ side, admittedBy, isolatedBy }) => {
      const end = side === "egress" ? source : target;
      if (end.namespace !== namespace || (only !== undefined && side !== only)) return [];
      if (isolatedBy.length === 0)
        return [{ text: `no policy that denies ${side} by default`, urn: undefined }];
      return admittedBy.map(({ guard, place, source: at }) => ({
        text: place === undefined ? guard : `${guard} ${place}`,
        urn: at === undefined ? undefined : this.world.urnOf(at.document),
      }));
    });
  }

  /** What the policies make of a flow: it has to be open for each pod that runs, at each address. */
  flow(flow: ReadFlow): FlowByPolicies {
    const pairs = this.pairs(flow);
    // An end that is nowhere on this cluster is reached by nobody.
    if (pairs.length === 0) return { missing: flow.ports, closed: flow.ports };
    const open = (bound: Bound) =>
      pairs.reduce(
        (left, { from, to, ports }) => left.union(ports.subtract(connection(this.analysis, from, to)[bound])),
        PortSet.empty,
      );
    return { missing: open("lower"), closed: open("upper") };
  }

  /** Every pair of ends for which a flow has to be open, with its ports there. */
  private pairs(flow: ReadFlow): { from: ReportedEnd; to: ReportedEnd; ports: PortSet }[] {
    const sides = ({ end, parts }: ReadEnd) => [
      ...running(end).flatMap(({ namespace, labels }) => {
        const found = this.world.declared.get(podKey(namespace, labels));
        return found === undefined ? [] : [{ end: found, ports: flow.ports }];
      }),
      ...parts.flatMap((part) =>
        this.analysis.ends
          .filter(isIn(part.addresses, this.analysis))
          .map((end) => ({ end, ports: portsAt(flow, part) })),
      ),
    ];
    const targets = sides(flow.to);
    return sides(flow.from).flatMap((from) =>
      targets.map((to) => ({ from: from.end, to: to.end, ports: to.ports })),
    );
  }

  private nameOf(party: Party): string {
    if (party.kind === "outside") return addressesName(party);
    const { namespace, labels } = party.end;
    const id = this.byId.get(podKey(namespace, labels));
    if (id !== undefined) return id;
    const values = Object.values(labels).join(",");
    if (namespace.startsWith("{"))
      return values === "" ? "pods of any other namespace" : `${values} of any other namespace`;
    return values === "" ? `any other pod of ${namespace}` : `${namespace}/${values}`;
  }
}

/** Whether an end of an analysis is outside, and some of it is at these addresses. */
const isIn =
  (addresses: AddressSet, { relation }: Analysis) =>
  ({ kind, classes }: ReportedEnd): boolean =>
    kind === "IPBlock" &&
    classes.some((number) => relation.classes.outside.get(number)?.overlaps(addresses) === true);

/** The end of an analysis that a party is, or, for addresses outside, one of those. */
const endFor = (party: Party, analysis: Analysis): ReportedEnd | undefined =>
  party.kind === "end" ? party.end : analysis.ends.find(isIn(party.addresses, analysis));

/** How a difference is known: surely or perhaps, on both sides or on one. */
interface How {
  readonly certain: boolean;
  readonly side?: Direction;
}

const keyOf = ({ from, to, ports, certain, observed }: Difference): string =>
  JSON.stringify([from, to, ports, certain, observed]);

const PUBLIC = NEVER_INTERNET.reduce((set, range) => set.subtract(range.set), AddressSet.all);

const addressesName = (party: Extract<Party, { kind: "outside" }>): string =>
  PUBLIC.equals(party.addresses) ? "internet" : partyText(party);
