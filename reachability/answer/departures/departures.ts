import { type Analysis, analyze, difference, PortTable, type Terms, type UnitRelation } from "../../compute";
import { type DepartingCni, enforcedAs, mayDepart, namesSctp, traitsOf } from "../../read";
import { diff } from "../diff";

/** What one plugin does otherwise than the API's words say. Both are relations whose `lower` is their `upper`. */
export interface Departure {
  readonly cni: DepartingCni;
  /** Surely open by the words, and not surely there. */
  readonly closes: UnitRelation;
  /** Surely blocked by the words, and open there, or perhaps so. */
  readonly opens: UnitRelation;
}

/**
 * The answers of a world that are firm by the policies' words and would be otherwise under some plugin; each that may do otherwise is
 * computed, so this costs as many analyses. Of SCTP only where a rule names it.
 */
export function departuresOf({ world, units }: Analysis): readonly Departure[] {
  const sctp = !namesSctp(world);
  return mayDepart(world).flatMap((cni): Departure[] => {
    const traits = traitsOf(cni);
    const there = analyze(enforcedAs(world, cni, sctp ? { ...traits, sctp } : traits));
    const found = between(units, there.units);
    return isEmpty(found.closes) && isEmpty(found.opens) ? [] : [{ cni, ...found }];
  });
}

function between(words: UnitRelation, there: UnitRelation): Omit<Departure, "cni"> {
  const { before, after } = diff(words, there);
  const { units, table } = before;
  const without = (rows: readonly Terms[], others: readonly Terms[]): UnitRelation => {
    const own = units.map((_, number) =>
      difference(units.length, table, rows[number] ?? [], others[number] ?? []),
    );
    return { units, table, lower: own, upper: own, inside: before.inside };
  };
  return {
    closes: without(before.lower, after.lower),
    opens: without(after.upper, before.upper),
  };
}

/** Whether a relation of a departure holds nothing. */
export const isEmpty = ({ lower }: UnitRelation): boolean =>
  lower.every((row) => row.every(({ ports, set }) => ports === PortTable.NONE || set.isEmpty()));
