// Tests: test/proof/groups.test.ts
import { namespacedName } from "../kubernetes";
import { append } from "../data";
import { AddressSet, PortSet, PRIVATE, SHARED } from "../net";
import type { Carrier, PlacedDeclaration } from "./carriers";
import { type Difference, specs } from "./difference";
import { type EndAddresses, isOneOf, portsAt, PUBLIC, type ReadEnd, type Remainder, without } from "./ends";
import { type GroupEnds, groupPorts, type PlacedFlow } from "./groupEnds";
import type { PlannedGroupRule, PlannedGroupPeer } from "./groupRules";
import { groupId } from "./madeGroups";

/** One side of a rule: pods that carry the group, a group that no pods are known to carry, or what a peer names. */
type Atom =
  | { readonly kind: "pods"; readonly pods: Carrier }
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "prefix-list"; readonly id: string };

/** What a cluster's security groups open though no flow declares it, rule by rule, for the application whose doing it is. */
export class UndeclaredByGroups {
  constructor(
    private readonly ends: GroupEnds,
    private readonly rules: readonly PlannedGroupRule[],
    private readonly placed: readonly PlacedDeclaration[],
  ) {}

  /** By component. */
  differences(): ReadonlyMap<string, readonly Difference[]> {
    const judged = this.ends.ids();
    const owned = [
      ...this.strangers(),
      ...this.unguarded(),
      ...this.rules
        .filter(({ group }) => judged.has(group))
        .flatMap((rule) =>
          this.beyond(rule).map((one) => this.owned(this.ends.made.makerOf(rule.group), one)),
        ),
    ];
    const found = new Map<string, Difference[]>();
    for (const [component, difference] of owned) append(found, component, difference);
    return found;
  }

  /**
   * A group that an application's components make is that application's. What the cluster shares, and other owners' groups,
   * count for one that is enforced, if there is one.
   */
  private owned(maker: string | undefined, difference: Difference): readonly [string, Difference] {
    const names = this.placed.map(({ component }) => component);
    const own = names.find((name) => maker === name || maker?.startsWith(`${name}/`) === true);
    const enforced = this.placed.find(
      ({ declaration }) => declaration.stage === "enforce" && !declaration.adopted,
    );
    return [own ?? enforced?.component ?? names[0] ?? "", difference];
  }

  private strangers() {
    return this.ends.carriers.strangers.map(({ attachment, name }) => {
      const [first] = (attachment.groups ?? []).filter((id) => this.ends.made.has(id));
      return this.owned(first === undefined ? undefined : this.ends.made.makerOf(first), {
        kind: "undeclared",
        layer: "groups",
        certain: attachment.groups !== undefined,
        from: [name],
        to: ["what a workload's security groups let through"],
        ports: ["all"],
        by: [`SecurityGroupPolicy ${namespacedName(attachment)}`],
        urns: [],
        observed: false,
        half: false,
      });
    });
  }

  /** Databases that don't carry the group which is made for them: others decide whom they admit. */
  private unguarded() {
    const { flows, instances, made } = this.ends;
    const databases = new Map(
      flows.flatMap(({ to: { end } }) =>
        end.groups.flatMap((group) =>
          group.kind === "made" ? [[group.component, { end, group }] as const] : [],
        ),
      ),
    );
    return [...databases].flatMap(([component, { end, group }]) => {
      const own = groupId(group, made);
      return (instances.get(component) ?? [])
        .filter((ids) => ids === undefined || own === undefined || !ids.includes(own))
        .map((ids) =>
          this.owned(component, {
            kind: "undeclared",
            layer: "groups",
            certain: ids !== undefined,
            from: [
              ids?.length === 0 ? "whoever the VPC's default group admits" : "whoever its other groups admit",
            ],
            to: [end.name],
            ports: ["all"],
            by: ["the database doesn't carry the group that is made for it"],
            urns: [],
            observed: false,
            half: false,
          }),
        );
    });
  }

  private beyond(rule: PlannedGroupRule): Difference[] {
    const ports = rule.ports.union(rule.maybe);
    // ICMP and the like open no port.
    if (ports.isEmpty()) return [];
    if (rule.peer.kind === "unknown") return [this.difference(rule, undefined, ports, false)];
    const own = this.atomsOf(rule.group);
    const certain = rule.maybe.isEmpty();
    return this.leftOf(rule, own, ports).map((remainder) =>
      this.difference(rule, remainder, remainder.ports, certain),
    );
  }

  /** What of a rule's opening some pair of its ends has no flow for. */
  private leftOf({ peer, direction }: PlannedGroupRule, own: readonly Atom[], ports: PortSet): Remainder[] {
    if (peer.kind === "addresses") {
      return own.flatMap((atom) =>
        this.ends.flows.reduce<readonly Remainder[]>(
          (rest, flow) => {
            const [near, far] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
            if (!this.covers(near, atom)) return rest;
            return far.parts.reduce<readonly Remainder[]>(
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
    }
    const others: readonly Atom[] =
      peer.kind === "group" ? this.atomsOf(peer.id) : peer.kind === "prefix-list" ? [peer] : [];
    const declared = own.flatMap((mine) =>
      others.map((other) => {
        const [from, to] = direction === "egress" ? [mine, other] : [other, mine];
        return this.ends.flows
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
    const pods = this.ends.carriersOf(id);
    return this.ends.made.has(id) && pods.length > 0
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
          this.ends.idsOf(end).includes(atom.id) ||
          this.ends.carriersOf(atom.id).some((pods) => isOneOf(pods, end.pods))
        );
    }
  }

  private difference(
    rule: PlannedGroupRule,
    remainder: Remainder | undefined,
    ports: PortSet,
    certain: boolean,
  ): Difference {
    const own = this.textOf(rule.group);
    const peer = peerText(rule.peer, remainder, (id) => this.textOf(id));
    const [from, to] = rule.direction === "egress" ? [own, peer] : [peer, own];
    const pods = this.ends.made.has(rule.group) ? this.ends.carriersOf(rule.group) : [];
    return {
      kind: "undeclared",
      layer: "groups",
      certain,
      from: [from],
      to: [to],
      ports: specs(ports),
      by: [`${rule.direction} rule ${rule.name}`],
      urns: [rule.urn],
      half: false,
      observed: pods.length > 0 && pods.every(({ observed }) => observed),
    };
  }

  /** A group as people know it: by the pods or the database that carry it. */
  private textOf(id: string): string {
    const pods = this.ends.carriersOf(id);
    if (this.ends.made.has(id) && pods.length > 0 && pods.length <= 3) {
      return `security group of ${pods.map(({ name }) => name).join(", ")}`;
    }
    const owner = this.ends.flows.find(({ to }) => this.ends.idsOf(to.end).includes(id));
    if (owner !== undefined) return `security group of ${owner.to.end.name}`;
    return `security group ${id.split("::").at(-1) ?? id}`;
  }
}

/**
 * The most that a group's rules may open for addresses. For the internet that is more than a policy opens, so that few blocks
 * say it: everything but private and shared ranges, the VPC's and the cluster's own.
 */
function groupAddresses({ kind, addresses }: EndAddresses, { from, to, placed }: PlacedFlow): AddressSet {
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

function peerText(
  peer: PlannedGroupPeer,
  remainder: Remainder | undefined,
  groupText: (id: string) => string,
): string {
  switch (peer.kind) {
    case "group":
      return groupText(peer.id);
    case "prefix-list":
      return `prefix list ${peer.id}`;
    case "addresses":
      return (remainder?.addresses ?? peer.addresses).toString();
    case "unknown":
      return "a peer that isn't known yet";
  }
}
