/**
 * Computes who reaches whom, exactly. In: a `World` (read/). Out: an `Analysis`: for each pair of ends the ports that
 * are surely open, and those that may be. Pods that no policy tells apart are one class; sets of classes, addresses and
 * ports make large worlds small.
 * Tests: test/reachability/compute/twin.test.ts, test/reachability/compute/laws.test.ts.
 */
export {
  type Analysis,
  analyze,
  ask,
  connection,
  type Connection,
  type Verdict,
  verdictOf,
} from "./analysis";
export { attachmentSelects } from "./attachedGroups";
export { type ClassSets, exactly } from "./classes";
export { type ReportedEnd, isPlural, outsideEnd } from "./ends";
export { addressesIn, inPass, type Pass } from "./families";
export { IndexSet } from "./indexSet";
export { subjectClasses } from "./uncomputedEffects";
export { hasAny, type Product, productsOf, rowsOf } from "./products";
export { portsBetween } from "./relation";
export type { Frontend } from "./serviceIndex";
export { pathsOf, type ServicePath } from "./services";
export { difference, disjoint, PortTable, type Term, type Terms } from "./terms";
export type { Unit, UnitRelation } from "./units";
