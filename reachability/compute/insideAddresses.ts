import { type Address, AddressSet, cidrAround, PortSet, width } from "../../net";
import type { Service, World } from "../read";
import type { AddressAtom, Vocabulary } from "./vocabulary";

/** Addresses that no policy tells apart, and what is there. */
export interface LocatedPart extends AddressAtom {
  /** `hidden`: only what is an end of its own, or leads to some; `kept`: Services' addresses that may lead elsewhere. */
  readonly holds: "outside" | "hidden" | "kept";
  /** The ports of the Services there; of `kept` only. */
  readonly ports?: PortSet;
}

/** More addresses than this are left in the range that holds them: cut out, they would make it unreadable. */
const MOST_CUT = 32;

/**
 * The parts of all addresses, with what is no outside cut out where a block tells a part apart: a node is an end, and a
 * Service's address leads to pods. Elsewhere a part stands for the addresses of it that nothing here has.
 * @param isKnown whether all that is behind a Service is among the ends.
 */
export function locateInside(
  world: World,
  vocabulary: Vocabulary,
  isKnown: (service: Service) => boolean,
): readonly LocatedPart[] {
  const { parts } = vocabulary;
  const found = new Map<AddressAtom, Inside>();
  const note = (addresses: AddressSet, kind: keyof Inside, service?: Service) => {
    for (const address of eachAddress(addresses)) {
      const part = vocabulary.partAt(address);
      if (part === undefined || part.members.length === 0) continue;
      const inside = found.get(part) ?? { node: [], cluster: [], outer: [] };
      inside[kind].push({ addresses: AddressSet.of(cidrAround(address, width(address.family))), service });
      found.set(part, inside);
    }
  };
  for (const { kind, variants } of world.workloads)
    if (kind === "Node") for (const { addresses } of variants) note(addresses ?? AddressSet.empty, "node");
  for (const service of world.services) {
    note(service.clusterIPs, "cluster", service);
    note(service.outerIPs, "outer", service);
  }
  if (found.size === 0) return parts.map((part) => ({ ...part, holds: "outside" }));
  return parts.flatMap((part) => {
    const inside = found.get(part);
    return inside === undefined ? [{ ...part, holds: "outside" as const }] : cut(part, inside, isKnown);
  });
}

/** The addresses of a set that holds few. */
export function* eachAddress(set: AddressSet): Generator<Address> {
  for (const { family, first, last } of set.toRanges())
    for (let value = first; value <= last; value++) yield { family, value };
}

/** The addresses of nodes, and the cluster IPs that lead to ends: no addresses outside. */
export function insideOf({ workloads, services }: World, isKnown: (service: Service) => boolean): AddressSet {
  const nodes = workloads.flatMap(({ kind, variants }) =>
    kind === "Node" ? variants.flatMap(({ addresses }) => addresses?.toCidrs() ?? []) : [],
  );
  const known = services.flatMap((service) =>
    !service.clusterIPs.isEmpty() && isKnown(service) ? service.clusterIPs.toCidrs() : [],
  );
  return AddressSet.of(...nodes, ...known);
}

interface Held {
  readonly addresses: AddressSet;
  readonly service: Service | undefined;
}

type Inside = Record<"node" | "cluster" | "outer", Held[]>;

function cut(
  { part, members }: AddressAtom,
  { node, cluster, outer }: Inside,
  isKnown: (service: Service) => boolean,
): LocatedPart[] {
  const whole: LocatedPart = { part, members, holds: "outside" };
  const all = union([...node, ...cluster, ...outer]);
  const rest = part.subtract(all);
  if (!rest.isEmpty() && node.length + cluster.length + outer.length > MOST_CUT) return [whole];
  const nodes = union(node);
  const doubtful = cluster.filter(({ service }) => service === undefined || !isKnown(service));
  const doubt = union(doubtful).subtract(nodes);
  const external = union(outer).subtract(nodes).subtract(doubt);
  const hidden = all.subtract(doubt).subtract(external);
  const kept = (addresses: AddressSet, held: readonly Held[]): LocatedPart => {
    const ports = PortSet.of(
      held.flatMap(({ service }) =>
        (service?.ports ?? []).map(({ protocol, port }) => ({ protocol, from: port, to: port })),
      ),
    );
    return { part: addresses, members, holds: "kept", ports: ports.isEmpty() ? PortSet.all : ports };
  };
  const made: LocatedPart[] = [
    { ...whole, part: rest },
    { ...whole, part: hidden, holds: "hidden" },
    kept(doubt, doubtful),
    kept(external, outer),
  ];
  return made.filter(({ part: own }) => !own.isEmpty());
}

const union = (held: readonly Held[]): AddressSet =>
  held.reduce((sum, { addresses }) => sum.union(addresses), AddressSet.empty);
