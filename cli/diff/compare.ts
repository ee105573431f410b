// Tests: test/cli/reach/diffSides.test.ts
import { type Diff, diff } from "../../reachability/answer/diff";
import type { UnitRelation } from "../../reachability/compute";
import { partlyComputed, uncomputedText } from "../../reachability/read";
import type { Loaded } from "../manifests/load";
import { relationOf } from "../reach";
import { alike, loadedOf, type DiffSides, unmatched } from "./alike";
import { comparable } from "./comparable";
import type { DiffSide } from "./sides";

/** Two sides compared: what `palisade diff` prints, and what the report draws. */
export interface Compared {
  readonly result: Diff;
  readonly warnings: readonly string[];
  /** What may differ though nothing of it is computed, for people. */
  readonly notCompared: readonly string[];
  /** The worlds that were compared, before and after; a saved answer has none. */
  readonly loaded: readonly [before: readonly Loaded[], after: readonly Loaded[]];
}

/** Compares two sides. `isBare`: without ends that no manifest holds. */
export function compare(read: DiffSides, isBare: boolean): Compared {
  const sides = alike(read, isBare);
  const isNamed = namesClusters(sides);
  const [old, young] = [analyzed(sides[0], isNamed), analyzed(sides[1], isNamed)];
  const compared = comparable(sides, [old.whole, young.whole]);
  return {
    result: diff(...compared.relations),
    warnings: [...new Set([...old.warnings, ...young.warnings, ...unmatched(sides), ...compared.warnings])],
    notCompared: [...differencesOf(compared.loaded[0], compared.loaded[1]), ...compared.notCompared],
    loaded: compared.loaded,
  };
}

const analyzed = (
  side: DiffSide,
  isNamed: boolean,
): { readonly whole: UnitRelation; readonly warnings: readonly string[] } =>
  side.kind === "saved"
    ? { whole: side.relation, warnings: [] }
    : relationOf(side.loaded, undefined, isNamed);

/** Whether a side has several clusters, so that the other's only one is called by its name, too. */
function namesClusters(sides: DiffSides): boolean {
  const clusters = sides.flatMap(loadedOf).flatMap(({ cluster }) => cluster ?? []);
  return sides.some((side) =>
    side.kind === "worlds"
      ? side.loaded.length > 1
      : side.relation.units.some(({ ends }) =>
          ends.some(({ namespace }) => clusters.some((cluster) => namespace.startsWith(`${cluster}:`))),
        ),
  );
}

/** What one side has and the other hasn't of what isn't computed, or couldn't be read: what it changes isn't known. */
function differencesOf(before: readonly Loaded[], after: readonly Loaded[]): readonly string[] {
  const policies = (loaded: readonly Loaded[]) =>
    new Map(
      loaded.flatMap(({ cluster = "", world }) =>
        [...world.uncomputed, ...partlyComputed(world)].map((policy) => {
          const text = uncomputedText(policy);
          // Of a NetworkPolicy that is refused, and of policies that can't be listed, the content is no text to compare.
          const isUnread = policy.kind === "NetworkPolicy" || policy.because === "unseen";
          const content = isUnread ? "" : policy.content;
          return [`${cluster} ${text} ${content}`, text] as const;
        }),
      ),
    );
  const [old, young] = [policies(before), policies(after)];
  const changed = [
    ...[...old].filter(([key]) => !young.has(key)),
    ...[...young].filter(([key]) => !old.has(key)),
  ].map(([, text]) => text);
  const hidden = (loaded: readonly Loaded[]) =>
    loaded.flatMap(({ skipped = [] }) => skipped.filter(({ harmless }) => harmless !== true)).length;
  const names = [...new Set(changed)].join(", ");
  return [
    ...(changed.length === 0
      ? []
      : [`policies that aren't computed differ, and so may what they open or close: ${names}`]),
    ...(hidden(after) > hidden(before)
      ? ["more of the later side couldn't be read than of the earlier, so it may open more than is shown"]
      : []),
  ];
}
