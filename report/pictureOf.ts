// Tests: test/report/picture.test.ts
import type { ELK } from "elkjs";
import { AddressSet, PortSet } from "../net";
import { type Line, linesOf, type Party, portsText } from "../reachability/answer/formats";
import type { UnitRelation } from "../reachability/compute";
import { type Box, boxOfEnd, boxOfOutside } from "./boxes";
import type { ChangedLine } from "./change";
import { inGrid } from "./grid";
import { layered } from "./layered";
import type { Link, Picture } from "./picture";

/** A declared flow behind a line. */
export interface DeclaredBehind {
  readonly because: string;
  readonly ports: PortSet;
  /** What the line's end outside is called and which addresses it is; absent where both ends are pods. */
  readonly outside?: { readonly name: string; readonly kind: string; readonly addresses: AddressSet };
}

/** What is declared of a cluster. */
export interface DeclaredOnMap {
  /** The flows behind a line, whole or in part. */
  readonly behind: (line: Line) => readonly DeclaredBehind[];
  /** Whether somebody declares the flows of this end. */
  readonly concerns: (party: Party) => boolean;
}

/** Beyond this many lines a layered drawing takes seconds, and nobody could follow them: boxes in a grid, lines when chosen. */
const MOST_LAYERED = 300;

/**
 * The map of a relation. `elk` lays it out where it isn't too large to be followed by lines; without it, boxes are in a grid.
 * Lines that a change closed are in it too.
 */
export async function pictureOf(
  relation: UnitRelation,
  elk: ELK | undefined,
  {
    declared,
    changes = [],
  }: { readonly declared?: DeclaredOnMap; readonly changes?: readonly ChangedLine[] } = {},
): Promise<Picture> {
  const boxes = new Map<string, Box>();
  for (const { ends, addresses } of relation.units)
    if (addresses === undefined) for (const end of ends) boxes.set(end.id, boxOfEnd(end));
  const links = [...linesOf(relation)].flatMap((line) => linksOf(line, boxes, declared));
  return laidOut(elk, boxes, withChanges(links, boxes, changes, declared));
}

/** The map of a change alone: the lines that it gains, loses and alters, with their ends and labels. */
export async function pictureOfChange(
  changes: readonly ChangedLine[],
  elk: ELK | undefined,
  declared?: DeclaredOnMap,
): Promise<Picture> {
  const boxes = new Map<string, Box>();
  const links = withChanges([], boxes, changes, declared);
  return laidOut(elk, boxes, links, (link) => (link.change === undefined ? "" : labelOfChange(link.change)));
}

/** `+ TCP 80, − TCP 443` */
export const labelOfChange = ({ gained, lost }: Pick<ChangedLine, "gained" | "lost">): string =>
  [...(gained === "" ? [] : [`+ ${gained}`]), ...(lost === "" ? [] : [`− ${lost}`])].join(", ");

function laidOut(
  elk: ELK | undefined,
  boxes: ReadonlyMap<string, Box>,
  links: readonly Link[],
  labelOf?: (link: Link) => string,
): Promise<Picture> {
  const all = [...boxes.values()];
  const drawn = links.filter(({ free }) => !free).length;
  return elk !== undefined && drawn <= MOST_LAYERED
    ? layered(elk, all, links, labelOf)
    : Promise.resolve(inGrid(all, links));
}

/** The lines that one connection is on the map: an end outside is split into what is declared of its addresses. */
function linksOf(line: Line, boxes: Map<string, Box>, declared: DeclaredOnMap | undefined): Link[] {
  const { from, to } = line;
  const behind = declared?.behind(line) ?? [];
  const isJudged = declared !== undefined && (declared.concerns(from) || declared.concerns(to));
  const outside = from.kind === "outside" ? from : to.kind === "outside" ? to : undefined;
  const parts = outside === undefined ? [{ id: "", behind }] : partsOf(outside.addresses, behind, boxes);
  return parts.flatMap(({ id, behind: own }) => {
    const ends = { from: from.kind === "end" ? from.end.id : id, to: to.kind === "end" ? to.end.id : id };
    const ports = own.reduce((sum, one) => sum.union(one.ports), PortSet.empty);
    const states = [
      ["open", line.allowed],
      ["unknown", line.unknown],
    ] as const;
    return states.flatMap(([state, open]): Link[] => {
      const [first] = open.ranges();
      if (first === undefined) return [];
      return [
        {
          ...ends,
          ports: portsText(open),
          first: { protocol: first.protocol, port: first.from },
          state,
          ...(isJudged ? { declared: open.subtract(ports).isEmpty() } : {}),
          because: [...new Set(own.map(({ because }) => because))],
          free: open.isAll(),
        },
      ];
    });
  });
}

