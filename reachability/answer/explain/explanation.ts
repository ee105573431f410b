import type { Verdict } from "../../compute";
import type { SideEvidence } from "../evidence";
import type { Question } from "../question";
import type { Change } from "./change";

/** One question's answer in words. */
export interface Explanation {
  readonly verdict: Verdict;
  /** A few sentences, the verdict first. */
  readonly sentences: readonly string[];
  /** For each side that blocks, the smallest change that would let the connection through there. */
  readonly changes: readonly Change[];
  readonly evidence: readonly SideEvidence[];
}

/** What a question's answer begins with. */
export function firstSentence({ protocol, port, from, to }: Question, verdict: Verdict, by = ""): string {
  const target = from.id === to.id ? `another ${from.kind === "Pod" ? "such pod" : "replica of it"}` : to.id;
  return {
    allowed: `${from.id} reaches ${target} on ${protocol} ${port}${by}.`,
    blocked: `${from.id} doesn't reach ${target} on ${protocol} ${port}${by}.`,
    unknown: `Whether ${from.id} reaches ${target} on ${protocol} ${port}${by} isn't known.`,
  }[verdict];
}
