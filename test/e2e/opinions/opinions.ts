import type { WorldOptions } from "../../../reachability/read/readWorld";
import type { Measure } from "./compare";
import { ciliumDepartures, ciliumSelf } from "./ciliumDepartures";
import { hostNetworkNames, referenceDepartures } from "./departures";
import { notYet } from "./knownOpen";

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
  open: [notYet(hostNetworkNames)],
};

const knownToProfile = [
  "no-sctp",
  "blocks-and-pods",
  "blocks-and-nodes",
  "own-node-egress",
  "rules-of-types-left-out",
  "labels-left-out",
];

export const cilium: Opinion = {
  title: "Cilium v1.20.2's policy code",
  part: "cilium-policy",
  options: { cni: "cilium" },
  departures: [ciliumSelf, ...ciliumDepartures],
  shared: ciliumDepartures,
  open: [...ciliumDepartures.filter(({ name }) => !knownToProfile.includes(name)).map(notYet)],
};
