import type { Cluster, Placement } from "../compile";
import type { Neighbour } from "../compile/networkPolicy";
import type { Application } from "../flows";

/** One application as a stack places it, and the name of the component that provisions it. */
export interface ApplicationToDeclare {
  readonly component: string;
  readonly application: Application;
  readonly placement: Placement;
  readonly cluster: Cluster;
  /** The other applications of the cluster. */
  readonly neighbours?: readonly Neighbour[];
}
