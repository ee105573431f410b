import { append } from "../data";
import { AddressSet, PortSet, PRIVATE, SHARED } from "../net";
import { type Carrier, type Carriers, groupId, type MadeGroups, type Placed } from "./carriers";
import { type Difference, specs } from "./difference";
import {
  type AddressPart,
  isOneOf,
  portsAt,
  PUBLIC,
  type ReadEnd,
  type ReadFlow,
  type Region,
  running,
  without,
} from "./ends";
import type { GroupRule, RulePeer } from "./groupRules";

/** One side of a rule: pods that carry the group, a group that no pods are known to carry, or what a peer names. */
type Atom =
  | { readonly kind: "pods"; readonly pods: Carrier }
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "prefix-list"; readonly id: string };

/** What security groups make of a flow. */
export interface FlowByGroups {
  /** Not surely open. */
  readonly missing: PortSet;
  /** Surely closed. */
  readonly closed: PortSet;
  /** Whether it also depends on rules that other owners' groups have, which no plan of ours holds. */
  readonly theirs: boolean;
}

/** A flow with the component that provisions its application. */
export interface PlacedFlow extends ReadFlow {
  readonly placed: Placed;
}

/** The declarations of one cluster beside what the security groups of the plan let through, rule by rule. */
export class GroupProof {
  /** By group, who carries it. */
  private readonly byGroup = new Map<string, Carrier[]>();
  /** What the instances of each database's component carry; undefined where that isn't known yet. */
  private readonly instances: ReadonlyMap<string, readonly (readonly string[] | undefined)[]>;

  constructor(
    private readonly flows: readonly PlacedFlow[],
    private readonly carriers: Carriers,
    private readonly rules: readonly GroupRule[],
    private readonly made: MadeGroups,
    databasesUnder: (component: string) => (readonly string[] | undefined)[],
  ) {
    for (const pods of carriers.pods) {
      for (const id of new Set(pods.interfaces.flat())) {
        append(this.byGroup, id, pods);
      }
    }
    const components = new Set(
      flows.flatMap(({ to }) =>
        to.end.groups.flatMap((group) => (group.kind === "made" ? [group.component] : [])),
      ),
    );
    this.instances = new Map(
      [...components].flatMap((component) => {
        const urn = made.databaseUrn(component);
        return urn === undefined ? [] : [[component, databasesUnder(urn)] as const];
      }),
    );
  }

  /** What groups open though no flow declares it. */
  undeclared(): Difference[] {
    const judged = this.judged();
    return [
      ...this.carriers.strangers.map(({ attachment, name }): Difference => ({
        kind: "undeclared",
        layer: "groups",
        sure: attachment.groups !== undefined,
        from: [name],
        to: ["what a workload's security groups let through"],
        ports: ["all"],
        by: [`SecurityGroupPolicy ${attachment.namespace}/${attachment.name}`],
        urns: [],
        observed: false,
        half: false,
      })),
      ...this.unguarded(),
      ...this.rules.filter(({ group }) => judged.has(group)).flatMap((rule) => this.beyond(rule)),
    ];
  }

  /** Databases that don't carry the group which is made for them: others decide whom they admit. */
  private unguarded(): Difference[] {
    const ends = new Map(
      this.flows.flatMap(({ to: { end } }) =>
        end.groups.flatMap((group) =>
          group.kind === "made" ? [[group.component, { end, group }] as const] : [],
        ),
      ),
    );
    return [...ends].flatMap(([component, { end, group }]) =>
      (this.instances.get(component) ?? []).flatMap((ids): Difference[] => {
        const own = groupId(group, this.made);
        if (ids !== undefined && own !== undefined && ids.includes(own)) return [];
        return [
          {
            kind: "undeclared",
            layer: "groups",
            sure: ids !== undefined,
            from: [
              ids?.length === 0 ? "whoever the VPC's default group admits" : "whoever its other groups admit",
            ],
            to: [end.name],
            ports: ["all"],
            by: ["the database doesn't carry the group that is made for it"],
            urns: [],
            observed: false,
            half: false,
          },
        ];
      }),
    );
  }

