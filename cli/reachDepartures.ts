// Tests: test/cli/reach/departures.test.ts
import { joinClusters } from "../reachability/answer";
import {
  type Departure,
  departuresJson,
  departuresOf,
  departureText,
  isEmpty,
} from "../reachability/answer/departures";
import type { Analysis, UnitRelation } from "../reachability/compute";
import { DEPARTING } from "../reachability/read";
import type { Loaded } from "./manifests/load";

/** What CNIs would answer otherwise than the policies' words say, for people and as JSON. */
export interface DepartureNotes {
  readonly notes: readonly string[];
  readonly json: () => string;
}

/**
 * What CNIs would answer otherwise of what is asked about; undefined where nothing is.
 * @param asked the part of a relation over all ends that is asked about.
 */
export function departureNotes(
  loaded: readonly Loaded[],
  analyses: readonly Analysis[],
  asked: (all: UnitRelation) => UnitRelation,
): DepartureNotes | undefined {
  const found = analyses.map(departuresOf);
  const whole = (cni: Departure["cni"], side: "closes" | "opens"): UnitRelation => {
    const parts = analyses.map(({ units }, i) => ({
      cluster: loaded[i]?.cluster ?? "",
      relation: found[i]?.find((one) => one.cni === cni)?.[side] ?? without(units),
    }));
    const [only, ...others] = parts;
    if (only !== undefined && others.length === 0) return only.relation;
    const joined = joinClusters(parts);
    return { ...joined, upper: joined.lower };
  };
  const departures = DEPARTING.filter((cni) => found.some((own) => own.some((one) => one.cni === cni)))
    .map((cni) => ({ cni, closes: asked(whole(cni, "closes")), opens: asked(whole(cni, "opens")) }))
    .filter(({ closes, opens }) => !isEmpty(closes) || !isEmpty(opens));
  if (departures.length === 0) return undefined;
  return { notes: departures.map(departureText), json: () => departuresJson(departures) };
}

/** The same ends, and no connection. */
function without(relation: UnitRelation): UnitRelation {
  const rows = relation.units.map(() => []);
  return { ...relation, lower: rows, upper: rows };
}
