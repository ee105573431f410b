import type { Application } from "../../flows";
import type { ClusterAddresses } from "../addresses";
import type { Cluster, Placement } from "../cluster";
import type { Spelling } from "./cniProfiles";
import type { WorkloadPods } from "./workloadPods";

/** Another application on the same cluster: what a flow between the two has to know. */
export interface Neighbour {
  readonly application: Application;
  readonly namespace: string;
}

/** What compiling one application's flows reads. */
export interface CompileContext {
  readonly application: Application;
  readonly placement: Placement;
  readonly cluster: Cluster;
  readonly addresses: ClusterAddresses;
  readonly spelling: Spelling;
  /** By application. */
  readonly neighbours: ReadonlyMap<string, Neighbour>;
  readonly workloads: WorkloadPods;
}
