/** The language: declare applications, check them, read what was checked. */
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
export { describeEnd, describePorts } from "./ends";
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
export {
  type BucketAccess,
  type Labels,
  type Peer,
  type PodChoice,
  bucket,
  cidr,
  cloudIdentity,
  database,
  everyWorkload,
  ingressController,
  internet,
  kubernetesApi,
  monitoring,
  platform,
  podsOf,
  workloadOf,
} from "./peer";
export { type FlowChange, type Overrides, applyOverrides } from "./overrides";
export { PalisadeInputError, type Problem } from "./problem";
export { applicationFromData, validateApplications } from "./validate";
