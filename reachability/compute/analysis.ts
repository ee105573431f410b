import type { Bound } from "../../kubernetes";
import { PortSet, type Protocol } from "../../net";
import { type ReportedEnd, endsOf } from "./ends";
import { type ClassRelation, portsBetween, relate } from "./relation";
import { type UnitRelation, unitRelation } from "./units";
import type { World } from "../read";

export type Verdict = "allowed" | "blocked" | "unknown";

/** A world's whole answer. */
export interface Analysis {
  readonly world: World;
  readonly ends: readonly ReportedEnd[];
  readonly relation: ClassRelation;
  readonly units: UnitRelation;
}

/** Answers every question about a world at once. */
export function analyze(world: World): Analysis {
  const relation = relate(world);
  const ends = endsOf(world, relation.classes);
  return { world, ends, relation, units: unitRelation(relation, ends) };
}

/** Ports that are certainly open between two ends (`lower`), and those that may be, which include them (`upper`). */
export interface Connection {
  readonly lower: PortSet;
  readonly upper: PortSet;
}

/**
 * What `from` may open at `to`: between two replicas where they are one workload. A Pod always reaches itself.
 * Between two addresses outside there is nothing to judge, so nothing is certain and everything possible.
 */
export function connection({ relation }: Analysis, from: ReportedEnd, to: ReportedEnd): Connection {
  if (from.kind === "IPBlock" && to.kind === "IPBlock") return { lower: PortSet.empty, upper: PortSet.all };
  if (from === to && !from.plural) return { lower: PortSet.all, upper: PortSet.all };
  const each = (bound: Bound) =>
    from.classes.flatMap((source) =>
      to.classes.map((destination) =>
        relation.table.get(portsBetween(relation, relation[bound][source] ?? [], destination)),
      ),
    );
  return {
    lower: each("lower").reduce((a, b) => a.intersect(b), PortSet.all),
    upper: each("upper").reduce((a, b) => a.union(b), PortSet.empty),
  };
}

/** One question. */
export function ask(
  analysis: Analysis,
  from: ReportedEnd,
  to: ReportedEnd,
  protocol: Protocol,
  port: number,
): Verdict {
  return verdictOf(connection(analysis, from, to), protocol, port);
}

export function verdictOf({ lower, upper }: Connection, protocol: Protocol, port: number): Verdict {
  if (lower.contains(protocol, port)) return "allowed";
  return upper.contains(protocol, port) ? "unknown" : "blocked";
}