  /** The groups whose rules are judged: made ones, those of databases, those that declarations name, those of pods. */
  private judged(): ReadonlySet<string> {
    return new Set([
      ...this.made.all,
      ...[...this.instances.values()].flat().flatMap((ids) => ids ?? []),
      ...this.flows.flatMap(({ from, to }) => [...this.endGroups(from.end), ...this.endGroups(to.end)]),
      ...this.byGroup.keys(),
    ]);
  }

  private beyond(rule: GroupRule): Difference[] {
    const ports = rule.ports.union(rule.maybe);
    if (rule.peer.kind === "unknown") return [this.difference(rule, undefined, ports, false)];
    const own = this.atomsOf(rule.group);
    const left = this.leftOf(rule, own, ports);
    const sure = rule.maybe.isEmpty();
    return left.map((region) => this.difference(rule, region, region.ports, sure));
  }

  /** What of a rule's opening some pair of its ends has no flow for. */
  private leftOf({ peer, direction }: GroupRule, own: readonly Atom[], ports: PortSet): Region[] {
    if (peer.kind === "addresses") {
      const regions = own.flatMap((atom) =>
        this.flows.reduce<readonly Region[]>(
          (rest, flow) => {
            const [near, far] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
            if (!this.covers(near, atom)) return rest;
            return far.parts.reduce<readonly Region[]>(
              (left, part) =>
                part.kind === "service"
                  ? left
                  : without(left, groupAddresses(part, flow), portsAt(flow, part)),
              rest,
            );
          },
          [{ addresses: peer.addresses, ports }],
        ),
      );
      return regions;
    }
    const others: readonly Atom[] =
      peer.kind === "group" ? this.atomsOf(peer.id) : peer.kind === "prefix-list" ? [peer] : [];
    const declared = own.flatMap((mine) =>
      others.map((other) => {
        const [from, to] = direction === "egress" ? [mine, other] : [other, mine];
        return this.flows
          .filter((flow) => this.covers(flow.from, from) && this.covers(flow.to, to))
          .reduce((sum, flow) => sum.union(groupPorts(flow)), PortSet.empty);
      }),
    );
    const [first = PortSet.empty, ...more] = declared;
    const left = ports.subtract(more.reduce((all, one) => all.intersect(one), first));
    return left.isEmpty() ? [] : [{ addresses: AddressSet.empty, ports: left }];
  }

  /** Who a group stands for: the pods that carry it, or itself where other things may carry it as well. */
  private atomsOf(id: string): Atom[] {
    const pods = this.byGroup.get(id) ?? [];
    return this.made.all.has(id) && pods.length > 0
      ? pods.map((each) => ({ kind: "pods", pods: each }))
      : [{ kind: "group", id }];
  }

  private covers({ end }: ReadEnd, atom: Atom): boolean {
    switch (atom.kind) {
      case "pods":
        return isOneOf(atom.pods, end.pods);
      case "prefix-list":
        return end.groups.some((group) => group.kind === "prefix-list" && group.id === atom.id);
      case "group":
        return (
          this.endGroups(end).includes(atom.id) ||
          (this.byGroup.get(atom.id) ?? []).some((pods) => isOneOf(pods, end.pods))
        );
    }
  }

  /** The groups that an end has by itself; of a database, all that its instance carries. */
  private endGroups({ groups }: ReadEnd["end"]): readonly string[] {
    return groups.flatMap((group) => {
      const id = groupId(group, this.made);
      const carried = group.kind === "made" ? (this.instances.get(group.component) ?? []) : [];
      return [...(id === undefined ? [] : [id]), ...carried.flatMap((ids) => ids ?? [])];
    });
  }

