/** How strictly a policy is enforced. */
export const levels = ["advisory", "mandatory", "disabled", "remediate"] as const;
export type PolicyLevel = (typeof levels)[number];

/** What a policy says about a resource or, for a stack policy that names none, about the stack. */
export interface PackFinding {
  readonly pack: string;
  readonly packVersion: string;
  readonly policy: string;
  readonly description: string;
  readonly level: Extract<PolicyLevel, "advisory" | "mandatory">;
  /** "" where the policy doesn't say. */
  readonly severity: "" | "low" | "medium" | "high" | "critical";
  readonly urn: string;
  /** What is wrong, the evidence and the remedy, as the policy worded it. */
  readonly message: string;
  /** True if this isn't a finding about the resource: the policy met a value that nobody knows before deployment. */
  readonly undecided: boolean;
}

/** A resource whose inputs a policy changed before anything was created. */
export interface RemediatedResource {
  readonly pack: string;
  readonly policy: string;
  readonly description: string;
  readonly urn: string;
}

/** The policy runtime's words when a policy reads an unknown value, and those of policies that look before they read. */
const unknownMet =
  /^can't run (policy|remediation) '[^']*' from policy pack '[^']*' during preview: |\bnot yet known\b/;

/** Whether an advisory means "could not be judged". */
export const saysUndecided = (level: PolicyLevel, message: string): boolean =>
  level === "advisory" && unknownMet.test(message);
