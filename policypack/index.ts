/**
 * The policy pack: judges the resources of any Pulumi stack by invariants. In: resources as an engine shows them, which
 * may hold unknowns. Out: findings, each with its remedy; what can't be decided is said to be undecided. This face is
 * for the rest of the repository. Pulumi starts main.ts, which serves the pack; crossguard.ts is the same policies for
 * a pack of one's own.
 * Tests: test/policypack/pack.test.ts, test/policypack/settings.test.ts.
 */
export { configurationSchema } from "./configSchema";
export { isJudgedKind, readFacts, type ResourceInput } from "./facts";
export { Pack } from "./pack";
export { PACK_NAME, POLICIES, SETTINGS } from "./policies";
export { levelIn } from "./profiles";
export { type Profile, PROFILES } from "./levels";
export type { Policy } from "./policy";
export type { Level } from "./levels";
export { readConfig } from "./policyConfig";
export type { PolicyReport, PolicySetting } from "./policyReport";
export { policiesJudgingResource } from "./judgedBy";
export { type FrameworkControl, REFERENCES, referenceText } from "./references";
export { type Settings, settingsSchema } from "./settings";
export { UNJUDGED, unjudgedKinds, unjudgedText } from "./unjudged";
export { literal, stored, type RevealedValue } from "./values";
