import type { Cluster, Placement } from "../compile/cluster";
import type { Neighbour } from "../compile/networkPolicy/context";
import type { Application } from "../flows/model";

/** One application as a stack places it, and the name of the component that provisions it. */
export interface Declared {
  readonly component: string;
  readonly application: Application;
  readonly placement: Placement;
  readonly cluster: Cluster;
  /** The other applications of the cluster. */
  readonly neighbours?: readonly Neighbour[];
}
