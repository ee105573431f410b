import type { WorldOptions } from "../../../reachability/read/readWorld";
import type { Measure } from "./compare";
import { ciliumDepartures, ciliumSelf } from "./ciliumDepartures";
import { hostNetworkNames, referenceDepartures } from "./departures";
import { addressesNotTold, hostFamilies, notYet } from "./knownOpen";

/** Another implementation, and how the analyzer is asked about it. */
export interface Opinion extends Measure {
  readonly title: string;
  /** The part (parts/catalogue.ts) that answers. */
  readonly part: string;
  readonly options: WorldOptions;
}

export const referenceEngine: Opinion = {
  title: "kube-network-policies v1.1.1, the reference implementation",
  part: "kube-network-policies",
  options: {},
  departures: referenceDepartures,
  shared: [hostNetworkNames],
  open: [addressesNotTold, hostFamilies, notYet(hostNetworkNames)],
};

const knownToProfile = ["blocks-and-pods"];

export const cilium: Opinion = {
  title: "Cilium v1.20.2's policy code",
  part: "cilium-policy",
  options: { cni: "cilium" },
  departures: [ciliumSelf, ...ciliumDepartures],
  shared: ciliumDepartures,
  open: [hostFamilies, ...ciliumDepartures.filter(({ name }) => !knownToProfile.includes(name)).map(notYet)],
};
