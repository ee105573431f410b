// Tests: test/policypack/profiles.test.ts
/** The levels of enforcement, as Pulumi names them: how strictly a policy is enforced. */
export const LEVELS = ["mandatory", "advisory", "remediate", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

/** How much is demanded of a stack that configures nothing. */
export const PROFILES = ["strict", "baseline"] as const;
export type Profile = (typeof PROFILES)[number];
