/**
 * Computes who reaches whom, exactly. In: a `World` (read/). Out: an `Analysis`: for each pair of ends the ports that
 * are surely open, and those that may be. Pods that no policy tells apart are one class; sets of classes, addresses and
 * ports make large worlds small.
 */
export { type Analysis, analyze, ask, connection, type Verdict } from "./analysis";
export { attachmentSelects } from "./attachedGroups";
export { type ClassSets, exactly } from "./classes";
export { type End, isPlural, outsideEnd } from "./ends";
export { addressesIn, inPass, type Pass } from "./families";
export { IndexSet } from "./indexSet";
export { subjectClasses } from "./overrides";
export { hasAny, type Product, productsOf, rowsOf } from "./products";
export { difference, disjoint, PortTable, type Term, type Terms } from "./terms";
export type { Unit, UnitRelation } from "./units";
