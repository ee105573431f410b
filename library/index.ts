/**
 * What the package exports (`import { application, stackProgram } from "pulumi-palisade"`): the language of flows, the
 * program of a stack, and the components that it is made of, for programs of one's own. AWS's components are in
 * aws.ts, "pulumi-palisade/aws", so that a stack without AWS needs no AWS SDK. Nothing else is public. In: the applications of a program, and its stack's config. Out: Pulumi's resources and
 * outputs; or an error that lists every mistake.
 */
export type {
  BucketEndpoint,
  BucketPlacement,
  CloudIdentity,
  Cluster,
  CniProfile,
  DatabasePlacement,
  Environment,
  Placement,
  PodSecurity,
  Stage,
} from "../compile";
export {
  type AwsShare,
  ClusterBaseline,
  type ClusterBaselineArgs,
  IsolatedApplication,
  type IsolatedApplicationArgs,
  IsolatedNamespace,
  type IsolatedNamespaceArgs,
} from "../components";
export {
  type Acceptance,
  type Application,
  application,
  type ApplicationDeclaration,
  applicationFromData,
  bucket,
  type BucketDeclaration,
  cidr,
  cloudIdentity,
  database,
  type DatabaseDeclaration,
  type DeclaredApplication,
  everyWorkload,
  type FlowDeclaration,
  ingressController,
  internet,
  kubernetesApi,
  type Labels,
  monitoring,
  type Peer,
  platform,
  type PodChoice,
  podsOf,
  type PortSpec,
  type RdsEngine,
  validateApplications,
  type WorkloadDeclaration,
  workloadOf,
} from "../flows";
export { exempt, type PolicyExemption } from "./exempt";
export { PalisadeInputError, type Problem, problemText } from "../problems";
export { stackProgram } from "./program";
export type { StackOutputs } from "./provisionStack";
