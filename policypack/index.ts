/**
 * The policy pack: judges the resources of any Pulumi stack by invariants. In: resources as an engine shows them, which
 * may hold unknowns. Out: findings, each with its remedy; what can't be decided is said to be undecided. This face is
 * for the rest of the repository. Pulumi starts main.ts, which serves the pack; crossguard.ts is the same policies for
 * a pack of one's own.
 */
export { readFacts, type ResourceInput } from "./facts";
export { Pack, type PolicyReport, type PolicySetting } from "./pack";
export { POLICIES } from "./policies";
export type { Policy } from "./policy";
export { readConfig } from "./policyConfig";
export { referenceText } from "./references";
export { reveal } from "./values";
