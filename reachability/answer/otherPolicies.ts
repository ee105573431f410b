// Tests: test/reachability/answer/explain.test.ts
import { type Analysis, type ReportedEnd, type IndexSet, subjectClasses, type Verdict } from "../compute";
import { sourceText, type UncomputedPolicy, uncomputedText } from "../read";
import type { Question } from "./question";

/** The policies of other kinds that may change the answer to a question. */
function otherPoliciesOn(
  { world, relation: { targets } }: Analysis,
  { from, to }: Pick<Question, "from" | "to">,
): readonly UncomputedPolicy[] {
  const isIn = ({ classes }: ReportedEnd, set: IndexSet) => classes.some((number) => set.has(number));
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
          `${uncomputedText(policy)} (${sourceText(policy.source)}) may change this: ${BECAUSE[policy.because]}${policy.detail === undefined ? "" : ` (${policy.detail})`}.`,
      );

const BECAUSE: Readonly<Record<UncomputedPolicy["because"], string>> = {
  kind: "policies of its kind aren't computed",
  field: "Cilium refuses it, or it isn't computed, for what it says there",
  refused: "an API server would refuse it as it is",
  conflict: "there are several of its name",
  unseen: "policies of its kind can't be listed",
  plugin: "what this network plugin makes of its kind isn't known",
  "not yet known": "parts of it aren't known yet",
  made: "what it makes isn't in the input, and may have NetworkPolicies",
  "shared rules":
    "pods of one node whose names differ only after the last dash share their rules on aws-vpc-cni, and it selects some that share this end's",
};
