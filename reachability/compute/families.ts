import type { AddressSet, Family } from "../../net";
import type { GuardedEnd, PodShape, World } from "../read";
import type { Match } from "../../kubernetes";
import type { Vocabulary } from "./vocabulary";

/**
 * One run of the computation: about packets of one family, or of both at once where nothing tells them apart. A packet has one
 * family, so a connection needs a run in which both sides let it through.
 */
export type Pass = Family | "any";

const FAMILIES: readonly Family[] = [4, 6];

/** Whether an end has an address of each family. */
export type Families = Readonly<Record<Family, Match>>;

export const BOTH: Families = { 4: "yes", 6: "yes" };
const V4: Families = { 4: "yes", 6: "no" };
const V6: Families = { 4: "no", 6: "yes" };

const V4_PERHAPS_BOTH: Families = { 4: "yes", 6: "maybe" };

/** Addresses of exactly these families. */
export const exactlyFamilies = (families: readonly Family[]): Families =>
  families.length === 1 ? (families[0] === 4 ? V4 : V6) : BOTH;

/** The families of a pod or node: of its addresses, or of all pods', or both where nothing is known. */
export function podFamilies({ addresses }: PodShape, world: World): Families {
  return exactlyFamilies(addresses?.families() ?? world.podFamilies);
}

/** The families of addresses outside. */
export const outsideFamilies = (addresses: AddressSet): Families => exactlyFamilies(addresses.families());

/** A database has one address of its subnets, of IPv4 where these have both families, and perhaps one of IPv6 too. */
export function guardedFamilies({ addresses }: GuardedEnd): Families {
  const families = addresses?.families() ?? [];
  return families.length > 1 ? V4_PERHAPS_BOTH : exactlyFamilies(families);
}

/** The runs that a world needs: one where all ends have one family, or where no block tells the families apart. */
export function passesOf(world: World, vocabulary: Vocabulary): readonly Pass[] {
  const found = new Set<Families>();
  for (const { variants } of world.workloads)
    for (const shape of variants) found.add(podFamilies(shape, world));
  for (const end of world.groups?.guarded ?? [])
    if (end.addresses !== undefined) found.add(guardedFamilies(end));
  const [only = BOTH, ...others] = found;
  if (others.length > 0) return FAMILIES;
  if (only === V4) return [4];
  if (only === V6) return [6];
  const blocks = new Set([...vocabulary.blocks.keys()].map((block) => vocabulary.familyOf(block)));
  if (only !== BOTH) return FAMILIES;
  // What allow rules for one family's blocks open is open; a denial of them leaves the other family as it was, and so does an exception
  // in the VPC CNI's table, which holds a rule for everybody as a block of each family.
  const denies = world.tiers.length > 0 || world.cni === "aws-vpc-cni";
  return blocks.size === 0 || (blocks.size === 1 && !denies) ? ["any"] : FAMILIES;
}

/** The parts of addresses outside that a run tells apart. */
export function splitFor<T extends { readonly part: AddressSet }>(
  passes: readonly Pass[],
  parts: readonly T[],
): readonly T[] {
  if (passes.includes("any")) return parts;
  return parts.flatMap((one) =>
    one.part.families().map((family) => ({ ...one, part: one.part.ofFamily(family) })),
  );
}

/** Whether an end has an address for a run. */
export const inPass = (families: Families, pass: Pass): Match => (pass === "any" ? "yes" : families[pass]);

/** The addresses of a set that packets of a run may have. */
export const addressesIn = (addresses: AddressSet, pass: Pass): AddressSet =>
  pass === "any" ? addresses : addresses.ofFamily(pass);

/** A short text that tells families apart. */
export const familiesKey = (families: Families): string =>
  families === BOTH ? "" : families === V4 ? "4" : families === V6 ? "6" : "46?";
