/** The package's library entry: what other programs import. Compilers are pure; the resources are Pulumi's. */
export * from "../compile/cluster";
export type { AwsOutputs, AwsShare } from "./awsShare";
export { checkCluster } from "../compile/check/checkCluster";
export { checkPlacement } from "../compile/check/checkPlacement";
export { compileNetworkPolicies, type CompiledPolicies } from "../compile/networkPolicy/compile";
export type { Neighbour } from "../compile/networkPolicy/context";
export type * from "../compile/networkPolicy/manifest";
export type { Declaration } from "../declared";
export { IsolatedApplication, type IsolatedApplicationArgs } from "./isolatedApplication";
export { IsolatedNamespace, type IsolatedNamespaceArgs } from "./isolatedNamespace";
