// Tests: test/proof/groups.test.ts
import type { Bound } from "../kubernetes";
import type { AddressSet } from "../net";
import { LINK_LOCAL, METADATA, POD_IDENTITY_AGENT, PortSet } from "../net";
import { type ReadEnd, type ReadFlow, type Remainder, running, without } from "./ends";
import { type GroupEnds, groupPorts } from "./groupEnds";
import type { PlannedGroupRule, PlannedGroupPeer } from "./groupRules";
import { groupId } from "./madeGroups";
import { podKey } from "./policyWorld";

/** What security groups make of a flow. */
export interface FlowByGroups {
  /** Not surely open. */
  readonly missing: PortSet;
  /** Surely closed. */
  readonly closed: PortSet;
  /** Whether it also depends on rules that other owners' groups have, which no plan of ours holds. */
  readonly theirs: boolean;
}

/** Where a pod's own node answers: no security group filters it (standard mode). */
const ON_THE_NODE = LINK_LOCAL.set.union(METADATA.set).union(POD_IDENTITY_AGENT.set);

/** Whether security groups let declared flows pass, for each pod that runs and each set of groups that it may have. */
export class FlowsByGroups {
  constructor(
    private readonly ends: GroupEnds,
    private readonly rules: readonly PlannedGroupRule[],
  ) {}

  /** What groups make of a flow. */
  flow(flow: ReadFlow): FlowByGroups {
    const sources = this.sides(flow.from);
    const targets = this.sides(flow.to);
    const ports = groupPorts(flow);
    // An end whose groups nobody knows is judged by none: never open for sure.
    const known =
      sources.length > 0 && targets.length > 0 && this.isKnown(flow.from) && this.isKnown(flow.to);
    let missing = known ? PortSet.empty : ports;
    let closed = PortSet.empty;
    let theirs = false;
    for (const source of sources) {
      for (const target of targets) {
        const needed = rulesNeeded(source, target);
        theirs ||= needed.theirs;
        for (const { ids, direction, peers } of needed.sides) {
          missing = missing.union(ports.subtract(this.opened(ids, direction, peers, "lower")));
          closed = closed.union(ports.subtract(this.opened(ids, direction, peers, "upper")));
        }
      }
    }
    return { missing, closed: known ? closed : PortSet.empty, theirs };
  }

  private carriers({ end }: ReadEnd) {
    const wanted = new Set(running(end).map(({ namespace, labels }) => podKey(namespace, labels)));
    return this.ends.carriers.pods.filter(({ namespace, labels }) => wanted.has(podKey(namespace, labels)));
  }

  private isKnown(end: ReadEnd): boolean {
    return this.carriers(end).every(({ known }) => known);
  }

  private sides(read: ReadEnd): SideOfFlow[] {
    const { end, parts } = read;
    if (end.pods.length > 0) {
      return this.carriers(read).flatMap(({ interfaces }) => interfaces.map((ids) => this.podSide(ids)));
    }
    const groups = end.groups.flatMap((group): SideOfFlow[] => {
      if (group.kind === "prefix-list") return [{ kind: "prefix-list", id: group.id }];
      const id = groupId(group, this.ends.made);
      if (id === undefined) return [];
      return group.kind === "given"
        ? [{ kind: "groups", ids: [id], given: true, admits: group.admits, openEgress: group.openEgress }]
        : [{ kind: "groups", ids: [id], given: false }];
    });
    if (groups.length > 0) return groups;
    return parts
      .filter(({ kind }) => kind !== "service")
      .map(({ addresses }): SideOfFlow =>
        ON_THE_NODE.covers(addresses) ? { kind: "unfiltered" } : { kind: "addresses", addresses },
      );
  }

  /** Pods with other owners' groups alone: these let each other through as their owners say. */
  private podSide(ids: readonly string[]): SideOfFlow {
    if (ids.some((id) => this.ends.made.has(id))) return { kind: "groups", ids, given: false };
    const [network] = this.ends.flows.flatMap(({ placed }) => placed.declaration.aws ?? []);
    const openEgress = network?.node.kind === "given" ? network.node.openEgress : true;
    return { kind: "groups", ids, given: true, admits: "given-groups", openEgress };
  }

  /** The ports on which some of these groups let all of a peer through. */
  private opened(
    ids: readonly string[],
    direction: "egress" | "ingress",
    peer: SideOfFlow,
    bound: Bound,
  ): PortSet {
    const rules = this.rules.filter((rule) => ids.includes(rule.group) && rule.direction === direction);
    const portsOf = (rule: PlannedGroupRule) =>
      bound === "lower" ? rule.ports : rule.ports.union(rule.maybe);
    const unknown = bound === "upper" ? rules.filter((rule) => rule.peer.kind === "unknown") : [];
    const sum = (some: readonly PlannedGroupRule[]) =>
      some.reduce((all, rule) => all.union(portsOf(rule)), PortSet.empty);
    if (peer.kind !== "addresses") {
      return sum([...unknown, ...rules.filter((rule) => names(rule.peer, peer))]);
    }
    // Ports that are open to every address of the peer: several rules may share these among them.
    let left: readonly Remainder[] = [{ addresses: peer.addresses, ports: PortSet.all }];
    for (const rule of rules) {
      if (rule.peer.kind === "addresses") left = without(left, rule.peer.addresses, portsOf(rule));
    }
    const closed = left.reduce((all, remainder) => all.union(remainder.ports), PortSet.empty);
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
  | { readonly kind: "unfiltered" }
  | { readonly kind: "addresses"; readonly addresses: AddressSet };

const names = (peer: PlannedGroupPeer, side: SideOfFlow): boolean =>
  (peer.kind === "group" && side.kind === "groups" && side.ids.includes(peer.id)) ||
  (peer.kind === "prefix-list" && side.kind === "prefix-list" && side.id === peer.id);

/** The rules that a pair needs, and whether other owners' rules decide as well. */
function rulesNeeded(source: SideOfFlow, target: SideOfFlow) {
  const sides: { ids: readonly string[]; direction: "egress" | "ingress"; peers: SideOfFlow }[] = [];
  let theirs = false;
  if (source.kind === "unfiltered" || target.kind === "unfiltered") return { sides, theirs };
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
