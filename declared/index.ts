/**
 * What applications declare, with every end as data. In: a checked application, its placement and its cluster, as the stack's
 * config has them. Out: a `Declaration`, which stands in the component's outputs and which proof/ compares with what the plan
 * opens. It never asks a compiler: a compiler's mistake must not be able to hide in its own proof.
 * Tests: test/proof/mutants.test.ts, test/proof/groups.test.ts.
 */
export type * from "./declaration";
export type {
  Declaration,
  DeclaredAddresses,
  DeclaredEnd,
  DeclaredFlow,
  DeclaredGroup,
  DeclaredPods,
  RunningPods,
} from "./declaration";
export { declarationOf } from "./declare";
export type { ApplicationToDeclare } from "./toDeclare";
