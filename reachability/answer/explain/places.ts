import type { Analysis, ReportedEnd } from "../../compute";
import { guardsOf, type GuardView } from "../evidence";
import { type Direction, isNamespaceName } from "../../../kubernetes";
import type { NetworkPolicy } from "../../read";
import { endIdOf, noLabels, workloadOf } from "./naming";
import { exactSelector, type SelectorObject, writable } from "./selectors";

/** Where a rule for an end may go, and the end's classes that it then holds for. */
export type RulePlace =
  | {
      readonly kind: "rule" | "wideRule";
      readonly policy: { readonly namespace: string; readonly name: string };
      readonly covers: readonly number[];
      readonly also: readonly string[];
    }
  | {
      readonly kind: "policy";
      readonly selector: SelectorObject;
      readonly covers: readonly number[];
      readonly also: readonly string[];
    }
  | { readonly kind: "none"; readonly reason: string };

/** A policy of the whole namespace would open pods to come too: a policy of its own goes before a rule there. */
const ORDER = { rule: 0, policy: 1, wideRule: 2, none: 3 };

/** The place that holds for most of an end's pods; of these a policy that is there, and the simplest selector. */
export function bestPlace(
  analysis: Analysis,
  side: Direction,
  own: ReportedEnd,
  closed: ReadonlySet<number>,
): RulePlace {
  const places = guardsOf(analysis, "policies", side).flatMap(
    ({ policy, pods, selected, direction }): RulePlace[] => {
      if (pods === undefined || direction.isolates !== "yes") return [];
      const covers = [...closed].filter((number) => selected.lower.has(number));
      const selecting = policy ?? { namespace: own.namespace, name: undefined, podSelector: pods };
      return covers.length === 0 ? [] : placesIn(analysis, selecting, selected, own, covers);
    },
  );
  const rank = (place: RulePlace): readonly number[] => [
    place.kind === "none" ? 0 : -place.covers.length,
    ORDER[place.kind],
    place.kind === "policy" ? JSON.stringify(place.selector).length : 0,
  ];
  const [best] = places
    .map((place) => ({ place, rank: rank(place) }))
    .sort((a, b) => a.rank.map((one, i) => one - (b.rank[i] ?? 0)).find((one) => one !== 0) ?? 0);
  return best?.place ?? { kind: "none", reason: `it isn't known which policies isolate ${own.id}` };
}

/** What isolates pods: a NetworkPolicy, to which a rule may be added, or a policy of another kind, beside which a NetworkPolicy may stand. */
type Selecting = Pick<NetworkPolicy, "namespace" | "podSelector"> & { readonly name: string | undefined };

function placesIn(
  analysis: Analysis,
  { namespace, name, podSelector }: Selecting,
  selected: GuardView["selected"],
  own: ReportedEnd,
  covers: readonly number[],
): RulePlace[] {
  const others = analysis.ends.filter(
    (end) => end.id !== own.id && end.classes.some((number) => selected.upper.has(number)),
  );
  const pods = workloadOf(analysis, own)?.variants ?? [];
  const found =
    writable(podSelector) && isNamespaceName(namespace) && namespace === own.namespace
      ? exactSelector(analysis.world, namespace, pods, podSelector.requirements)
      : undefined;
  const also = (found?.also ?? []).map((workload) => endIdOf(analysis, workload));
  const places: RulePlace[] = [];
  if (name !== undefined && others.every(({ id }) => also.includes(id))) {
    const kind = podSelector.requirements.length > 0 ? "rule" : "wideRule";
    places.push({ kind, policy: { namespace, name }, covers, also: others.map(({ id }) => id) });
  }
  if (found !== undefined) places.push({ kind: "policy", selector: found.selector, covers, also });
  return places.length > 0 ? places : [{ kind: "none", reason: noLabels(own) }];
}
