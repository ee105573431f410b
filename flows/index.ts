/**
 * The language: who talks to whom, on which ports, and why. In: an application's declaration, in TypeScript
 * (`application`) or as data (`applicationFromData`), and a placement's overrides. Out: an `Application`, checked, with
 * every end resolved; or `PalisadeInputError` with all problems at once.
 * Tests: test/flows/validate.test.ts.
 */
export { application } from "./application";
export type {
  Acceptance,
  ApplicationDeclaration,
  BucketDeclaration,
  DatabaseDeclaration,
  DeclaredApplication,
  FlowDeclaration,
  Overridden,
  PortSpec,
  RdsEngine,
  WorkloadDeclaration,
} from "./declaration";
export {
  describeEnd,
  describeFlow,
  describePorts,
  formatReference,
  outsideEnd,
  type WorkloadReference,
} from "./ends";
export type {
  AcceptedFlow,
  Application,
  Database,
  FlowEnd,
  Flow,
  FlowSide,
  Instance,
  RemovedFlow,
  Workload,
  WorkloadEnd,
} from "./model";
export {
  type Fault,
  labelsFaults,
  nameFault,
  namespaceFault,
  projectFault,
  reasonFault,
  TODO_OWNER,
  TODO_REASON,
} from "./names";
export { applyOverrides, type FlowChange, type Overrides } from "./overrides";
export {
  bucket,
  type BucketAccessMode,
  cidr,
  cloudIdentity,
  database,
  everyWorkload,
  ingressController,
  internet,
  kubernetesApi,
  type Labels,
  monitoring,
  type Peer,
  platform,
  type PodChoice,
  podsOf,
  workloadOf,
} from "./peer";
export { applicationSchema } from "./schema";
export { compareText, remedyForUnknown, sortedByKey } from "./text";
export { applicationFromData, validateApplications } from "./validate";
