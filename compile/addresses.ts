import type { Fault } from "../flows";
import type { Place, Problem } from "../problems";
import { AddressSet, CidrError, type Family, GLOBAL_UNICAST_V6, NEVER_INTERNET, parseCidr } from "../net";
import type { Cluster } from "./cluster";

/** The blocks that hold every public address, by family. */
const PUBLIC_BASE: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: GLOBAL_UNICAST_V6 };

const EVERY: Readonly<Record<Family, AddressSet>> = { 4: AddressSet.allV4, 6: AddressSet.allV6 };

/** What a cluster's addresses are, as sets. */
export interface ClusterAddresses {
  /** The families of pods' addresses: a rule of another family matches no packet. */
  readonly families: readonly Family[];
  readonly pods: AddressSet;
  readonly services: AddressSet;
  readonly nodes: AddressSet;
  /** Pods, services and nodes together. */
  readonly own: AddressSet;
  /** Public addresses of the cluster's families that are not its own. */
  readonly internet: AddressSet;
  /** The blocks that `internet` is cut out of, one a family. */
  readonly internetBases: readonly string[];
}

/** The sets of a cluster. CIDRs that are none are left out: `checkCluster` reports them. */
export function clusterAddresses(cluster: Cluster): ClusterAddresses {
  const pods = validBlocks(cluster.podCidrs);
  const services = validBlocks(cluster.serviceCidrs);
  const nodes = validBlocks(cluster.nodeCidrs);
  const own = pods.union(services).union(nodes);
  const families = ([4, 6] as const).filter((family) => pods.overlaps(EVERY[family]));
  const internetBases = families.map((family) => PUBLIC_BASE[family]);
  const internet = NEVER_INTERNET.reduce(
    (left, { set }) => left.subtract(set),
    AddressSet.of(...internetBases).subtract(own),
  );
  return { families, pods, services, nodes, own, internet, internetBases };
}

/** The part of a set that packets of these families can have. */
export const ofFamilies = (set: AddressSet, families: readonly Family[]): AddressSet =>
  families.reduce((kept, family) => kept.union(set.intersect(EVERY[family])), AddressSet.empty);

/** The union of the texts that are canonical CIDRs. */
export function validBlocks(texts: readonly string[]): AddressSet {
  return AddressSet.of(...texts.flatMap((text) => parsed(text) ?? []));
}

/** Single addresses as a set; texts that are none are left out: `checkCluster` reports them. */
export const hostAddresses = (texts: readonly string[]): AddressSet =>
  validBlocks(texts.map((text) => `${text}/${text.includes(":") ? 128 : 32}`));

function parsed(text: string) {
  try {
    return parseCidr(text);
  } catch (error) {
    if (error instanceof CidrError) return undefined;
    throw error;
  }
}

/** What is wrong with a CIDR at a place, if anything. */
export function cidrProblem(place: Place, text: string): Problem | undefined {
  const fault = cidrFault(text);
  return fault && { place, ...fault };
}

/** What is wrong with a CIDR, if anything. */
export function cidrFault(text: string): Fault | undefined {
  try {
    parseCidr(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    const [message = error.message] = error.message.split("; write ");
    const remedy =
      error.suggestion === undefined
        ? "Write an address, a slash and a prefix length, such as 10.0.0.0/16"
        : `Write ${error.suggestion}`;
    return { message, remedy };
  }
}
