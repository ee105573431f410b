import { writeFileSync } from "node:fs";
import path from "node:path";
import { atSource, inputError, messageOf } from "../problems";
import { partyText } from "../reachability/answer/formats";
import { analyze, hasAny } from "../reachability/compute";
import {
  encodeWorld,
  pageScript,
  type Picture,
  pictureOf,
  pictureOfChange,
  type Reported,
  reportedIsolations,
  reportPage,
  svgOf,
} from "../report";
import type { ClusterChange } from "./diff/changes";
import { commitOf } from "./commit";
import { elkIfThere } from "./elk";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import { readPaths } from "./manifests/files";
import { loadCluster, loadFiles } from "./manifests/load";
import { meansCluster } from "./manifests/clusterFlags";
import { hidesSomething } from "./manifests/skipped";
import type * as Engine from "../engine";
import type * as Judged from "./judgedReport";
import type * as Planned from "./plannedReport";
import type { ReportFlags, ReportInput } from "./reportInput";
import { load } from "./reach";
import { plural } from "./render/text";
import { changeSince, type ReportChange } from "./reportChange";

/** Runs `palisade report`: writes the page, and says where it is and what is in it. Resolves with the exit code. */
export async function run(paths: readonly string[], flags: ReportFlags): Promise<number> {
  return orInputErrors(async () => {
    const input =
      flags.stack === undefined ? await ofManifests(paths, flags) : await ofStack(flags.stack, paths, flags);
    const change = flags.diff === undefined ? undefined : await changeSince(flags.diff, input, paths, flags);
    const elk = elkIfThere();
    const clusters: Reported[] = [];
    const drawings: { title: string; picture: Picture }[] = [];
    const sums: string[] = [];
    const here = new Set(input.loaded.map(({ cluster }) => cluster));
    const gone =
      change?.clusters.filter(({ cluster, lines }) => !here.has(cluster) && lines.length > 0) ?? [];
    let unknown = input.isUndecided || input.loaded.some(({ skipped = [] }) => hidesSomething(skipped));
    for (const { cluster, world, warnings } of input.loaded) {
      const analysis = analyze(world);
      const { units } = analysis;
      const { map, ...declared } = input.declaredOn(cluster);
      const changes = change?.of(cluster) ?? [];
      const picture = await pictureOf(units, elk, {
        ...(map === undefined ? {} : { declared: map }),
        changes,
      });
      const title = input.loaded.length + gone.length > 1 ? (cluster ?? "") : "";
      if (change === undefined) drawings.push({ title, picture });
      else if (changes.length > 0)
        drawings.push({ title, picture: await pictureOfChange(changes.slice(0, MOST_DRAWN), elk, map) });
      unknown ||= hasAny(units, "unknown");
      sums.push(`${cluster === undefined ? "" : `${cluster}: `}${summaryOf(picture)}`);
      clusters.push({
        cluster: cluster ?? "",
        picture,
        world: encodeWorld(world),
        ...declared,
        changes: changes.map(reportedChange),
        isolation: reportedIsolations(analysis),
        warnings,
      });
    }
    for (const { cluster = "", lines } of gone) {
      const picture = await pictureOfChange(lines, elk);
      drawings.push({ title: cluster, picture: await pictureOfChange(lines.slice(0, MOST_DRAWN), elk) });
      clusters.push({
        ...{ cluster, picture, world: undefined, changes: lines.map(reportedChange) },
        ...{ flows: [], access: [], quotas: [], isolation: [], warnings: [] },
      });
    }
    const [judged = [], proven = plainSentences(clusters)] = input.sentences;
    const sentences = [
      ...judged,
      ...(change === undefined ? [] : [change.sentence]),
      ...(judged.length === 0 ? [`${sums.join("; ")}.`, ...proven] : [...proven, `${sums.join("; ")}.`]),
    ];
    const commit = commitOf(input.folder);
    const heading = {
      title: input.title,
      sentences,
      ...(input.verdict === undefined ? {} : { verdict: input.verdict }),
      ...(commit === undefined ? {} : { asOf: commit }),
      findings: input.findings,
      exemptions: input.exemptions,
      ...input.evidence,
      ...(change === undefined ? {} : { change: { since: change.since, notes: change.notes } }),
    };
    const svg = flags.svg === undefined ? undefined : svgOf(sentences.join(" "), drawings, notesOf(change));
    write(`--out ${flags.out}`, flags.out, reportPage(heading, clusters, script()));
    if (flags.svg !== undefined && svg !== undefined) write(`--svg ${flags.svg}`, flags.svg, svg);
    const note = elk === undefined ? ["The map is a grid: npm install elkjs lays it out by its lines."] : [];
    process.stdout.write([path.resolve(flags.out), ...sentences.slice(0, MOST_SAID), ...note, ""].join("\n"));
    return unknown && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  }, false);
}

/** How many sentences the command prints; the page has all. */
const MOST_SAID = 3;

/** How many lines a comment's drawing shows of a change. */
const MOST_DRAWN = 40;

