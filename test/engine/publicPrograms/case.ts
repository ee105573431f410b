import path from "node:path";
import { exitOf } from "../../../cli/preview";
import { reportOf } from "../../../cli/report";
import { preview, readProject, type PackFinding, type Preview, type Resource } from "../../../engine";
import { forAnalyzer } from "../../../engine/values";
import { PalisadeInputError, placeText } from "../../../problems";
import { run, type TestResource } from "../../policypack/helpers";

/** A program in the shape of public ones, rebuilt small, and what a preview is to say of it. */
export interface ProgramCase {
  /** The file or folder in test/fixtures/publicPrograms that runs. */
  readonly program: string;
  /** What of the shape is of interest. */
  readonly shape: string;
  /** Whose idea it is. */
  readonly source: string;
  readonly verdict: Outcome["verdict"];
  /** All that is left out; nothing by default. */
  readonly leftOut?: readonly string[];
  /** How many resources are judged. */
  readonly judged: number;
}

/** What a preview came to. "error": no verdict. */
export interface Outcome {
  readonly verdict: "clean" | "violations" | "undecided" | "error";
  readonly exit: number;
  readonly judged: number;
  readonly leftOut: readonly string[];
  /** Policies that say something, with their resources, or the problems where there is no verdict. */
  readonly says: readonly string[];
}

const EXITS = { clean: 0, violations: 1, error: 2, undecided: 3 } as const;

/** What is expected, in the form of an outcome. An undecided verdict is 3 by what is left out, 0 by a policy alone. */
export function wanted({ verdict, judged: count, leftOut = [] }: ProgramCase): Omit<Outcome, "says"> {
  const exit = verdict === "undecided" && leftOut.length === 0 ? 0 : EXITS[verdict];
  return { verdict, exit, judged: count, leftOut };
}

/** Previews at a time: a program's process takes one processor, and two is what small machines have. */
const AT_A_TIME = 2;

/** The outcomes of the programs, in their order, so many at a time. */
export function outcomesOf(programs: readonly ProgramCase[]): readonly Promise<Outcome>[] {
  const turns: Promise<unknown>[] = [];
  return programs.map(({ program }, index) => {
    const made = (turns[index % AT_A_TIME] ?? Promise.resolve()).then(() => outcomeOf(program));
    turns[index % AT_A_TIME] = made.catch(() => undefined);
    return made;
  });
}

/** What is wrong in any team's stack: the table isn't about labels and default denials, which public programs don't have. */
const JUDGED_BY = [
  "eks-not-open-to-internet",
  "network-policy-no-everyone-ingress",
  "rds-private",
  "s3-not-public",
  "security-group-no-world-ingress",
  "service-no-open-exposure",
  "workload-no-host-network",
];

export const folder = path.join(__dirname, "..", "..", "fixtures", "publicPrograms");

/** Previews the program; the pack judges in this process, as a process for each would take most of the time. */
async function outcomeOf(program: string): Promise<Outcome> {
  try {
    const made = await preview({
      project: { ...readProject(folder), main: path.join(folder, program) },
      stack: "dev",
      packs: [],
      answersFile: path.join(folder, "answers.json"),
      answerRemedy: "Record it",
      output: () => undefined,
    });
    return judged(made);
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    const says = error.problems.map(({ message }) => message);
    return { verdict: "error", exit: 2, judged: 0, leftOut: [], says };
  }
}

function judged(made: Preview): Outcome {
  const findings = findingsOf(made.resources.filter(({ read }) => !read));
  const report = reportOf({ ...made, packs: ["palisade"], policies: JUDGED_BY, findings });
  return {
    verdict: report.verdict,
    exit: exitOf(report, undefined),
    judged: report.judged,
    // Sorted: which of two registrations comes first is the SDK's to say.
    leftOut: report.leftOut.map(({ place }) => placeText(place)).sort(),
    says: findings.map(({ policy, urn, undecided }) => `${policy} ${urn}${undecided ? "?" : ""}`).sort(),
  };
}

function findingsOf(resources: readonly Resource[]): PackFinding[] {
  const asked = resources.map(({ type, name, inputs }): TestResource => ({
    type,
    name,
    props: forAnalyzer(inputs),
  }));
  return run(asked, {}, { only: JUDGED_BY })
    .filter(({ policy }) => JUDGED_BY.includes(policy))
    .map(({ policy, message, urn, undecided }) => ({
      pack: "palisade",
      packVersion: "",
      policy,
      description: "",
      level: undecided ? "advisory" : "mandatory",
      severity: "",
      urn: urn?.split("::").at(-1) ?? "",
      message,
      undecided,
    }));
}
