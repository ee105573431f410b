import { Pack, POLICIES } from "../policypack/index";
import { readSettings } from "./check/config";
import { jsonText } from "./check/json";
import { junitText } from "./check/junit";
import { type Checked, checkedObjects } from "./check/objects";
import { type CheckReport, judge, withInput } from "./check/report";
import { sarifText } from "./check/sarif";
import { reportText } from "./check/text";
import { EXIT } from "./exit";
import { type InputFlags, readInput } from "./manifests/input";
import { BadInput, nothingToJudge, pathFiles } from "./manifests/load";
import { orBadInput } from "./reach";

/** The formats of `palisade check`. */
export const CHECK_FORMATS = ["text", "json", "sarif", "junit"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The options of `palisade check`, as commander parses them. */
export interface CheckFlags extends InputFlags {
  readonly config?: string;
  readonly format?: CheckFormat;
  readonly json?: boolean;
  readonly failOn?: "unknown";
}

/**
 * Runs `palisade check`: the policy pack's invariants on plain manifests. Resolves with the exit code; user mistakes are
 * printed, never thrown.
 */
export async function run(paths: readonly string[], flags: CheckFlags): Promise<number> {
  return orBadInput(() => {
    if (paths.length === 0)
      throw new BadInput(["nothing to check: give files, folders, or - for standard input"]);
    const settings = readSettings(flags.config);
    const given = pathFiles(paths);
    // What an API server would refuse, or two objects under one name, has no meaning that could be judged.
    const input = readInput(given, flags, { representatives: false });
    const pack = new Pack();
    pack.configure(settings);
    const enforced = POLICIES.filter(({ name }) => settings.get(name)?.level !== "disabled");
    const checked = checkedObjects(input.objects);
    if (checked.objects.length === 0) throw nothingToJudge(given, seenIn(checked, input.warnings));
    const report = withInput(judge(pack, enforced, checked, input.files), input);
    if (flags.json !== true && (flags.format ?? "text") === "text")
      for (const warning of report.warnings) process.stderr.write(`warning: ${warning}\n`);
    process.stdout.write(rendered(report, flags.json === true ? "json" : (flags.format ?? "text")));
    return Promise.resolve(exitCode(report, flags));
  });
}

/** What an input holds in which no policy finds anything to judge. */
const seenIn = ({ skipped }: Checked, warnings: readonly string[]): readonly string[] => [
  ...[...skipped].map(([kind, count]) => `${count} ${kind}`),
  ...warnings,
];

function rendered(report: CheckReport, format: CheckFormat): string {
  switch (format) {
    case "text":
      return reportText(report);
    case "json":
      return jsonText(report);
    case "sarif":
      return sarifText(report);
    case "junit":
      return junitText(report);
  }
}

function exitCode({ verdict }: CheckReport, { failOn }: CheckFlags): number {
  switch (verdict) {
    case "clean":
      return EXIT.clean;
    case "violations":
      return EXIT.finding;
    case "undecided":
      return failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  }
}
