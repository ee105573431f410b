import { strict as assert } from "node:assert";
import { must, type Finished } from "../machine/process";

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
  const report = JSON.parse(stdout) as VerifyReport;
  assert.notEqual(report.verdict, "error", stderr);
  return report;
}

export const questionsOf = (found: VerifyReport): readonly AskedQuestion[] =>
  found.clusters.flatMap(({ questions }) => questions);

/** One test case of `palisade verify --format junit`. */
export interface JunitCase {
  /** "preflight", "flow", "denial", "scenario". */
  readonly kind: string;
  readonly name: string;
  readonly complaint: "none" | "failure" | "error" | "skipped";
  readonly message: string;
}

/** A JUnit document as an XML parser reads it. */
export interface Junit {
  /** What the suite says of itself. */
  readonly totals: Readonly<Record<"tests" | "failures" | "errors" | "skipped", number>>;
  readonly cases: readonly JunitCase[];
}

const readJunit = `
import json, sys, xml.etree.ElementTree as tree
(suite,) = tree.fromstring(sys.stdin.buffer.read()).findall("testsuite")
cases = []
for case in suite.findall("testcase"):
    (tag, message) = next(((each.tag, each.get("message")) for each in case), ("none", ""))
    cases.append({"kind": case.get("classname"), "name": case.get("name"), "complaint": tag, "message": message})
totals = {each: int(suite.get(each)) for each in ("tests", "failures", "errors", "skipped")}
print(json.dumps({"totals": totals, "cases": cases}))
`;

/** Reads it by Python's parser, which moto needs anyway. @throws CommandFailed for what isn't XML */
export async function junitOf(text: string): Promise<Junit> {
  return JSON.parse(await must("python3", ["-c", readJunit], { input: text })) as Junit;
}
