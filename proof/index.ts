/**
 * The proof: what applications declare against what a plan opens. In: a plan's resources as plain values, with the declarations
 * that components write into their outputs (declared/). Out: for each application, every declared flow that isn't open and
 * everything that is open and undeclared, with the policy or rule that opens it. It reads policies through reachability/ and
 * never asks a compiler.
 * Tests: test/proof/prove.test.ts, test/proof/groups.test.ts.
 */
export type { Difference } from "./difference";
export {
  type ApplicationProof,
  type Faults,
  faultsOf,
  type FlowVerdict,
  type JudgedFlow,
  prove,
} from "./prove";
export { isOneOf, portsAt, type ReadEnd, type ReadFlow, readFlow } from "./ends";
export type { Plain, PlannedResource } from "./resource";
export { PlannedObjects } from "./plannedObjects";
export { APPLICATION } from "./readDeclaration";
export { type FlowRow, rowOf } from "./row";