/** What a drawing says below its maps. */
function notesOf(change: ReportChange | undefined): readonly string[] {
  if (change === undefined) return [];
  const most = Math.max(0, ...change.clusters.map(({ lines }) => lines.length));
  const more = most > MOST_DRAWN ? [`Of each cluster ${MOST_DRAWN} lines are drawn.`] : [];
  return [change.sentence, ...more, ...change.notes];
}

const reportedChange = ({ kind, from, to, gained, lost, because }: ClusterChange["lines"][number]) => ({
  kind,
  from: partyText(from),
  to: partyText(to),
  gained,
  lost,
  because,
});

async function ofManifests(paths: readonly string[], flags: ReportFlags): Promise<ReportInput> {
  const isLive = meansCluster(flags);
  const files = isLive || paths.length === 0 ? [] : readPaths(paths);
  const loaded = isLive || files.length === 0 ? await load(paths, flags) : [loadFiles(files, flags, "peers")];
  const judged = isToJudge(flags) ? await judgedBy(paths, isLive ? undefined : files, flags) : NOT_JUDGED;
  return {
    title: `Who reaches whom: ${isLive ? (flags.context ?? "the current context") : paths.join(", ")}`,
    loaded,
    side: async () => ({
      kind: "worlds",
      loaded: [isLive ? await loadCluster(flags) : loadFiles(files, flags)],
      isLive,
    }),
    declaredOn: () => ({ flows: [], access: [], quotas: [] }),
    exemptions: [],
    folder: ".",
    ...judged,
  };
}

const NOT_JUDGED: Judged.JudgedPart = {
  sentences: [],
  findings: [],
  evidence: { controls: [], judged: [] },
  isUndecided: false,
};

/** Manifests are judged where somebody says by what. */
const isToJudge = ({ config, policy, disable, profile }: ReportFlags): boolean =>
  [config, policy, disable, profile].some((one) => one !== undefined);

function judgedBy(...given: Parameters<typeof Judged.judgedReport>): ReturnType<typeof Judged.judgedReport> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the policies are loaded when somebody asks for them
  const { judgedReport } = require("./judgedReport") as {
    readonly judgedReport: typeof Judged.judgedReport;
  };
  return judgedReport(...given);
}

async function ofStack(stack: string, paths: readonly string[], flags: ReportFlags): Promise<ReportInput> {
  if (paths.length > 0)
    throw inputError(
      atSource(paths.join(" ")),
      "given beside --stack",
      "Give manifests or --stack, not both",
    );
  if (isToJudge(flags))
    throw inputError(
      atSource("--config, --policy, --disable or --profile"),
      "given beside --stack",
      "A stack's report is judged by its own policies and their configuration",
    );
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the engine is loaded when a stack is asked for
  const { plannedReport } = require("./plannedReport") as typeof Planned;
  return await plannedReport(stack, flags);
}

/** The most important of a map in a few words; without a judge, what isolates and what is reached from outside are sentences too. */
function summaryOf({ nodes, edges }: Picture): string {
  const outside = nodes.filter((node) => node.outside).length;
  const open = edges.filter(({ state }) => state !== "gone");
  const unknown = open.filter(({ state }) => state === "unknown").length;
  return [
    plural(nodes.length - outside, "end"),
    plural(open.length, "connection"),
    `${exposedIn({ nodes, edges }).size} reached from outside${unknown === 0 ? "" : `, ${unknown} not known`}`,
  ].join(", ");
}

/** The ids of what is reached from outside, surely or perhaps. */
function exposedIn({ nodes, edges }: Pick<Picture, "nodes" | "edges">): ReadonlySet<string> {
  const outside = new Set(nodes.flatMap((node) => (node.outside ? [node.id] : [])));
  const open = edges.filter(({ state, from }) => state !== "gone" && outside.has(from));
  return new Set(open.map(({ to }) => to));
}

/** What nobody declared anything of: whether it is isolated, and what is reached from outside. */
function plainSentences(reported: readonly Reported[]): readonly string[] {
  const ends = reported.flatMap(({ isolation }) => isolation);
  const [ingress, egress] = [
    ends.filter(({ ingress }) => ingress.isolatedBy.length > 0),
    ends.filter(({ egress }) => egress.isolatedBy.length > 0),
  ];
  const denied = ends.filter(
    ({ ingress, egress }) => ingress.deniedBy.length + egress.deniedBy.length > 0,
  ).length;
  const exposed = reported.flatMap(({ picture }) => [...exposedIn(picture)]);
  const some =
    exposed.length === 0
      ? "nothing"
      : `${exposed.slice(0, 3).join(", ")}${exposed.length > 3 ? ` and ${exposed.length - 3} more` : ""}`;
  return [
    `Isolated on ingress: ${ingress.length} of ${plural(ends.length, "end")}; on egress: ${egress.length}.`,
    ...(denied === 0 ? [] : [`Policies of tiers deny some traffic of ${plural(denied, "end")}.`]),
    `Reached from outside: ${some}.`,
  ];
}

function write(place: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw inputError(atSource(place), `can't be written: ${messageOf(error)}`);
  }
}

/** The page's script, from where it is in a clone or a package. */
function script(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a page needs it
  const { engineFolder } = require("../engine") as typeof Engine;
  return pageScript(path.join(engineFolder, "..", "report"));
}
