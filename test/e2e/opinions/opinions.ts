import { clusterNetworkPolicies, olderTierPolicies } from "../../twin/randomTiers";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import type { Measure } from "./compare";
import { ciliumDepartures, ciliumSelf } from "./ciliumDepartures";
import { referenceDepartures } from "./departures";
import { placedWorld, tieredWorld, type PlacedWorld } from "./placedWorld";
import { olderTierDepartures, tierDepartures } from "./tierDepartures";

/** Another implementation, and how the analyzer is asked about it. */
export interface Opinion extends Measure {
  readonly title: string;
  /** The part (parts/catalogue.ts) that answers. */
  readonly part: string;
  readonly options: WorldOptions;
  /** The random world of a seed and a number that both are asked about. */
  readonly world: (seed: number, number: number) => PlacedWorld;
}

export const referenceEngine: Opinion = {
  title: "kube-network-policies v1.1.1, the reference implementation",
  part: "kube-network-policies",
  options: {},
  world: placedWorld,
  departures: referenceDepartures,
  shared: [],
  open: [],
};

/** The same engine, with its evaluators of ClusterNetworkPolicy before and behind that of NetworkPolicy. */
export const referenceTiers: Opinion = {
  ...referenceEngine,
  title: "kube-network-policies v1.1.1 with ClusterNetworkPolicies",
  world: tieredWorld(clusterNetworkPolicies),
  departures: [...referenceDepartures, ...tierDepartures],
};

/** And with those of the API before it. */
export const referenceOlderTiers: Opinion = {
  ...referenceEngine,
  title: "kube-network-policies v1.1.1 with AdminNetworkPolicies and their baseline",
  world: tieredWorld(olderTierPolicies),
  departures: [...referenceDepartures, ...olderTierDepartures],
};

export const cilium: Opinion = {
  title: "Cilium v1.20.2's policy code",
  part: "cilium-policy",
  options: { cni: "cilium" },
  world: placedWorld,
  departures: [ciliumSelf, ...ciliumDepartures],
  shared: ciliumDepartures,
  open: [],
};
