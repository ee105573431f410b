import { Pack, POLICIES } from "../policypack/index";
import type { SourcedObject } from "../reachability/read";
import { readSettings } from "./check/config";
import { jsonText } from "./check/json";
import { junitText } from "./check/junit";
import { checkedObjects, inNamespace } from "./check/objects";
import { type CheckReport, judge } from "./check/report";
import { sarifText } from "./check/sarif";
import { reportText } from "./check/text";
import { EXIT } from "./exit";
import { BadInput, loadObjects, parseFiles, pathFiles } from "./manifests/load";
import { orBadInput } from "./reach";

/** The formats of `palisade check`. */
export const CHECK_FORMATS = ["text", "json", "sarif", "junit"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The options of `palisade check`, as commander parses them. */
export interface CheckFlags {
  readonly config?: string;
  readonly namespace?: string;
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
    const files = pathFiles(paths);
    const given = parseFiles(files);
    const manifests = flags.namespace === undefined ? given : inNamespace(given, flags.namespace);
    refuseInvalid(manifests, files);
    const pack = new Pack();
    pack.configure(settings);
    const enforced = POLICIES.filter(({ name }) => settings.get(name)?.level !== "disabled");
    const report = judge(pack, enforced, checkedObjects(manifests), files);
    process.stdout.write(rendered(report, flags.json === true ? "json" : (flags.format ?? "text")));
    return Promise.resolve(exitCode(report, flags));
  });
}

/** What an API server would refuse, or two objects under one name, has no meaning that could be judged. */
function refuseInvalid(manifests: readonly SourcedObject[], files: Parameters<typeof loadObjects>[2]): void {
  loadObjects(manifests, { representatives: false }, files);
}

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
