// Tests: test/library/exempt.test.ts
import { exemptionOutput, type ExemptionTerms } from "../data";
import { atPath, type Problem, throwProblems } from "../problems";

export type { ExemptionTerms };

/** A policy that doesn't hold for a resource, for a while. */
export interface PolicyExemption extends ExemptionTerms {
  /** The policy's name, as it is printed with the violation. */
  readonly policy: string;
}

/**
 * Resource options that exempt a resource from policies: `new aws.s3.Bucket("site", args, exempt({ policy, until, reason, owner }))`,
 * or with other options `pulumi.mergeOptions(exempt(...), others)`. They hold for that resource, not for its children, and
 * only from policies that the pack's configuration lists under `settings.codeExemptions`. What the engine shows the pack of
 * them are names of secret outputs that the resource doesn't have: nothing of the resource changes. Components have no such option.
 * @throws PalisadeInputError with everything that is missing.
 */
export function exempt(...exemptions: readonly PolicyExemption[]): { additionalSecretOutputs: string[] } {
  throwProblems(exemptions.flatMap(problemsOf));
  return {
    additionalSecretOutputs: exemptions.map(({ policy, until, reason, owner }) =>
      exemptionOutput(policy, { until, reason, owner }),
    ),
  };
}

function problemsOf(exemption: PolicyExemption, index: number): Problem[] {
  const { policy, until, reason, owner } = exemption;
  const texts = Object.entries({ policy, until, reason, owner });
  const missing = texts.filter(([, text]) => typeof text !== "string" || text.trim() === "");
  const problem = (key: string, message: string): Problem => ({
    place: atPath("exempt", index, key),
    message,
  });
  return [
    ...missing.map(([key]) =>
      problem(key, "is missing: an exemption has a policy, a last day, a reason and an owner"),
    ),
    ...(typeof until === "string" && !/^\d{4}-\d{2}-\d{2}$/.test(until) && until.trim() !== ""
      ? [problem("until", `${JSON.stringify(until)} isn't a date; write it as YYYY-MM-DD`)]
      : []),
  ];
}
