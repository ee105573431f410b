/**
 * How a program says beside a resource that a policy doesn't hold there: what it writes, and the policy pack reads. Of a
 * resource's options the engine shows a pack only some. The one that holds any text and changes nothing is
 * additionalSecretOutputs: of names that no output has the engine makes nothing, providers never see them, and the state keeps
 * them. (Aliases won't do: of these the engine shows only the one by which it found an older resource.) On a Kubernetes
 * object an annotation says the same.
 * Tests: test/policypack/codeExemptions.test.ts, test/library/exempt.test.ts.
 */

/** Such an output's name is this, the policy's name, two colons and what is said, as JSON. */
const EXEMPTION_OUTPUT = "palisade:exemption:";

/** The annotation's key is this and the policy's name; its value is what is said, as JSON. */
export const EXEMPTION_ANNOTATION = "exempt.palisade.dev/";

/** What is said of an exemption besides its policy and resource. */
export interface ExemptionTerms {
  /** The last day on which it holds, `YYYY-MM-DD` (UTC). */
  readonly until: string;
  /** Why: printed with the exemption. */
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
}

/** The name of an output that no resource has, which says an exemption. */
export const exemptionOutput = (policy: string, terms: ExemptionTerms): string =>
  `${EXEMPTION_OUTPUT}${policy}::${JSON.stringify(terms)}`;

/** The policy that such an output's name exempts from, and what it says as JSON; undefined for any other output. */
export function exemptionInOutput(
  name: string,
): { readonly policy: string; readonly json: string } | undefined {
  if (!name.startsWith(EXEMPTION_OUTPUT)) return undefined;
  const said = name.slice(EXEMPTION_OUTPUT.length);
  const [policy = ""] = said.split("::", 1);
  return { policy, json: said.slice(policy.length + 2) };
}
