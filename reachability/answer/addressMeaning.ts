import { type Address, type AddressSet, parseAddress } from "../../net";
import type { Analysis, ReportedEnd, Frontend } from "../compute";
import type { Service, World } from "../read";
import { addressesIn, outsideMeant } from "./endFilter";
import { bridgesAt, workloadId, foundAt, insideAddresses, selectedBy } from "./services";

/** What an address or a CIDR means in a world. */
export type AddressMeaning =
  /** One address, and what has it: nodes and pods, and Services that are found there. */
  | {
      readonly kind: "inside";
      readonly ends: readonly ReportedEnd[];
      readonly services: readonly (readonly [Service, Frontend])[];
      /** The address as one outside, where something may come from there that is no end. */
      readonly outside: readonly ReportedEnd[];
    }
  /** Addresses outside, and those among them that have other answers. */
  | { readonly kind: "outside"; readonly ends: readonly ReportedEnd[]; readonly others: readonly string[] };

/**
 * What a text means that is an address or a CIDR; undefined where it is none. Addresses of nodes and Services are no outside: one
 * alone means what has it, and a block means the others.
 */
export function addressMeant(analysis: Analysis, text: string): AddressMeaning | undefined {
  const asked = addressesIn(text);
  if (asked === undefined) return undefined;
  const { relation, world } = analysis;
  const { outside } = relation.classes;
  const address = singleAddress(text, asked);
  if (address !== undefined) {
    const { services, ends } = foundAt(analysis, address);
    if (services.length + ends.length > 0)
      return { kind: "inside", ends, services, outside: outsideMeant(outside, text) ?? [] };
  }
  const inside = insideAddresses(world).intersect(asked);
  const others = [
    ...world.services
      .filter(({ clusterIPs, outerIPs }) => clusterIPs.overlaps(inside) || outerIPs.overlaps(inside))
      .map(({ namespace, name }) => `svc/${namespace}/${name}`),
    ...new Set([...workloadsAt(world, asked), ...bridgesAt(world, asked)].map(workloadId)),
  ];
  return { kind: "outside", ends: outsideMeant(outside, text, inside) ?? [], others };
}

const workloadsAt = ({ workloads }: World, asked: AddressSet) =>
  workloads.filter(({ variants }) => variants.some(({ addresses }) => addresses?.overlaps(asked) === true));

/** The one address that a text means. */
function singleAddress(text: string, asked: AddressSet): Address | undefined {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const [range, ...others] = asked.toRanges();
  return range !== undefined && others.length === 0 && range.first === range.last
    ? { family: range.family, value: range.first }
    : undefined;
}

/**
 * The ids of the ends that one address means: nodes and pods that have it, and as a target what is behind the Services that are found
 * there; undefined where there are none.
 */
export function endIdsAt(world: World, text: string, as: "source" | "target"): readonly string[] | undefined {
  const asked = addressesIn(text);
  const address = asked && singleAddress(text, asked);
  if (address === undefined || asked === undefined) return undefined;
  const behind = (as === "source" ? [] : world.services)
    .filter(({ clusterIPs, outerIPs }) => clusterIPs.overlaps(asked) || outerIPs.overlaps(asked))
    .flatMap((service) => selectedBy(world, service));
  const having = workloadsAt(world, asked);
  const there = (having.length > 0 ? having : bridgesAt(world, asked)).map(workloadId);
  const ids = [...new Set([...there, ...behind])];
  return ids.length === 0 ? undefined : ids;
}
