import type { Finding } from "./finding";
import type { Policy } from "./policy";
import type { Level } from "./levels";

/** What is configured for one policy. */
export interface PolicySetting {
  /** Undefined for the policy's own. */
  readonly level?: Level | undefined;
  /** Another pack judges it, and blocks what it finds. */
  readonly judgedElsewhere?: true;
  readonly properties: object;
}

/** What one policy says: about a resource, or about the stack or the configuration where `urn` is undefined. */
export interface PolicyReport {
  readonly policy: Policy;
  readonly level: Extract<Level, "advisory" | "mandatory">;
  readonly urn: string | undefined;
  readonly message: string;
  /** What the message is made of; undefined where it is about the configuration. */
  readonly finding: Finding | undefined;
}

/** The level at which a policy's reports are enforced: what remains wrong after a remediation blocks. */
export const enforcedLevel = (level: Exclude<Level, "disabled">): PolicyReport["level"] =>
  level === "remediate" ? "mandatory" : level;

/** A report about the configuration, the exemptions or the stack as a whole. */
export const reportOf = (
  policy: Policy,
  level: PolicyReport["level"],
  message: string,
  urn?: string,
): PolicyReport => ({ policy, level, urn, message, finding: undefined });
