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
  };
}

export type LiveVerdict = "verified" | "different" | "undecided";

/** A difference outweighs what couldn't be probed. Nothing asked is nothing verified. */
export function liveVerdictOf({ asExpected, different, couldNotProbe, wrongChecks }: Counts): LiveVerdict {
  if (different + wrongChecks > 0) return "different";
  return couldNotProbe > 0 || asExpected === 0 ? "undecided" : "verified";
}
