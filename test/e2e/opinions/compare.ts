import type { Verdict as Answer } from "../../../reachability/compute/analysis";
import type { Verdict } from "../matrix/cells";
import { cellText, type OpinionCell } from "./cells";
import type { OpinionDeparture } from "./departures";
import type { KnownOpen } from "./knownOpen";
import type { PlacedWorld } from "./placedWorld";
import { podOf, remembered, type View, verdictOf } from "./question";

/** Another implementation, and what the analyzer's answer is held against. */
export interface Measure {
  /** Where it does something else than the API's words say; the twin with all of these predicts every cell of it. */
  readonly departures: readonly OpinionDeparture[];
  /** Which of these the analyzer's answer has too: those of the CNI that it is asked about. */
  readonly shared: readonly OpinionDeparture[];
  /** Where the analyzer is known to answer otherwise still. */
  readonly open: readonly KnownOpen[];
}

/**
 * What became of one cell: both agree and are right; the analyzer may not know; the other departs; the analyzer is wrong in a
 * way that is known; or nothing explains it.
 */
export type Outcome =
  | { readonly kind: "same" }
  /** Of those that are looked for, the departures or open mistakes without which the two would agree. */
  | { readonly kind: "departure" | "open" | "unknown"; readonly names: readonly string[] }
  | { readonly kind: "wrong"; readonly text: string };

/** What each has said about a cell. */
export interface Said {
  readonly ours: Answer;
  readonly theirs: Verdict;
}

/**
 * Judges one cell by what the twin says about it.
 * @param lookedFor names of departures and open mistakes of which it isn't known yet that a cell needs them
 */
export function judge(
  { departures, shared, open }: Measure,
  world: PlacedWorld,
  cell: OpinionCell,
  { ours, theirs }: Said,
  lookedFor: (name: string) => boolean,
): Outcome {
  const views = (all: readonly OpinionDeparture[]) => all.map(({ view }) => view);
  const wrong = (why: string): Outcome => ({
    kind: "wrong",
    text: `${cellText(cell)}: we say ${ours}, it says ${theirs}: ${why}`,
  });
  if (verdictOf(world, cell, views(departures)) !== theirs) return wrong("no departure explains it");
  const right = verdictOf(world, cell, views(shared));
  const departed = () =>
    departures.filter(
      (one) =>
        lookedFor(one.name) &&
        verdictOf(world, cell, views(departures.filter((other) => other !== one))) !== theirs,
    );
  if (ours === "unknown") {
    if (right === "unknown") return { kind: "unknown", names: departed().map(({ name }) => name) };
    return mayBeUnknown(world, cell) ? { kind: "unknown", names: [] } : wrong("all that bears is told");
  }
  if (ours !== right) {
    const answer = (some: readonly KnownOpen[]) => analyzersAnswer(shared, world, cell, some);
    if (ours !== answer(open)) return wrong(`${right} is right`);
    const needed = open.filter(
      (one) => lookedFor(one.name) && answer(open.filter((other) => other !== one)) !== ours,
    );
    return { kind: "open", names: needed.map(({ name }) => name) };
  }
  if (ours === theirs) return { kind: "same" };
  return { kind: "departure", names: departed().map(({ name }) => name) };
}

const viewOn = remembered((world: PlacedWorld, { view }: KnownOpen): View | undefined => view?.(world));

/** The departures that the analyzer knows of. */
const knownViews = remembered((shared: readonly OpinionDeparture[], open: readonly KnownOpen[]) =>
  shared.filter((each) => !open.some(({ unknownYet }) => unknownYet === each)).map(({ view }) => view),
);

/** What the analyzer answers as long as some mistakes are open. */
function analyzersAnswer(
  shared: readonly OpinionDeparture[],
  world: PlacedWorld,
  cell: OpinionCell,
  open: readonly KnownOpen[],
): Answer {
  const own = open.flatMap((each) => viewOn(world, each) ?? []);
  return verdictOf(world, cell, [...own, ...knownViews(shared, open)]);
}

/** Whether something that bears on a cell isn't told: a pod's addresses, or where a pod and a host are. */
function mayBeUnknown({ told, nodesTold }: PlacedWorld, { from, to }: OpinionCell): boolean {
  const ends = [from, to].map((end) => {
    if ("address" in end) return { host: false, placed: true, addressed: true };
    if ("node" in end) return { host: true, placed: true, addressed: true };
    const pod = podOf(told, end);
    const host = pod?.hostNetwork === true;
    const placed = pod?.node !== undefined;
    return { host, placed, addressed: pod?.ips !== undefined || (host && placed && nodesTold) };
  });
  const unplaced = ends.some(({ host }) => host) && ends.some(({ placed }) => !placed);
  return unplaced || ends.some(({ addressed }) => !addressed);
}
