/**
 * Pulumi resources for what compile/ computed: namespaces with their NetworkPolicies. In: a checked application with
 * its placement, its cluster and, where it is in a VPC, its share of what aws/ registers. Out: registered resources and
 * the outputs that a preview reports. aws/ has a face of its own, so that it is loaded only for a cluster in a VPC.
 * Tests: test/components/isolatedApplication.test.ts, test/components/stacks.test.ts.
 */
export type { AwsOutputs, AwsShare } from "./awsShare";
export { ClusterBaseline, type ClusterBaselineArgs } from "./clusterBaseline";
export { withoutStackTraceForInputErrors } from "./inputError";
export { IsolatedApplication, type IsolatedApplicationArgs } from "./isolatedApplication";
export { IsolatedNamespace, type IsolatedNamespaceArgs } from "./isolatedNamespace";
export { seeClusters } from "./seeClusters";
export { outputOf } from "./stackOutputs";
export { optionsUnder, type Under } from "./under";
