import { AddressSet } from "../../net/addressSet";
import { type Analysis, analyze } from "../../reachability/compute/analysis";
import { type WorldOptions, readWorld } from "../../reachability/read/readWorld";
import { manifestsOf } from "../twin/manifests";
import type { TwinWorld } from "../twin/world";

/** Objects as if each were a document of one file. */
export const sourced = (objects: readonly unknown[]) =>
  objects.map((value, i) => ({ value, source: { file: "world.yaml", document: i + 1 }, path: [] }));

/** The analysis of some objects. */
export const analysisOfObjects = (objects: readonly unknown[], options: WorldOptions = {}): Analysis =>
  analyze(readWorld(sourced(objects), { representatives: false, ...options }).world);

/** What a twin's world says besides its manifests. */
export const optionsOf = ({ podCidrs = [], cni }: TwinWorld): WorldOptions => ({
  podRanges: podCidrs.map((cidr) => AddressSet.of(cidr)),
  ...(cni === undefined ? {} : { cni }),
});

export const analysisOf = (world: TwinWorld): Analysis =>
  analysisOfObjects(manifestsOf(world), optionsOf(world));
