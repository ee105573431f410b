/**
 * What the package exports (`import { application, stackProgram } from "pulumi-palisade"`): the language of flows, the
 * program of a stack, and the components that it is made of, for programs of one's own. AWS's components are in
 * aws.ts, "pulumi-palisade/aws", so that a stack without AWS needs no AWS SDK. Nothing else is public. In: the applications of a program, and its stack's config. Out: Pulumi's resources and
 * outputs; or an error that lists every mistake.
 *
 * @module pulumi-palisade
 */
export type {
  ApiServer,
  ApiServerEndpoint,
  BaselineApplication,
  BucketEndpoint,
  BucketPlacement,
  CloudIdentity,
  Cluster,
  ClusterBaselineFacts,
  ClusterDns,
  ClusterNetworkPolicyManifest,
  CniProfile,
  DatabasePlacement,
  Environment,
  KubeContext,
  Placement,
  PlatformService,
  PodSecurity,
  PodSecurityLevel,
  Stage,
} from "../compile";
export type {
  CompiledPolicies,
  Neighbour,
  NetworkPolicyManifest,
  NetworkPolicySpec,
} from "../compile/networkPolicy";
export {
  type AwsOutputs,
  type AwsShare,
  ClusterBaseline,
  type ClusterBaselineArgs,
  IsolatedApplication,
  type IsolatedApplicationArgs,
  IsolatedNamespace,
  type IsolatedNamespaceArgs,
} from "../components";
export type { Declaration } from "../declared";
export { exempt, type ExemptionTerms, type PolicyExemption } from "./exempt";
export * from "./flows";
export { stackProgram } from "./program";
export type { StackOutputs } from "./provisionStack";
