// Tests: test/reachability/compute/direction.test.ts
import type { EndClass } from "./classes";
import type { PortTable } from "./terms";

/** What the classes of one bound share. */
export interface Space {
  readonly classes: readonly EndClass[];
  readonly table: PortTable;
}
