/**
 * `palisade observe`: reads records of traffic and says what they show of a stack's flows. In: paths, flags, and the stack's plan.
 * Out: text, JSON or SARIF on stdout, progress and warnings on stderr, and the exit code.
 * Tests: test/cli/observe/command.test.ts.
 */
import { TrafficObservation } from "../../observe";
import { atSource, inputError, PalisadeInputError, printable } from "../../problems";
import { type LineRead, namedVpcFields, RecordLines, type VpcFields } from "../../records";
import { EXIT } from "../exit";
import { orInputErrors } from "../inputErrors";
import { type ClusterFlags, meansCluster } from "../manifests/clusterFlags";
import { firstBytes, isParquet, linesOf, type RecordFile, recordFiles } from "./files";
import { observeJson } from "./json";
import type { FileLine } from "./lines";
import { type NumberedRecord, parquetRecords } from "./parquet";
import { addRunning, podsOf } from "./pods";
import { Progress } from "./progress";
import { type ObserveReport, observeReport } from "./report";
import { observeSarif } from "./sarif";
import { observedCluster } from "./stack";
import { suggester } from "./suggest";
import { observeText } from "./text";
import { sinceOf } from "./time";

/** The options of `palisade observe`, as commander parses them. */
export interface ObserveFlags extends ClusterFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly cluster?: string;
  readonly pods?: readonly string[];
  readonly since?: string;
  readonly vpcFormat?: string;
  readonly format?: "text" | "json" | "sarif";
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly failOn?: "unknown";
}

/**
 * Runs `palisade observe FILE…`. Resolves with the exit code; user mistakes are printed, never thrown.
 * @param planned what the stack's plan declares on the cluster.
 */
export function run(
  paths: readonly string[],
  flags: ObserveFlags,
  planned: typeof observedCluster = observedCluster,
): Promise<number> {
  const format = flags.format ?? (flags.json === true ? "json" : "text");
  return orInputErrors(async () => {
    const since = sinceOf(flags.since);
    const vpcFormat = vpcFormatOf(flags.vpcFormat);
    const pods = podsOf(flags.pods ?? []);
    const files = recordFiles(paths);
    if (meansCluster(flags)) await addRunning(pods, flags);
    const cluster = await planned(flags.stack, flags.cwd, flags.cluster);
    const observation = new TrafficObservation(cluster.applications, pods, cluster.ranges, since);
    const unreadable = await readAll(files, vpcFormat, observation);
    const observed = observation.result();
    if (observed.formats.length === 0) throw nothingRead(files, unreadable);
    const report = observeReport(flags.stack, cluster, observed, suggester(cluster, flags.cwd), {
      files: files.length,
      unreadable,
      warnings: [],
    });
    print(report, format, flags.verbose === true);
    if (report.verdict === "findings") return EXIT.finding;
    if (report.verdict === "undecided") return EXIT.undecided;
    const isUnknown = observed.unattributed.length > 0 || unreadable.lines > 0;
    return isUnknown && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  }, format === "json");
}

/** The records of a file of lines, each with its line's number; those of one chunk after the other. */
async function* lineRecords(
  file: RecordFile,
  head: Buffer | undefined,
  vpcFormat: VpcFields | undefined,
  progress: (bytes: number) => void,
): AsyncGenerator<Iterable<NumberedRecord>> {
  const reader = new RecordLines(vpcFormat);
  for await (const lines of linesOf(file, head, progress)) yield recordsOf(lines, reader);
}

function* recordsOf(lines: Iterable<FileLine>, reader: RecordLines): Generator<NumberedRecord> {
  for (const { number, text, problem = "" } of lines) {
    const read: LineRead | undefined =
      text === undefined
        ? { format: undefined, reading: { kind: "bad", message: problem } }
        : reader.read(text);
    if (read !== undefined) yield { number, read };
  }
}

/** So many lines that can't be read are named; the rest are counted. */
const NAMED = 5;

/** Reads all files into the observation; says which lines can't be read. */
async function readAll(
  files: readonly RecordFile[],
  vpcFormat: VpcFields | undefined,
  observation: TrafficObservation,
): Promise<ObserveReport["unreadable"]> {
  const first: string[] = [];
  let lines = 0;
  const progress = new Progress(files);
  for (const file of files) {
    const told = (bytes: number): void => progress.told(file, bytes);
    const head = await firstBytes(file);
    const records =
      head !== undefined && isParquet(head)
        ? parquetRecords(file, told)
        : lineRecords(file, head, vpcFormat, told);
    for await (const chunk of records)
      for (const { number, read } of chunk) {
        observation.add(read.format, read.reading);
        if (read.reading.kind !== "bad") continue;
        lines++;
        if (first.length < NAMED) first.push(`${printable(file.name)}:${number}: ${read.reading.message}`);
      }
  }
  progress.end();
  return { lines, first };
}

function print(report: ObserveReport, format: "text" | "json" | "sarif", verbose: boolean): void {
  const { lines, first } = report.unreadable;
  for (const warning of [...report.warnings, ...first]) process.stderr.write(`warning: ${warning}\n`);
  if (lines > first.length)
    process.stderr.write(`warning: ${lines - first.length} more lines can't be read\n`);
  const text =
    format === "json"
      ? observeJson(report)
      : format === "sarif"
        ? observeSarif(report)
        : observeText(report, verbose);
  process.stdout.write(text);
}

function nothingRead(
  files: readonly RecordFile[],
  { first }: ObserveReport["unreadable"],
): PalisadeInputError {
  const names = files.length === 1 ? (files[0]?.name ?? "") : `${files.length} files`;
  return new PalisadeInputError([
    {
      place: atSource(names),
      message: "holds no flow record",
      remedy: "docs/observe.md has a line of each format",
    },
    ...first.map((message) => ({ place: [], message })),
  ]);
}

/** @throws PalisadeInputError for fields by which no connection can be told */
function vpcFormatOf(text: string | undefined): VpcFields | undefined {
  if (text === undefined) return undefined;
  const fields = namedVpcFields(text);
  if ("count" in fields) return fields;
  throw inputError(
    atSource("--vpc-format"),
    `lacks ${fields.lacks.join(", ")}`,
    "Without these no connection is told: give all fields of the log, in their order",
  );
}
