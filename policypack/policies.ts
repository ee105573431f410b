import type * as z from "zod";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { Invariant, Severity } from "./invariant";
import { INVARIANTS } from "./invariants/all";
import { type Reference, REFERENCES } from "./references";
import { settingsSchema } from "./settings";

/** What the pack is named in Pulumi's output and configuration. */
export const PACK_NAME = "palisade";

/** How strictly a policy is enforced. */
export const LEVELS = ["mandatory", "advisory", "remediate", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

/** A policy as Pulumi, the documentation and reports describe it. */
export interface Policy {
  readonly name: string;
  readonly description: string;
  readonly stops: string;
  readonly remedy: string;
  readonly severity: Severity;
  /** The controls of frameworks that it contributes to. */
  readonly references: readonly Reference[];
  /** The level without configuration. */
  readonly level: Extract<Level, "advisory" | "mandatory">;
  /** Whether a resource is judged by itself, or only all of a stack's together. */
  readonly scope: "resource" | "stack";
  readonly config: z.ZodObject;
}

/**
 * The policy that holds what all policies share: Pulumi configures each policy by itself, but an observed namespace or a
 * cluster's range concerns several. Disabled, it exempts nothing.
 */
export const SETTINGS = {
  name: "settings",
  description: "What all policies share is configured correctly.",
  stops:
    "Nothing in the stack: its configuration is what the other policies read besides their own, given once. At the level `disabled` they run without it.",
  severity: "high",
  references: [],
  remedy: "Correct the configuration of the policy `settings`; until then nothing in it has any effect.",
  level: "mandatory",
  scope: "resource",
  config: settingsSchema,
} as const satisfies Policy;

/** The invariants, each as a policy. */
export const INVARIANT_POLICIES: readonly { readonly invariant: Invariant; readonly policy: Policy }[] =
  INVARIANTS.map((invariant) => ({
    invariant,
    policy: { level: "mandatory", references: REFERENCES[invariant.name] ?? [], ...invariant },
  }));

/** Every policy of the pack, in the order in which they are listed. */
export const POLICIES: readonly Policy[] = [
  SETTINGS,
  ...INVARIANT_POLICIES.map(({ policy }) => policy),
  EXEMPTION_EXPIRED,
];
