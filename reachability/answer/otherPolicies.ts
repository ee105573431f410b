import { type Analysis, type End, type IndexSet, subjectClasses, type Verdict } from "../compute";
import { type UncomputedPolicy, uncomputedText } from "../read";
import type { Question } from "./evidence";

/** The policies of other kinds that may change the answer to a question. */
function otherPoliciesOn(
  { world, relation: { targets } }: Analysis,
  { from, to }: Pick<Question, "from" | "to">,
): readonly UncomputedPolicy[] {
  const isIn = ({ classes }: End, set: IndexSet) => classes.some((number) => set.has(number));
  return world.uncomputed.filter((policy) => {
    const subjects = subjectClasses(policy, targets);
    const leaving = policy.egress !== undefined && (!policy.outsideOnly || to.kind === "IPBlock");
    return (leaving && isIn(from, subjects)) || (policy.ingress !== undefined && isIn(to, subjects));
  });
}

/** What explains an answer that these policies leave open. */
export const otherPolicySentences = (
  analysis: Analysis,
  question: Question,
  verdict: Verdict,
): readonly string[] =>
  verdict !== "unknown"
    ? []
    : otherPoliciesOn(analysis, question).map(
        (policy) =>
          `${uncomputedText(policy)} (${policy.source.file}, document ${policy.source.document}) may change this: ${BECAUSE[policy.because]}.`,
      );

const BECAUSE: Readonly<Record<UncomputedPolicy["because"], string>> = {
  kind: "policies of its kind aren't computed",
  refused: "an API server would refuse it as it is",
  conflict: "there are several of its name",
};
