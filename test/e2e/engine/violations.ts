import type { Preview } from "../../../engine";
import type { PolicyEvent } from "./engine";

/** One violation in one text: pack, level, policy, resource, and what is said, word for word. */
const violation = (pack: string, level: string, policy: string, urn: string, message: string): string =>
  `${level} ${pack}/${policy} ${urn}\n${message.trim()}`;

/**
 * What the engine reports, sorted: in what order it comes isn't a claim.
 * @param secrets texts of the program's secrets: the embedded preview masks them in messages, the engine doesn't
 */
export const reportedByEngine = (
  all: readonly PolicyEvent[],
  secrets: readonly string[] = [],
): readonly string[] =>
  all
    .map(({ policyPackName, enforcementLevel, policyName, resourceUrn = "", message }) => {
      const masked = secrets.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
      return violation(policyPackName, enforcementLevel, policyName, resourceUrn, masked);
    })
    .sort();

/**
 * What the embedded preview reports, in the same form. Without what it says of resources that are imported: the engine asks
 * no resource policy about these (step_generator.go returns the import before), so here is more, never less.
 */
export function reportedHere({ findings, resources }: Preview): readonly string[] {
  const imported = new Set(resources.filter(({ options }) => options.importId !== "").map(({ urn }) => urn));
  return findings
    .filter(({ urn }) => !imported.has(urn))
    .map(({ pack, level, policy, urn, message }) => violation(pack, level, policy, urn, message))
    .sort();
}