  private difference(rule: GroupRule, region: Region | undefined, ports: PortSet, sure: boolean): Difference {
    const own = this.textOf(rule.group);
    const peer = peerText(rule.peer, region, (id) => this.textOf(id));
    const [from, to] = rule.direction === "egress" ? [own, peer] : [peer, own];
    const pods = this.byGroup.get(rule.group) ?? [];
    return {
      kind: "undeclared",
      layer: "groups",
      sure,
      from: [from],
      to: [to],
      ports: specs(ports),
      by: [`${rule.direction} rule ${rule.name}`],
      urns: [rule.urn],
      half: false,
      observed: pods.length > 0 && this.made.all.has(rule.group) && pods.every(({ observed }) => observed),
    };
  }

  /** A group as people know it: by the pods or the database that carry it. */
  private textOf(id: string): string {
    const pods = this.byGroup.get(id) ?? [];
    if (this.made.all.has(id) && pods.length > 0 && pods.length <= 3) {
      return `security group of ${pods.map(({ name }) => name).join(", ")}`;
    }
    const owner = this.flows.find(({ to }) => this.endGroups(to.end).includes(id));
    if (owner !== undefined) return `security group of ${owner.to.end.name}`;
    return `security group ${id.split("::").at(-1) ?? id}`;
  }

  /** Whether groups let a flow pass, for each pod that runs and each set of groups that it may have. */
  flow(flow: ReadFlow): FlowByGroups {
    const sources = this.sides(flow.from);
    const targets = this.sides(flow.to);
    const ports = groupPorts(flow);
    let missing = PortSet.empty;
    let closed = PortSet.empty;
    let theirs = false;
    for (const source of sources) {
      for (const target of targets) {
        const needed = this.needed(source, target);
        theirs ||= needed.theirs;
        for (const { ids, direction, peers } of needed.sides) {
          missing = missing.union(ports.subtract(this.opened(ids, direction, peers, "lower")));
          closed = closed.union(ports.subtract(this.opened(ids, direction, peers, "upper")));
        }
      }
    }
    return { missing, closed, theirs };
  }

  private sides(read: ReadEnd): SideOfFlow[] {
    const { end, parts } = read;
    const pods = running(end).flatMap((pod) =>
      this.carriers.pods
        .filter((one) => one.namespace === pod.namespace && sameLabels(one.labels, pod.labels))
        .flatMap(({ interfaces }) =>
          interfaces.map((ids): SideOfFlow => ({ kind: "groups", ids, given: false })),
        ),
    );
    if (end.pods.length > 0) return pods.map((side) => this.withGiven(side));
    const groups = end.groups.flatMap((group): SideOfFlow[] => {
      if (group.kind === "prefix-list") return [{ kind: "prefix-list", id: group.id }];
      const id = groupId(group, this.made);
      if (id === undefined) return [];
      return [
        {
          kind: "groups",
          ids: [id],
          given: group.kind === "given",
          ...(group.kind === "given" ? { admits: group.admits, openEgress: group.openEgress } : {}),
        },
      ];
    });
    if (groups.length > 0) return groups;
    return parts
      .filter(({ kind }) => kind !== "service")
      .map(({ addresses }) => ({ kind: "addresses", addresses }));
  }

  /** Pods with other owners' groups alone: these let each other through as their owners say. */
  private withGiven(side: SideOfFlow): SideOfFlow {
    if (side.kind !== "groups" || side.ids.some((id) => this.made.all.has(id))) return side;
    const node = this.flows.find(({ placed }) => placed.declaration.aws !== undefined)?.placed.declaration.aws
      ?.node;
    const open = node?.kind === "given" ? node.openEgress : true;
    return { ...side, given: true, admits: "given-groups", openEgress: open };
  }

  /** The rules that a pair needs, and whether other owners' rules decide as well. */
  private needed(source: SideOfFlow, target: SideOfFlow) {
    const sides: { ids: readonly string[]; direction: "egress" | "ingress"; peers: SideOfFlow }[] = [];
    let theirs = false;
    if (source.kind === "groups" && source.openEgress !== true) {
      const between = source.given && target.kind === "groups" && target.admits === "given-groups";
      if (between) theirs = true;
      else sides.push({ ids: source.ids, direction: "egress", peers: target });
    }
    if (target.kind === "groups" && target.admits !== "anyone") {
      const between = target.admits === "given-groups" && (source.kind !== "groups" || source.given);
      if (between) theirs = true;
      else sides.push({ ids: target.ids, direction: "ingress", peers: source });
    }
    return { sides, theirs };
  }

