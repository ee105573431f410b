import * as z from "zod";
import type { Violation } from "./finding";
import type { Policy } from "./policy";
import type { Exemption } from "./settings";

/** The policy that reports exemptions. None exempts from it. */
export const EXEMPTION_EXPIRED = {
  name: "exemption-expired",
  description: "Every exemption is complete and in force, and something needs it.",
  stops:
    "Exemptions, in `settings.exemptions` or in code beside a resource, whose last day is over (the violation that they covered is reported again), and those that no violation of the stack met: a forgotten exemption waits for the next mistake. Those in code also where the reason, the owner or the last day is missing or wrong (at any level), or where the configuration doesn't let code exempt from the policy. Those in force are told as advice, with what they cover. In a project of several stacks, give each stack its own configuration.",
  severity: "medium",
  references: [],
  remedy: "Remove the exemption; renew an expired one only if its owner still needs it.",
  level: "mandatory",
  scope: "stack",
  config: z.strictObject({}),
} as const satisfies Policy;

/** The exemption that covers a policy's violation, in force or expired; undefined where there is none. */
export function exemptionOf(
  policy: string,
  { urn, namespace }: Pick<Violation, "urn" | "namespace">,
  exemptions: readonly Exemption[],
  today: string,
): Exemption | undefined {
  const name = urn.split("::").at(-1);
  return exemptions.find(
    (one) =>
      one.policy === policy &&
      one.until >= today &&
      (one.resource === undefined
        ? one.namespace === namespace
        : one.resource === name || one.resource === urn),
  );
}

/** One text for equal exemptions. */
export const keyOf = (one: Exemption): string => JSON.stringify(one);
