import { isJudgedKind, Pack } from "../policypack/index";
import { bearingOf } from "../reachability/read";
import { readSettings } from "./check/config";
import { jsonText } from "./check/json";
import { junitText } from "./check/junit";
import { type CheckedObjects, type CheckedObject, checkedObjects, withoutOwned } from "./check/objects";
import { type CheckReport, judge, withInput, withState } from "./check/report";
import { sarifText } from "./check/sarif";
import { checkedState, listed } from "./check/state";
import { type StateFile, statesIn } from "./check/stateFile";
import { reportText } from "./check/text";
import { unseenNamespaces } from "./check/unseen";
import { EXIT } from "./exit";
import { type InputFile, readPaths } from "./manifests/files";
import type * as Cluster from "./manifests/cluster";
import { type ClusterFlags, meansCluster } from "./manifests/clusterFlags";
import { type Input, type InputFlags, readInput, readObjects } from "./manifests/input";
import { nothingToJudge, refuseManifestOptions } from "./manifests/load";
import { orInputErrors } from "./inputErrors";
import type { PolicyFlags } from "./policyOptions";
import {
  atPath,
  atSource,
  atSubject,
  inputError,
  type Place,
  type Problem,
  throwProblems,
} from "../problems";

/** The formats of `palisade check`. */
export const CHECK_FORMATS = ["text", "json", "sarif", "junit"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** The options of `palisade check`, as commander parses them. */
export interface CheckFlags extends InputFlags, ClusterFlags, PolicyFlags {
  readonly config?: string;
  readonly format?: CheckFormat;
  readonly json?: boolean;
  readonly failOn?: "unknown" | "unjudged";
}

/**
 * Runs `palisade check`: the policy pack's invariants on plain manifests. Resolves with the exit code; user mistakes are
 * printed, never thrown.
 */
export async function run(paths: readonly string[], flags: CheckFlags): Promise<number> {
  return orInputErrors(
    async () => {
      const report = await judgedManifests(paths, flags);
      if (formatOf(flags) === "text")
        for (const warning of report.warnings) process.stderr.write(`warning: ${warning}\n`);
      process.stdout.write(rendered(report, formatOf(flags)));
      return exitCode(report, flags);
    },
    formatOf(flags) === "json",
  );
}

/**
 * What the pack says of manifests, a running cluster or a stack's state.
 * @param files the manifests where they are read already; standard input can't be read twice.
 * @throws PalisadeInputError for mistakes of the flags and the input, and where there is nothing to judge.
 */
export async function judgedManifests(
  paths: readonly string[],
  flags: CheckFlags,
  files?: readonly InputFile[],
): Promise<CheckReport> {
  const isLive = meansCluster(flags);
  if (paths.length === 0 && !isLive)
    throw inputError([], "nothing to check", "Give files, folders, - for standard input, or --context NAME");
  if (paths.length > 0 && isLive)
    throw inputError([], "both manifests and --context are given", "Give one of the two");
  const settings = readSettings(flags.config, flags);
  const given = files ?? readPaths(paths);
  const pack = new Pack();
  pack.configure(settings);
  const { state, beside } = statesIn(given);
  if (state !== undefined) return judgedState(pack, state, flags);
  const notes = listed("stacks' states were skipped: check each of them in a run of its own", beside);
  const input = isLive ? await liveInput(flags) : manifestInput(given, flags, notes);
  const checked = checkedObjects(input.objects);
  throwProblems(exemptionProblems(pack, checked));
  if (checked.isEmpty) throw nothingToJudge(given, seenIn(checked, input.warnings));
  const warnings = [...input.warnings, ...unseenNamespaces(input.world, flags.verbose === true)];
  return withInput(judge(pack, checked, input.files), { ...input, warnings });
}

// What an API server would refuse, or two objects under one name, has no meaning that could be judged.
function manifestInput(given: readonly InputFile[], flags: CheckFlags, notes: readonly string[]): Input {
  const input = readInput(given, flags, { representatives: false });
  return { ...input, warnings: [...notes, ...input.warnings] };
}

/** The report on a stack's state. */
function judgedState(pack: Pack, state: StateFile, flags: CheckFlags): CheckReport {
  refuseManifestOptions(flags, "A stack's state is given instead");
  const checked = checkedState(state);
  throwProblems(exemptionProblems(pack, checked));
  if (checked.isEmpty)
    throw inputError(
      atSource(state.file.name),
      `nothing to judge: the state holds no resource that policies judge${seenText(seenIn(checked, checked.warnings))}`,
    );
  return withState(judge(pack, checked, [state.file]), checked);
}

const seenText = (seen: readonly string[]): string => (seen.length === 0 ? "" : `; seen: ${seen.join(", ")}`);

const formatOf = ({ json, format }: CheckFlags): CheckFormat => (json === true ? "json" : (format ?? "text"));

/** What a cluster holds that bears on reachability, or that a policy judges; of pods and what makes them, the outermost. */
async function liveInput(flags: CheckFlags): Promise<Input> {
  refuseManifestOptions(flags);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests need no client of an API server
  const { readCluster } = require("./manifests/cluster") as typeof Cluster;
  const taken = await readCluster(
    flags,
    ({ group, kind }) => bearingOf(kind, group) ?? (isJudgedKind(group, kind) ? "other" : undefined),
  );
  const input = readObjects(taken, flags, { representatives: false, unseen: taken.unseen });
  return { ...input, objects: withoutOwned(input.objects) };
}

/** A wrong exemption beside an object is a mistake of the input's. */
function exemptionProblems(pack: Pack, { objects }: CheckedObjects): Problem[] {
  const byUrn = new Map(objects.map((object) => [object.resource.urn, object]));
  return pack.exemptionProblems(objects.map(({ resource }) => resource)).flatMap(({ urn, ...problem }) => {
    const object = byUrn.get(urn);
    return object === undefined
      ? []
      : [{ place: placeOfExemption(object, problem), message: problem.message }];
  });
}

function placeOfExemption(
  { at: { source, path }, kind, name }: CheckedObject,
  { annotation, where }: { readonly annotation?: string; readonly where: string },
): Place {
  const { file, document } = source;
  const field = annotation === undefined ? atSubject(where) : atPath("metadata", "annotations", annotation);
  return [...atSource(file, { document }), ...atPath(...path), ...atSubject(`${kind} ${name}`), ...field];
}

/** What an input holds in which no policy finds anything to judge. */
const seenIn = ({ skipped, unjudged }: CheckedObjects, warnings: readonly string[]): readonly string[] => [
  ...[...skipped, ...unjudged].map(([kind, count]) => `${count} ${kind}`),
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

/** Whoever asks for what isn't judged asks for what isn't decided, too. */
function exitCode({ verdict, checked }: CheckReport, { failOn }: CheckFlags): number {
  if (verdict === "violations") return EXIT.finding;
  const isOpen = verdict === "undecided" && failOn !== undefined;
  return isOpen || (failOn === "unjudged" && checked.unjudged.size > 0) ? EXIT.undecided : EXIT.clean;
}
