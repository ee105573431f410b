import { AddressSet } from "../../net/addressSet";
import { type Analysis, analyze } from "../../reachability/compute/analysis";
import { type WorldOptions, readWorld } from "../../reachability/read/readWorld";
import { manifestsOf } from "../twin/manifests";
import type { ReportedEnd } from "../../reachability/compute/ends";
import type { TwinEnd, TwinWorld } from "../twin/world";

/** Objects as if each were a document of one file. */
export const sourced = (objects: readonly unknown[]) =>
  objects.map((value, i) => ({ value, source: { file: "world.yaml", document: i + 1 }, path: [] }));

/** The analysis of some objects, as an older API server takes them: random ones hold CIDRs with bits beyond their prefix. */
export const analysisOfObjects = (objects: readonly unknown[], options: WorldOptions = {}): Analysis =>
  analyze(readWorld(sourced(objects), { representatives: false, kubernetes: "1.35", ...options }).world);

/** What a twin's world says besides its manifests. */
export const optionsOf = ({ podCidrs = [], cni, sctp }: TwinWorld): WorldOptions => ({
  podRanges: podCidrs.map((cidr) => AddressSet.of(cidr)),
  ...(cni === undefined ? {} : { cni }),
  ...(sctp === true ? { cilium: { cidrMatch: [], sctp } } : {}),
});

export const analysisOf = (world: TwinWorld): Analysis =>
  analysisOfObjects(manifestsOf(world), optionsOf(world));

/** The end that a twin's is in an analysis; undefined where an address is none outside there. */
export function endAt({ ends, relation }: Analysis, end: TwinEnd): ReportedEnd | undefined {
  if (!("address" in end)) return ends.find(({ id }) => id === `${end.namespace}/${end.name}[Pod]`);
  const part = [...relation.classes.outside].find(([, addresses]) => addresses.containsAddress(end.address));
  return ends.find(({ kind, classes }) => kind === "IPBlock" && classes[0] === part?.[0]);
}
