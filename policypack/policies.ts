import { nearest } from "../data";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { Invariant } from "./invariant";
import { INVARIANTS } from "./invariants";
import type { Policy } from "./policy";
import { REFERENCES } from "./references";
import { settingsSchema } from "./settings";
import { UNJUDGED } from "./unjudged";

/** What the pack is named in Pulumi's output and configuration. */
export const PACK_NAME = "palisade";

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
  config: settingsSchema.superRefine(({ levels, exemptions, codeExemptions }, context) => {
    const refuse = (name: string, path: (string | number)[]) =>
      context.addIssue({ code: "custom", path, message: unknownPolicy(name) });
    for (const name of Object.keys(levels)) if (!isPolicy(name)) refuse(name, ["levels", name]);
    for (const [index, name] of codeExemptions.policies.entries())
      if (!isPolicy(name)) refuse(name, ["codeExemptions", "policies", index]);
    for (const [index, { policy }] of exemptions.entries())
      if (!isPolicy(policy)) refuse(policy, ["exemptions", index, "policy"]);
  }),
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
  UNJUDGED,
];

const names = (): string[] => POLICIES.map(({ name }) => name);

/** Whether a policy has this name. */
export const isPolicy = (name: string): boolean => names().includes(name);

/** That no policy has a name, with what was probably meant. */
export function unknownPolicy(name: string): string {
  const meant = nearest(name, names());
  return `there is no policy "${name}"; ${meant === undefined ? "see the table of policies" : `did you mean "${meant}"?`}`;
}
