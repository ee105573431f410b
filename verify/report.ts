import type { Check } from "./snapshot";
import type { QuestionResult } from "./judge";
import type { Drift } from "./drift";

/** What was found on one cluster. */
export interface ClusterReport {
  readonly cluster: string;
  readonly context: string;
  readonly checks: readonly Check[];
  readonly answers: readonly DiagnosedAnswer[];
  readonly drift: readonly Drift[];
  /** Whether packets show that NetworkPolicies hold; a full sentence. */
  readonly enforcement: string;
  readonly notes: readonly string[];
  /** Connections tried. */
  readonly probes: number;
  /** Parts of the plan that couldn't be run here: what they would make isn't compared with the cluster. */
  readonly leftOut: readonly string[];
}

/** An answer and, where it is a difference, what is behind it. */
export interface DiagnosedAnswer extends QuestionResult {
  readonly diagnosis?: string;
}

/** How many of what. */
export interface Counts {
  readonly asExpected: number;
  readonly different: number;
  readonly couldNotProbe: number;
  readonly nothingToAsk: number;
  readonly wrongChecks: number;
  readonly unknownChecks: number;
  /** Parts of the plan; they are the stack's, the same on each of its clusters. */
  readonly leftOut: number;
}

export function countsOf(reports: readonly ClusterReport[]): Counts {
  const answers = reports.flatMap((report) => report.answers);
  const checks = reports.flatMap((report) => report.checks);
  const results = (wanted: QuestionResult["result"]) =>
    answers.filter(({ result }) => result === wanted).length;
  const states = (wanted: Check["state"]) => checks.filter(({ state }) => state === wanted).length;
  return {
    asExpected: results("as-expected"),
    different: results("different"),
    couldNotProbe: results("could-not-probe"),
    nothingToAsk: results("nothing-to-ask"),
    wrongChecks: states("wrong"),
    unknownChecks: states("unknown"),
    leftOut: Math.max(0, ...reports.map((report) => report.leftOut.length)),
  };
}

export type LiveVerdict = "verified" | "different" | "undecided";

/** A difference outweighs what couldn't be probed, and what of the plan isn't known. Nothing asked is nothing verified. */
export function liveVerdictOf(counts: Counts): LiveVerdict {
  const { asExpected, different, couldNotProbe, wrongChecks, leftOut } = counts;
  if (different + wrongChecks > 0) return "different";
  return couldNotProbe + leftOut > 0 || asExpected === 0 ? "undecided" : "verified";
}
