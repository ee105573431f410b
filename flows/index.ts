/**
 * The language: who talks to whom, on which ports, and why. In: an application's declaration, in TypeScript
 * (`application`) or as data (`applicationFromData`), and a placement's overrides. Out: an `Application`, checked, with
 * every end resolved; or `PalisadeInputError` with all problems at once.
 */
export { application } from "./application";
export type {
  Acceptance,
  ApplicationDeclaration,
  BucketDeclaration,
  DatabaseDeclaration,
  DeclaredApplication,
  FlowDeclaration,
  PortSpec,
  WorkloadDeclaration,
} from "./declaration";
export {
  describeEnd,
  describeFlow,
  describePorts,
  formatReference,
  parseReference,
  type WorkloadReference,
} from "./ends";
export type {
  AcceptedFlow,
  Application,
  Database,
  End,
  Flow,
  Instance,
  RemovedFlow,
  Workload,
  WorkloadEnd,
} from "./model";
export { type Fault, labelsFaults, nameFault, namespaceFault } from "./names";
export { applyOverrides, type FlowChange, type Overrides } from "./overrides";
export {
  bucket,
  type BucketAccess,
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
export { PalisadeInputError, printable, type Problem, quote, throwProblems } from "./problem";
export { compareText, nearest, remedyForUnknown, sortedByKey } from "./text";
export { applicationFromData, validateApplications } from "./validate";
