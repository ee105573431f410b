import * as z from "zod";
import type { Violation } from "./finding";
import type { Policy } from "./policy";
import type { Exemption } from "./settings";

/** The policy that reports exemptions. None exempts from it. */
export const EXEMPTION_EXPIRED = {
  name: "exemption-expired",
  description: "Every exemption is in force, and something needs it.",
  stops:
    "Exemptions in `settings.exemptions` whose last day is over (the violation that they covered is reported again), and those that no violation of the stack met: a forgotten exemption waits for the next mistake. In a project of several stacks, give each stack its own configuration.",
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
  { urn, namespace }: Violation,
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

/** What is wrong with the exemptions themselves, one sentence each. `used` are those that covered something. */
export function staleExemptions(
  exemptions: readonly Exemption[],
  used: ReadonlySet<string>,
  today: string,
): string[] {
  return exemptions.flatMap((one) => {
    const of = `The exemption from ${one.policy} for ${one.resource ?? `the namespace ${one.namespace ?? ""}`} (${one.owner}: ${one.reason})`;
    if (one.until < today) {
      return [`${of} expired on ${one.until}, so it no longer has any effect. Remedy: remove it.`];
    }
    return used.has(keyOf(one))
      ? []
      : [`${of} covers no violation, so it only waits for the next one. Remedy: remove it.`];
  });
}

/** One text for equal exemptions. */
export const keyOf = (one: Exemption): string => JSON.stringify(one);
