import type { Direction } from "../kubernetes";
import { append } from "../data";
import { AddressSet, formatCidr, PortSet } from "../net";
import { type Analysis, connection, type ReportedEnd } from "../reachability/compute";
import type { Peer } from "../flows";
import type { RuleGrant } from "./ruleGrant";
import type { OneSidedRule, RuleOrigin } from "./plan";
import { idOf, type ImportedWorkload } from "./workloads";

/** An end of an opening: imported pods, or a peer of the language's. */
export type OpeningEnd = ImportedWorkload | Peer;

/** What is open today between two ends because rules name it: its ports, and the rules that each of them is from. */
export interface ImportedOpening {
  readonly from: OpeningEnd;
  readonly to: OpeningEnd;
  readonly ports: PortSet;
  readonly origins: readonly RuleOrigin[];
}

/** Whether an end is imported pods. */
export const isImported = (end: OpeningEnd): end is ImportedWorkload => "members" in end;

/**
 * What rules open, connection by connection: between imported workloads what both sides let through, for which one side's
 * rule may be enough where nothing closes the other; with anybody else what the workload's own side lets through.
 */
export function openingsOf(
  grants: readonly RuleGrant[],
  analysis: Analysis,
): { readonly openings: readonly ImportedOpening[]; readonly oneSided: readonly OneSidedRule[] } {
  const ends = new Map(analysis.ends.map((end) => [end.id, end]));
  const pairs = new Map<
    string,
    { readonly from: OpeningEnd; readonly to: OpeningEnd; readonly grants: RuleGrant[] }
  >();
  for (const grant of disjointAddresses(grants)) {
    const other: OpeningEnd = grant.peer.kind === "imported" ? grant.peer.workload : grant.peer.peer;
    const [from, to] = grant.direction === "egress" ? [grant.subject, other] : [other, grant.subject];
    const key = `${keyOf(from)} → ${keyOf(to)}`;
    const pair = pairs.get(key) ?? { from, to, grants: [] };
    pair.grants.push(grant);
    pairs.set(key, pair);
  }
  const openings: ImportedOpening[] = [];
  const oneSided: OneSidedRule[] = [];
  for (const { from, to, grants: own } of pairs.values()) {
    const open =
      isImported(from) && isImported(to)
        ? openBetween(from, to, ends, analysis)
        : { lower: PortSet.all, upper: PortSet.all };
    const parts = partition(own);
    for (const { ports, origins } of parts) {
      const both = ports.intersect(open.lower);
      if (!both.isEmpty()) openings.push({ from, to, ports: both, origins });
    }
    if (isImported(from) && isImported(to)) oneSided.push(...closedSides(from, to, own, open.upper));
  }
  return { openings, oneSided };
}

/** Grants of addresses that overlap, cut so that two of one workload have the same addresses or none in common. */
function disjointAddresses(grants: readonly RuleGrant[]): readonly RuleGrant[] {
  const addressesOf = ({ peer }: RuleGrant): AddressSet | undefined =>
    peer.kind === "peer" && peer.peer.kind === "cidr" ? AddressSet.of(...peer.peer.cidrs) : undefined;
  const groups = new Map<string, { readonly grant: RuleGrant; readonly set: AddressSet }[]>();
  for (const grant of grants) {
    const set = addressesOf(grant);
    if (set !== undefined) append(groups, `${grant.direction} ${keyOf(grant.subject)}`, { grant, set });
  }
  const cut = [...groups.values()].flatMap((group) =>
    AddressSet.partition(group.map(({ set }) => set)).flatMap(({ part, members }) =>
      members.flatMap((member): RuleGrant[] => {
        const own = group[member];
        const cidrs = part.toCidrs().map(formatCidr);
        return own === undefined
          ? []
          : [{ ...own.grant, peer: { kind: "peer", peer: { kind: "cidr", cidrs } } }];
      }),
    ),
  );
  return [...grants.filter((grant) => addressesOf(grant) === undefined), ...cut];
}

const keyOf = (end: OpeningEnd): string =>
  isImported(end) ? `${end.namespace}/${end.reference}` : JSON.stringify(end);

/** What is open between all pods of two workloads. */
function openBetween(
  from: ImportedWorkload,
  to: ImportedWorkload,
  ends: ReadonlyMap<string, ReportedEnd>,
  analysis: Analysis,
): { readonly lower: PortSet; readonly upper: PortSet } {
  let [lower, upper] = [PortSet.all, PortSet.empty];
  for (const source of from.members) {
    for (const destination of to.members) {
      const [a, b] = [ends.get(idOf(source)), ends.get(idOf(destination))];
      // A single pod's connections to itself aren't judged.
      if (a === undefined || b === undefined || (a === b && !a.plural)) continue;
      const one = connection(analysis, a, b);
      lower = lower.intersect(one.lower);
      upper = upper.union(one.upper);
    }
  }
  return { lower, upper };
}

/** Ports by the rules that open them. */
function partition(
  grants: readonly RuleGrant[],
): readonly { readonly ports: PortSet; readonly origins: readonly RuleOrigin[] }[] {
  let parts: { ports: PortSet; origins: readonly RuleOrigin[] }[] = [];
  for (const { ports, origin } of grants) {
    const split = parts.flatMap((part) => [
      { ports: part.ports.subtract(ports), origins: part.origins },
      { ports: part.ports.intersect(ports), origins: [...part.origins, origin] },
    ]);
    const known = parts.reduce((sum, part) => sum.union(part.ports), PortSet.empty);
    parts = [...split, { ports: ports.subtract(known), origins: [origin] }].filter(
      (part) => !part.ports.isEmpty(),
    );
  }
  return parts;
}

/** Rules whose other side stays closed. */
function closedSides(
  from: ImportedWorkload,
  to: ImportedWorkload,
  grants: readonly RuleGrant[],
  open: PortSet,
): OneSidedRule[] {
  return (["egress", "ingress"] as const).flatMap((direction: Direction): OneSidedRule[] => {
    const own = grants.filter((grant) => grant.direction === direction);
    const closed = own.reduce((sum, grant) => sum.union(grant.ports), PortSet.empty).subtract(open);
    if (closed.isEmpty()) return [];
    const policies = own
      .filter(({ ports }) => ports.overlaps(closed))
      .map(({ origin: { policy } }) => `${policy.namespace}/${policy.name}`);
    const name = (one: ImportedWorkload) =>
      from.namespace === to.namespace ? one.reference : `${one.namespace}/${one.reference}`;
    return [
      {
        flow: `${name(from)} → ${name(to)}`,
        ports: closed.isAll() ? "every port" : closed.toString(),
        policies: [...new Set(policies)].sort(),
        closed: direction === "egress" ? "ingress" : "egress",
      },
    ];
  });
}
