/**
 * Compiles an application's flows to NetworkPolicy manifests, in the form that the cluster's CNI enforces exactly. In:
 * an application, its placement and its cluster. Out: one manifest for each workload and direction, a default deny, and
 * what was opened and why. Ends (who) become rules (which ports) and rules manifests (how it is written).
 * Tests: test/compile/networkPolicies.test.ts, test/compile/sameMeaning.test.ts.
 */
export { type CompiledPolicies, compileNetworkPolicies, compileOnCheckedCluster } from "./compile";
export type { Neighbour } from "./context";
export type { NetworkPolicyManifest, NetworkPolicySpec } from "./manifest";
export { type PolicyUses, usesOf } from "./uses";
export { ISOLATION, STAGE_ANNOTATION, withoutLayout } from "./names";