  /** The ports on which some of these groups let all of a peer through. */
  private opened(
    ids: readonly string[],
    direction: "egress" | "ingress",
    peer: SideOfFlow,
    bound: "lower" | "upper",
  ): PortSet {
    const rules = this.rules.filter((rule) => ids.includes(rule.group) && rule.direction === direction);
    const portsOf = (rule: GroupRule) => (bound === "lower" ? rule.ports : rule.ports.union(rule.maybe));
    const unknown = bound === "upper" ? rules.filter((rule) => rule.peer.kind === "unknown") : [];
    const sum = (some: readonly GroupRule[]) =>
      some.reduce((all, rule) => all.union(portsOf(rule)), PortSet.empty);
    if (peer.kind !== "addresses") {
      return sum([...unknown, ...rules.filter((rule) => names(rule.peer, peer))]);
    }
    // Ports that are open to every address of the peer: several rules may share these among them.
    let left: readonly Region[] = [{ addresses: peer.addresses, ports: PortSet.all }];
    for (const rule of rules) {
      if (rule.peer.kind === "addresses") left = without(left, rule.peer.addresses, portsOf(rule));
    }
    const closed = left.reduce((all, region) => all.union(region.ports), PortSet.empty);
    return PortSet.all.subtract(closed).union(sum(unknown));
  }
}

/** One side of a flow for groups: what pods or a thing have on their interface, or what a rule names. */
type SideOfFlow =
  | {
      readonly kind: "groups";
      readonly ids: readonly string[];
      /** Whether all of them are other owners'. */
      readonly given: boolean;
      readonly admits?: "anyone" | "given-groups" | "nobody";
      readonly openEgress?: boolean;
    }
  | { readonly kind: "prefix-list"; readonly id: string }
  | { readonly kind: "addresses"; readonly addresses: AddressSet };

const names = (peer: RulePeer, side: SideOfFlow): boolean =>
  (peer.kind === "group" && side.kind === "groups" && side.ids.includes(peer.id)) ||
  (peer.kind === "prefix-list" && side.kind === "prefix-list" && side.id === peer.id);

const sameLabels = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);

/** The ports of a flow where its target listens on others than it names. */
function groupPorts({ to, ports }: ReadFlow): PortSet {
  const own = to.parts.filter(({ kind }) => kind !== "service").flatMap((part) => part.ports ?? []);
  return own.length === 0 ? ports : own.reduce((all, one) => all.union(one), PortSet.empty);
}

/**
 * The most that a group's rules may open for addresses. For the internet that is more than a policy opens, so that few blocks
 * say it: everything but private and shared ranges, the VPC's and the cluster's own.
 */
function groupAddresses({ kind, addresses }: AddressPart, { from, to, placed }: PlacedFlow): AddressSet {
  if (kind !== "internet") return addresses;
  const internet = [from, to].flatMap(({ end }) =>
    end.addresses.flatMap((part) => (part.kind === "internet" ? [part] : [])),
  );
  const whole = internet
    .flatMap(({ families }) => families)
    .reduce((sum, family) => sum.union(PUBLIC[family]), AddressSet.empty);
  const except = AddressSet.of(
    ...internet.flatMap((part) => part.except),
    ...(placed.declaration.aws?.vpc ?? []),
  );
  return whole.subtract(except).subtract(PRIVATE.set).subtract(SHARED.set);
}

function peerText(peer: RulePeer, region: Region | undefined, groupText: (id: string) => string): string {
  switch (peer.kind) {
    case "group":
      return groupText(peer.id);
    case "prefix-list":
      return `prefix list ${peer.id}`;
    case "addresses":
      return (region?.addresses ?? peer.addresses).toString();
    case "unknown":
      return "a peer that isn't known yet";
  }
}
