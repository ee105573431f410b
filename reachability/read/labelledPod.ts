import { UNKNOWN } from "../../kubernetes";
import type { PodShape } from "./world";

/** A pod of which nothing is told but its labels, and perhaps the ServiceAccount that it runs as. */
export const labelledPod = (
  labels: Iterable<readonly [string, string]>,
  serviceAccount?: string,
): PodShape => ({
  labels: { known: new Map(labels), complete: true },
  hostNetwork: false,
  namedPorts: [],
  portsComplete: false,
  addresses: undefined,
  node: undefined,
  serviceAccount: serviceAccount ?? UNKNOWN,
});
