import { createHash } from "node:crypto";
import { type PortRange, PortSet } from "../../net";
import { mergeReasons } from "./description";
import { type GroupRef, applicationOf, groupKey, groupLabel } from "./groupRef";
import { type CompiledGroupRule, type CompiledGroupPeer, type RuleTraffic, formatTraffic } from "./rule";

/** Why some traffic is let through. */
export interface FlowReason {
  /** The flow's id, with its application: "fineract: web → database main tcp/5432". */
  readonly flow: string;
  readonly because: string;
}

interface Draft {
  readonly on: GroupRef;
  readonly direction: CompiledGroupRule["direction"];
  readonly peer: CompiledGroupPeer;
  readonly openings: { readonly ports: readonly PortRange[] | "everything"; readonly reason: FlowReason }[];
}

/** Longer names are cut, with a hash of the whole: consoles and state files list them. */
const LONGEST_NAME = 100;
const HASH = 8;

/** Collects what flows need and yields one rule for each (group, direction, peer, traffic), reasons merged. */
export class RuleBook {
  private readonly drafts = new Map<string, Draft>();

  /** Lets `ports` through between `on` and `peer`. SCTP is refused before this: no rule can filter its ports. */
  add(
    on: GroupRef,
    direction: CompiledGroupRule["direction"],
    peer: CompiledGroupPeer,
    ports: readonly PortRange[] | "everything",
    reason: FlowReason,
  ): void {
    const key = `${groupKey(on)} ${direction} ${peerKey(peer)}`;
    const draft = this.drafts.get(key) ?? { on, direction, peer, openings: [] };
    draft.openings.push({ ports, reason });
    this.drafts.set(key, draft);
  }

  /** All rules, ordered by what they are. */
  rules(): CompiledGroupRule[] {
    return [...this.drafts].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, draft]) => rulesOf(draft));
  }
}

/** "everything" stays beside the ports that flows declare: it goes with the stage, and they stay. */
function rulesOf(draft: Draft): CompiledGroupRule[] {
  const open = draft.openings.flatMap(({ ports, reason }) => (ports === "everything" ? [reason] : []));
  const all = open.length === 0 ? [] : [ruleOf(draft, { kind: "everything" }, open)];
  const ported = draft.openings.flatMap((opening) =>
    opening.ports === "everything" ? [] : [{ ports: opening.ports, reason: opening.reason }],
  );
  const merged = mergedRanges(ported.map(({ ports }) => ports));
  const each = merged.map(({ protocol, from, to }) => {
    const reasons = ported
      .filter(({ ports }) =>
        ports.some((one) => one.protocol === protocol && one.from <= to && one.to >= from),
      )
      .map(({ reason }) => reason);
    return ruleOf(draft, { kind: "ports", protocol: protocol === "TCP" ? "tcp" : "udp", from, to }, reasons);
  });
  return [...all, ...each];
}

/** Ports that touch become one range: fewer rules of the quota, and none that AWS would call a duplicate. */
function mergedRanges(lists: readonly (readonly PortRange[])[]): readonly PortRange[] {
  const [first = []] = lists;
  return lists.length <= 1 && first.length <= 1 ? first : PortSet.of(lists.flat()).ranges();
}

function ruleOf(
  { on, direction, peer }: Draft,
  traffic: RuleTraffic,
  reasons: readonly FlowReason[],
): CompiledGroupRule {
  const sorted = [...reasons].sort((a, b) => (a.flow < b.flow ? -1 : a.flow > b.flow ? 1 : 0));
  return {
    name: ruleName(on, direction, peer, traffic),
    on,
    direction,
    peer,
    traffic,
    description: mergeReasons(sorted.map(({ because }) => because)),
    flows: [...new Set(sorted.map(({ flow }) => flow))],
  };
}

function ruleName(
  on: GroupRef,
  direction: CompiledGroupRule["direction"],
  peer: CompiledGroupPeer,
  traffic: RuleTraffic,
): string {
  const arrow = direction === "ingress" ? "from" : "to";
  const ports = formatTraffic(traffic).replace("/", "-");
  const name = `${groupLabel(on)}-${arrow}-${peerName(on, peer)}-${ports}`;
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH);
  return `${name.slice(0, LONGEST_NAME - HASH - 1)}-${hash}`;
}

const peerKey = (peer: CompiledGroupPeer): string =>
  peer.kind === "group" ? groupKey(peer.group) : peerLabel(peer);

/** Another application's group is named with its application: both may have a "web". */
function peerName(on: GroupRef, peer: CompiledGroupPeer): string {
  const [ours, theirs] = [applicationOf(on), peer.kind === "group" ? applicationOf(peer.group) : undefined];
  const foreign = ours !== undefined && theirs !== undefined && ours !== theirs;
  return foreign ? `${theirs}.${peerLabel(peer)}` : peerLabel(peer);
}

function peerLabel(peer: CompiledGroupPeer): string {
  switch (peer.kind) {
    case "group":
      return groupLabel(peer.group);
    case "cidr":
      return peer.cidr.replace("/", "_");
    case "prefix-list":
      return peer.id;
  }
}
