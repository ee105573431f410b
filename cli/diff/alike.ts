// Tests: test/cli/reach/diffSides.test.ts
import type { Family } from "../../net";
import { restrict } from "../../reachability/answer";
import type { ReportedEnd, UnitRelation } from "../../reachability/compute";
import {
  familiesAlike,
  isRepresentativeName,
  namedPeersAlike,
  representedAlike,
  Warnings,
} from "../../reachability/read";
import type { Loaded } from "../manifests/load";
import type { DiffSide } from "./sides";

export type DiffSides = readonly [DiffSide, DiffSide];

/**
 * Both sides with the same ends that no manifest holds, and the same address families where one doesn't tell, cluster by
 * cluster: so that each end is compared with itself. `isBare`: without ends that no manifest holds.
 */
export function alike(given: DiffSides, isBare: boolean): DiffSides {
  const sides = sameFamilies(given);
  const saved = sides.filter((side) => side.kind === "saved");
  const represented = saved.flatMap(({ relation }) => representativesOf(relation));
  const isOfWorkloads = saved.every((side) => side.isOfWorkloads);
  const [old, young] = [loadedOf(sides[0]), loadedOf(sides[1])];
  const joint = new Map<Loaded, Loaded>();
  for (const same of clustersOf(old, young)) {
    const prefix = old.length + young.length > same.length ? `${same[0]?.cluster ?? ""}:` : "";
    const there = represented
      .filter(({ namespace }) => namespace.startsWith(prefix))
      .map(({ namespace, name }) => ({ namespace: namespace.slice(prefix.length), name }));
    const warnings = new Warnings();
    const bare = familiesAlike(same.map(({ world }) => world));
    const whole = bare.some(({ workloads }) => workloads.some(({ representative }) => representative));
    const worlds =
      whole || !isOfWorkloads
        ? representedAlike(bare, there, warnings)
        : isBare
          ? bare
          : namedPeersAlike(bare, there, warnings);
    for (const [i, one] of same.entries()) {
      const more = [...one.warnings, ...warnings.texts()];
      joint.set(one, { ...one, world: worlds[i] ?? one.world, warnings: more });
    }
  }
  const replaced = (side: DiffSide): DiffSide =>
    side.kind === "saved" ? side : { ...side, loaded: side.loaded.map((one) => joint.get(one) ?? one) };
  return [replaced(sides[0]), replaced(sides[1])];
}

/**
 * A saved answer whose input didn't tell the families of pods' addresses, and another side that tells one: the addresses of the
 * other family are no ends of what is compared. Where the saved answer tells them, worlds that don't have its.
 */
function sameFamilies([old, young]: DiffSides): DiffSides {
  // Worlds' are compared cluster by cluster.
  if (old.kind === "worlds" && young.kind === "worlds") return [old, young];
  return [withFamilies(old, familiesOf(young)), withFamilies(young, familiesOf(old))];
}

/** The families that a side tells. */
const familiesOf = (side: DiffSide): readonly Family[] =>
  side.kind === "saved" ? side.families : [...new Set(side.loaded.flatMap(({ world }) => world.podFamilies))];

function withFamilies(side: DiffSide, told: readonly Family[]): DiffSide {
  if (told.length === 0 || familiesOf(side).length > 0) return side;
  if (side.kind === "saved") return { ...side, relation: ofFamilies(side.relation, told), families: told };
  const loaded = side.loaded.map((one) => ({ ...one, world: { ...one.world, podFamilies: told } }));
  return { ...side, loaded };
}

function ofFamilies(relation: UnitRelation, families: readonly Family[]): UnitRelation {
  const isOf = ({ kind, id }: ReportedEnd) =>
    kind !== "IPBlock" || families.includes(id.includes(":") ? 6 : 4);
  return restrict(relation, { from: isOf, to: isOf });
}

/** The worlds of a side. */
export const loadedOf = (side: DiffSide): readonly Loaded[] => (side.kind === "worlds" ? side.loaded : []);

/** The ends of a relation that no manifest holds. */
export const representativesOf = ({ units }: UnitRelation): readonly ReportedEnd[] =>
  units.flatMap(({ ends }) => ends).filter(({ name }) => isRepresentativeName(name));

/** The worlds of each cluster; where each side has but one, these are the same, whatever they are called. */
function clustersOf(old: readonly Loaded[], young: readonly Loaded[]): readonly (readonly Loaded[])[] {
  const all = [...old, ...young];
  if (old.length < 2 && young.length < 2) return [all];
  const names = new Set(all.map(({ cluster }) => cluster));
  return [...names].map((name) => all.filter(({ cluster }) => cluster === name));
}

/** Saved answers don't hold the selectors that say what each other's representatives were among. */
export function unmatched([old, young]: DiffSides): readonly string[] {
  if (old.kind !== "saved" || young.kind !== "saved") return [];
  if (old.isOfWorkloads && young.isOfWorkloads) return [];
  const ids = [old, young].map(({ relation }) =>
    representativesOf(relation)
      .map(({ id }) => id)
      .sort(),
  );
  if (ids[0]?.join("\n") === ids[1]?.join("\n")) return [];
  return [
    "both sides are saved answers that represent different pods, so what is gained or lost may be incomplete: give the manifests of one side",
  ];
}
