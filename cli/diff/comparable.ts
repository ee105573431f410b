// Tests: test/cli/reach/diffSides.test.ts
import { restrict } from "../../reachability/answer";
import type { ReportedEnd, UnitRelation } from "../../reachability/compute";
import { isRepresentativeName, standingFor } from "../../reachability/read";
import type { Loaded } from "../manifests/load";
import { loadedOf, representativesOf, type DiffSides } from "./alike";
import type { DiffSide } from "./sides";

type Two<T> = readonly [T, T];

/** What of two sides can be compared. */
export interface Comparable {
  readonly relations: Two<UnitRelation>;
  readonly loaded: Two<readonly Loaded[]>;
  readonly warnings: readonly string[];
  /** What was left out and may hold a difference, for people. */
  readonly notCompared: readonly string[];
}

/**
 * Leaves out of each relation what the other side says nothing of: peers that only policies name and a saved answer doesn't
 * hold; beside a running cluster, namespaces and nodes that manifests don't speak of.
 */
export function comparable(sides: DiffSides, relations: Two<UnitRelation>): Comparable {
  const [old, young] = [withoutUnheld(relations[0], sides[1]), withoutUnheld(relations[1], sides[0])];
  const unheld = [...old.left, ...young.left];
  const live = ofLiveAlone(sides, [old.relation, young.relation]);
  return {
    ...live,
    notCompared:
      unheld.length === 0
        ? []
        : [
            `a saved answer doesn't hold peers that policies of the other side name, so connections with them aren't compared: ${unheld.join(", ")}`,
          ],
  };
}

function withoutUnheld(
  relation: UnitRelation,
  other: DiffSide,
): { readonly relation: UnitRelation; readonly left: readonly string[] } {
  if (other.kind !== "saved" || !other.isOfWorkloads) return { relation, left: [] };
  const held = representativesOf(other.relation);
  const ids = new Set(held.map(({ id }) => id));
  const find = standingFor(held);
  const left = representativesOf(relation).filter((end) => !ids.has(end.id) && find(end) === undefined);
  return { relation: without(relation, new Set(left)), left: left.map(({ id }) => id) };
}

const without = (relation: UnitRelation, left: ReadonlySet<ReportedEnd>): UnitRelation => {
  if (left.size === 0) return relation;
  const stays = (end: ReportedEnd) => !left.has(end);
  return restrict(relation, { from: stays, to: stays });
};

/** A running cluster beside manifests: only the namespaces that these hold, and nodes only where they hold some. */
function ofLiveAlone(sides: DiffSides, relations: Two<UnitRelation>): Omit<Comparable, "notCompared"> {
  const loaded = [loadedOf(sides[0]), loadedOf(sides[1])] as const;
  const isLive = sides.map((side) => side.kind === "worlds" && side.isLive);
  if (isLive[0] === isLive[1]) return { relations, loaded, warnings: [] };
  const [live, other] = isLive[0] === true ? ([0, 1] as const) : ([1, 0] as const);
  const spoken = namespacesOf(sides[other], relations[other]);
  const hasNodes = endsOf(relations[other]).some(({ kind }) => kind === "Node");
  const isForeign = ({ kind, namespace, name }: ReportedEnd) =>
    kind === "Node" ? !hasNodes : kind !== "IPBlock" && !isRepresentativeName(name) && !spoken.has(namespace);
  const foreign = endsOf(relations[live]).filter(isForeign);
  const kept = without(relations[live], new Set(foreign));
  const own = loaded[live].map((one) => ({
    ...one,
    world: {
      ...one.world,
      uncomputed: one.world.uncomputed.filter(({ namespace }) => namespace === "" || spoken.has(namespace)),
    },
  }));
  const names = [
    ...new Set(foreign.flatMap(({ namespace }) => (namespace === "" ? [] : [namespace]))),
  ].sort();
  return {
    relations: live === 0 ? [kept, relations[1]] : [relations[0], kept],
    loaded: live === 0 ? [own, loaded[1]] : [loaded[0], own],
    warnings:
      names.length === 0
        ? []
        : [`namespaces that only the cluster holds aren't compared (${names.length}: ${names.join(", ")})`],
  };
}

const endsOf = ({ units }: UnitRelation): readonly ReportedEnd[] => units.flatMap(({ ends }) => ends);

/** The namespaces that a side has a workload or policy in. */
function namespacesOf(side: DiffSide, relation: UnitRelation): ReadonlySet<string> {
  const ends = endsOf(relation).filter(({ name }) => !isRepresentativeName(name));
  const policies = loadedOf(side).flatMap(({ world }) => [
    ...world.policies,
    ...world.cilium,
    ...world.uncomputed.filter(({ because }) => because !== "made"),
  ]);
  return new Set([...ends, ...policies].map(({ namespace }) => namespace).filter((name) => name !== ""));
}
