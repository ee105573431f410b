/**
 * The pure compilers: from checked applications and their placements to what is registered. In: an `Application`
 * (flows/), a `Cluster` and `Placement` as data. Out here: those types, the addresses that they mean, and their checks;
 * the NetworkPolicies are compiled in networkPolicy/, security groups and roles in aws/, each with a face of its own.
 * Nothing here imports Pulumi.
 * Tests: test/compile/refusals.test.ts, test/compile/aws/refusals.test.ts.
 */
export { cidrFault, clusterAddresses, validBlocks } from "./addresses";
export { isCanonicalAddress } from "./check/checkAddresses";
export { type BaselineApplication, checkClusterBaseline, compileClusterBaseline } from "./clusterBaseline";
export type { ClusterNetworkPolicyManifest } from "./clusterNetworkPolicy";
export { checkCluster } from "./check/checkCluster";
export { checkNetwork, type NetworkFacts } from "./check/checkNetwork";
export { checkPlacement } from "./check/checkPlacement";
export {
  type ApiServer,
  type ApiServerEndpoint,
  type BucketEndpoint,
  type BucketPlacement,
  type CloudIdentity,
  type Cluster,
  type ClusterBaselineFacts,
  type ClusterDns,
  type KubeContext,
  CNI_PROFILES,
  type CniProfile,
  type DatabasePlacement,
  type Environment,
  ENVIRONMENTS,
  type Placement,
  type PlatformService,
  type PodSecurity,
  type PodSecurityLevel,
  type Stage,
  STAGES,
} from "./cluster";
export { type Site, siteOf, type Tenant } from "./site";
