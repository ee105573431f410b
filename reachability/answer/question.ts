// Tests: test/reachability/answer/explain.test.ts
import type { Protocol } from "../../net";
import type { ReportedEnd, ServicePath } from "../compute";
import type { Service } from "../read";

/** One question: may `from` open this port at `to`. */
export interface Question {
  readonly from: ReportedEnd;
  readonly to: ReportedEnd;
  readonly protocol: Protocol;
  readonly port: number;
  /** The Service by which it goes; left out where the end's own address is asked about. */
  readonly way?: ServiceRoute | undefined;
  /** Whether an address outside that it asks about may be a node's, or a pod's, of which nothing here tells. */
  readonly mayBeInside?: boolean;
}

/** The Service by which a connection goes. */
export interface ServiceRoute {
  readonly service: Service;
  /** Undefined where what is behind isn't known. */
  readonly path: ServicePath | undefined;
  /** Why the answer isn't known, where nothing more can be said. */
  readonly because: string | undefined;
}
