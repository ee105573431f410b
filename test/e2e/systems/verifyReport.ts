import { strict as assert } from "node:assert";
import type { Finished } from "../machine/process";

/** What `palisade verify --json` prints, as far as it is read here. */
export interface VerifyReport {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly clusters: readonly {
    readonly enforcement: string;
    readonly checks: readonly { readonly subject: string; readonly state: string; readonly detail: string }[];
    readonly questions: readonly AskedQuestion[];
  }[];
}

/** One question of the report. */
export interface AskedQuestion {
  readonly question: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly expected: string;
  readonly result: string;
  readonly cause?: string;
  readonly diagnosis?: string;
  readonly probes: readonly {
    readonly from: string;
    readonly to: string;
    readonly address: string;
    readonly verdict: string;
    readonly cause?: string;
  }[];
}

export function reportOf({ stdout, stderr }: Finished): VerifyReport {
  assert.ok(stdout.startsWith("{"), stderr);
  return JSON.parse(stdout) as VerifyReport;
}

export const questionsOf = (found: VerifyReport): readonly AskedQuestion[] =>
  found.clusters.flatMap(({ questions }) => questions);
