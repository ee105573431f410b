/** The package's library entry: what other programs import. Compilers are pure; the resources are Pulumi's. */
export * from "./cluster";
export type { AwsOutputs, AwsShare } from "./awsShare";
export { checkCluster } from "./checkCluster";
export { checkPlacement } from "./checkPlacement";
export { compileNetworkPolicies, type CompiledPolicies } from "./networkPolicy/compile";
export type { Neighbour } from "./networkPolicy/context";
export type * from "./networkPolicy/manifest";
export type { ProvisionedFlow } from "./networkPolicy/openings";
export { IsolatedApplication, type IsolatedApplicationArgs } from "./isolatedApplication";
export { IsolatedNamespace, type IsolatedNamespaceArgs } from "./isolatedNamespace";
