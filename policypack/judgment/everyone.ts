// Tests: test/policypack/invariants/networkPolicyNoEveryoneIngress.test.ts
import { AddressSet, MAX_PORT, PortSet, PROTOCOLS } from "../../net";
import type { Direction } from "../../kubernetes";
import {
  insideRanges,
  isInternet,
  isPublic,
  rangesContained,
  rangesOverlapping,
  wholeRanges,
} from "./internet";
import { admitsUnknownPods } from "./labels";
import type { AdmittedBlock, Reach } from "./reach";

/**
 * One way in which rules open a port to everyone. `rules` are their paths: several where only together they do.
 */
export type Exposure = { readonly rules: readonly string[] } & (
  | { readonly kind: "no-peers" }
  | { readonly kind: "every-pod"; readonly peers: readonly string[] }
  | { readonly kind: "internet"; readonly blocks: readonly AdmittedBlock[] }
  | {
      readonly kind: "internet-and-inside";
      readonly blocks: readonly AdmittedBlock[];
      readonly inside: readonly string[];
    }
  | { readonly kind: "internet-every-port"; readonly blocks: readonly AdmittedBlock[] }
  | {
      readonly kind: "cluster";
      readonly blocks: readonly AdmittedBlock[];
      readonly inside: readonly string[];
    }
);

/** What a judgment of everyone needs to know besides the rules. */
export interface ExposureContext {
  readonly direction: Direction;
  /** CIDRs of the cluster's pods, Services and nodes, as far as config tells. */
  readonly clusterRanges: readonly string[];
  /** Ports that may be open to everyone. */
  readonly publicPorts: PortSet;
}

/**
 * The ways in which some rules of one direction admit everyone. Rules are judged one by one, then those that share
 * a port together, because policies and rules only add.
 */
export function openings(rules: readonly Reach[], around: ExposureContext): Exposure[] {
  const judged = rules.filter(({ ports }) => !arePublic(ports, around.publicPorts));
  const alone = judged.flatMap((rule) => openingOf([rule], around));
  const open = new Set(alone.flatMap((opening) => opening.rules));
  const rest = judged.filter(({ path }) => !open.has(path));
  const shared = sharingAPort(rest);
  const together = shared.flatMap((group) => openingOf(group, around));
  const told = new Set(together.flatMap((opening) => opening.rules));
  const groups = [...rest.map((rule) => [rule]), ...shared];
  const untold = groups.filter((group) => group.every(({ path }) => !told.has(path)));
  return [...alone, ...together, ...(around.direction === "egress" ? portsAddedUp(untold) : [])];
}

/** The internet on so many ports, by several rules that each state a part of them. */
function portsAddedUp(groups: readonly (readonly Reach[])[]): Exposure[] {
  const wide = groups.filter((group) => isInternet(unionOf(group.flatMap(({ blocks }) => blocks))));
  const ports = wide.reduce((set, group) => set.union(commonPorts(group)), PortSet.empty);
  if (!areMost(ports)) return [];
  const rules = [...new Set(wide.flat())];
  const blocks = rules.flatMap((rule) => rule.blocks);
  return [{ kind: "internet-every-port", rules: rules.map(({ path }) => path), blocks }];
}

/** The ports that every rule of a group opens. */
const commonPorts = (group: readonly Reach[]): PortSet =>
  group.reduce((ports, rule) => ports.intersect(rule.ports.numbers), PortSet.all);

/** Whether a set holds half of a protocol's ports or more: leaving some out doesn't make it a statement. */
function areMost(ports: PortSet): boolean {
  return PROTOCOLS.some((protocol) => {
    const own = ports.ranges().filter((range) => range.protocol === protocol);
    return own.reduce((sum, { from, to }) => sum + to - from + 1, 0) * 2 >= MAX_PORT;
  });
}

/** No numbers and no names are ports that aren't known, read at the lower bound: they may turn out public. */
const arePublic = ({ numbers, names }: Reach["ports"], allowed: PortSet) =>
  !allowed.isEmpty() && names.length === 0 && allowed.covers(numbers);

/** The largest groups of at least two rules that all open one same port. */
function sharingAPort(rules: readonly Reach[]): Reach[][] {
  const points = rules.flatMap(({ ports: { numbers, names } }) => [
    ...numbers.ranges().map(
      ({ protocol, from }) =>
        (rule: Reach) =>
          rule.ports.numbers.contains(protocol, from),
    ),
    ...names.map((name) => (rule: Reach) => rule.ports.names.includes(name) || rule.ports.numbers.isAll()),
  ]);
  const groups = new Map<string, Reach[]>();
  for (const opens of points) {
    const group = rules.filter(opens);
    if (group.length > 1) groups.set(group.map(({ path }) => path).join(), group);
  }
  return [...groups.values()];
}

function openingOf(group: readonly Reach[], around: ExposureContext): Exposure[] {
  const rules = group.map(({ path }) => path);
  if (group.some(({ everyone }) => everyone)) return [{ kind: "no-peers", rules }];
  const open = group.flatMap((rule) => rule.pods).filter(admitsUnknownPods);
  if (open.length > 0) return [{ kind: "every-pod", rules, peers: open.map(({ path }) => path) }];
  return addressOpening(group, rules, around);
}

/**
 * Inwards, the internet itself is everyone. Outwards it is a destination that applications need: it becomes everyone
 * where it takes in private hosts as well, or leaves the ports open. Private ranges on their own are for other
 * policies, except for a whole one that is, or may be, the cluster's own: it holds all of its pods.
 */
function addressOpening(
  group: readonly Reach[],
  rules: readonly string[],
  around: ExposureContext,
): Exposure[] {
  const blocks = group.flatMap((rule) => rule.blocks);
  if (blocks.length === 0) return [];
  const set = unionOf(blocks);
  if (!isInternet(set)) {
    const inside = rangesContained(set, wholeRanges(around.clusterRanges));
    return inside.length === 0 ? [] : [{ kind: "cluster", rules, blocks, inside }];
  }
  if (around.direction === "ingress") return [{ kind: "internet", rules, blocks }];
  const ranges = insideRanges(around.clusterRanges);
  const wide = unionOf(blocks.filter((block) => isPublic(block.set)));
  const inside = [...new Set([...rangesOverlapping(wide, ranges), ...rangesContained(set, ranges)])];
  if (inside.length > 0) return [{ kind: "internet-and-inside", rules, blocks, inside }];
  return areMost(commonPorts(group)) ? [{ kind: "internet-every-port", rules, blocks }] : [];
}

const unionOf = (blocks: readonly AdmittedBlock[]) =>
  blocks.reduce((set, block) => set.union(block.set), AddressSet.empty);