/** The boxes of addresses outside, each with the flows behind it: the narrowest declared end that an address is of, or nobody's. */
function partsOf(
  addresses: AddressSet,
  behind: readonly DeclaredBehind[],
  boxes: Map<string, Box>,
): { readonly id: string; readonly behind: readonly DeclaredBehind[] }[] {
  const named = new Map<string, DeclaredBehind[]>();
  for (const one of behind)
    if (one.outside) named.set(one.outside.name, [...(named.get(one.outside.name) ?? []), one]);
  const sized = [...named]
    .map(([name, flows]) => ({
      name,
      flows,
      kind: flows[0]?.outside?.kind ?? "cidr",
      whole: flows.reduce(
        (sum, { outside }) => sum.union(outside?.addresses ?? AddressSet.empty),
        AddressSet.empty,
      ),
    }))
    .sort((a, b) => (a.whole.size() < b.whole.size() ? -1 : 1));
  const parts: { id: string; behind: readonly DeclaredBehind[] }[] = [];
  let rest = addresses;
  for (const { name, flows, kind, whole } of sized) {
    if (!rest.overlaps(whole)) continue;
    parts.push({ id: placed(boxes, boxOfOutside(rest.intersect(whole), { name, kind })), behind: flows });
    rest = rest.subtract(whole);
  }
  if (!rest.isEmpty()) parts.push({ id: placed(boxes, boxOfOutside(rest)), behind: [] });
  return parts;
}

/** A change's lines beside the others: what it does to a line that is there, and the lines that it closed. */
function withChanges(
  links: readonly Link[],
  boxes: Map<string, Box>,
  changes: readonly ChangedLine[],
  declared?: DeclaredOnMap,
): Link[] {
  const marks = new Map<string, Link>();
  for (const change of changes)
    for (const link of changedLinks(change, boxes, declared)) marks.set(keyOf(link), link);
  const marked = new Set<string>();
  const all = links.map((link): Link => {
    const mark = marks.get(keyOf(link));
    if (mark?.change === undefined || mark.state === "gone") return link;
    marked.add(keyOf(link));
    return { ...link, free: false, change: mark.change };
  });
  return [...all, ...[...marks].flatMap(([key, link]) => (marked.has(key) ? [] : [link]))];
}

/** What a change does between two ends, as lines of its own. */
function changedLinks(
  { from, to, kind, gained, lost, because, first }: ChangedLine,
  boxes: Map<string, Box>,
  declared: DeclaredOnMap | undefined,
): Link[] {
  const behind = declared?.behind({ from, to, allowed: PortSet.all, unknown: PortSet.empty }) ?? [];
  const idsOf = (party: Party): readonly string[] =>
    party.kind === "end"
      ? [placed(boxes, boxOfEnd(party.end))]
      : partsOf(party.addresses, behind, boxes).map(({ id }) => id);
  return idsOf(from).flatMap((source) =>
    idsOf(to).map((target) => ({
      from: source,
      to: target,
      ports: kind === "lost" ? lost : gained,
      first,
      state: kind === "lost" ? "gone" : gained.startsWith("perhaps") ? "unknown" : "open",
      because: [],
      free: false,
      change: { kind, gained, lost, because },
    })),
  );
}

const keyOf = ({ from, to }: Pick<Link, "from" | "to">): string => `${from}\n${to}`;

/** Puts a box among the others, unless it is there. */
function placed(boxes: Map<string, Box>, box: Box): string {
  if (!boxes.has(box.id)) boxes.set(box.id, box);
  return box.id;
}
