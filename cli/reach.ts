// Tests: test/cli/reach/command.test.ts
import { inputError } from "../problems";
import type { Family } from "../net";
import { type Analysis, analyze, hasAny, type UnitRelation } from "../reachability/compute";
import type * as Answer from "../reachability/answer";
import {
  csvFormat,
  dotFormat,
  jsonFormat,
  listFormat,
  markdownFormat,
  mermaidFormat,
  type Notes,
  tableFormat,
  txtFormat,
} from "../reachability/answer/formats";
import { mayDepart } from "../reachability/read";
import type * as Report from "../report";
import type * as Elk from "./elk";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import { meansCluster } from "./manifests/clusterFlags";
import {
  type Loaded,
  loadCluster,
  loadPaths,
  refuseManifestOptions,
  type WorldFlags,
} from "./manifests/load";
import { hidesSomething } from "./manifests/skipped";
import type * as StackWorld from "./manifests/stack";
import type * as DepartureModule from "./reachDepartures";
import type * as ReachFilter from "./reachFilter";
import type { Asked } from "./reachFilter";

/** The formats of `palisade reach`. */
export const REACH_FORMATS = ["table", "txt", "json", "csv", "md", "dot", "mermaid", "svg"] as const;
export type ReachFormat = (typeof REACH_FORMATS)[number];

/** The options of `palisade reach`, as commander parses them. */
export interface ReachFlags extends WorldFlags {
  readonly format?: ReachFormat;
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
  readonly failOn?: "unknown";
}

/** Runs `palisade reach`. Resolves with the exit code; user mistakes are printed, never thrown. */
export async function run(paths: readonly string[], flags: ReachFlags): Promise<number> {
  return orInputErrors(
    async () => {
      const loaded = await load(paths, flags);
      const analyses = loaded.map(({ world }) => analyze(world));
      const { whole, warnings } = relationOf(loaded, analyses);
      const asked = (all: UnitRelation) => (asksForSome(flags) ? restrictedTo(flags, all, loaded) : all);
      const relation = asked(whole);
      const format = formatOf(flags);
      const departures = departuresIn(loaded, analyses, asked);
      if (format !== "json") {
        for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
        for (const note of departures?.notes ?? []) process.stderr.write(`note: ${note}\n`);
      }
      const notes = {
        warnings,
        families: familiesOf(loaded),
        departures: format === "json" ? departures?.json() : undefined,
      };
      print(format === "svg" ? [await svg(relation, loaded)] : pieces(format, relation, notes, flags));
      const hides = loaded.some(
        ({ skipped = [], world }) =>
          hidesSomething(skipped) || world.makers.some(({ makes }) => makes === "objects"),
      );
      const undecided = flags.failOn === "unknown" && (hides || hasAny(relation, "unknown"));
      return undecided ? EXIT.undecided : EXIT.clean;
    },
    formatOf(flags) === "json",
  );
}

const formatOf = ({ json, format }: ReachFlags): ReachFormat =>
  json === true ? "json" : (format ?? "table");

/** The families of pods' addresses, as far as some cluster of the input tells. */
const familiesOf = (loaded: readonly Loaded[]): readonly Family[] =>
  [...new Set(loaded.flatMap(({ world }) => world.podFamilies))].sort((a, b) => a - b);

/** The relation of some worlds together; the ends of several are called by their clusters, of one where `isNamed`. */
export function relationOf(
  loaded: readonly Loaded[],
  analyses: readonly Analysis[] = loaded.map(({ world }) => analyze(world)),
  isNamed = false,
): { readonly whole: UnitRelation; readonly warnings: readonly string[] } {
  const warnings = loaded.flatMap((one) => one.warnings);
  const parts = analyses.map(({ units }, i) => ({ cluster: loaded[i]?.cluster ?? "", relation: units }));
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0 && !(isNamed && only.cluster !== ""))
    return { whole: only.relation, warnings };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- one cluster needs no joining
  const { joinClusters } = require("../reachability/answer") as typeof Answer;
  return { whole: joinClusters(parts), warnings };
}

const asksForSome = ({ from, to, port }: ReachFlags): boolean =>
  from !== undefined || to !== undefined || port !== undefined;

/** What some CNI would answer otherwise, where none is named; undefined where nothing is. */
function departuresIn(
  loaded: readonly Loaded[],
  analyses: readonly Analysis[],
  asked: (all: UnitRelation) => UnitRelation,
): DepartureModule.DepartureNotes | undefined {
  if (!loaded.some(({ world }) => world.cni === "any" && mayDepart(world).length > 0)) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most inputs use nothing that CNIs do differently
  const { departureNotes } = require("./reachDepartures") as {
    readonly departureNotes: typeof DepartureModule.departureNotes;
  };
  return departureNotes(loaded, analyses, asked);
}

function restrictedTo(flags: ReachFlags, whole: UnitRelation, loaded: readonly Loaded[]): UnitRelation {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the whole relation needs no reading of names
  const { restricted } = require("./reachFilter") as typeof ReachFilter;
  return restricted(whole, loaded, flags);
}

/** The worlds that paths, `--stack` or `--context` mean: one of the three. Manifests, and a context, are one cluster's. */
export async function load(paths: readonly string[], flags: WorldFlags): Promise<readonly Loaded[]> {
  const { stack } = flags;
  const isLive = meansCluster(flags);
  const given = [
    ...(paths.length > 0 ? ["manifests"] : []),
    ...(stack === undefined ? [] : ["--stack"]),
    ...(isLive ? ["--context or --kubeconfig"] : []),
  ];
  if (given.length > 1)
    throw inputError([], `${given.join(" and ")} are given`, "Give one of manifests, --stack and --context");
  if (isLive) {
    refuseManifestOptions(flags);
    return [await loadCluster(flags, "peers")];
  }
  if (stack !== undefined) return loadPlan(stack, flags);
  if (paths.length > 0) return [loadPaths(paths, flags)];
  throw inputError([], "nothing to read", "Give files, folders, -, --stack NAME or --context NAME");
}

/** The worlds of a stack's plan, one a cluster. */
export function loadPlan(stack: string, flags: WorldFlags): Promise<readonly Loaded[]> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the engine is loaded when a stack is asked for
  const { loadStack } = require("./manifests/stack") as typeof StackWorld;
  return loadStack(stack, flags);
}

/** The relation as an image. */
async function svg(relation: UnitRelation, loaded: readonly Loaded[]): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- no other format draws
  const { pictureOf, svgOf } = require("../report") as typeof Report;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the same
  const { elkIfThere } = require("./elk") as typeof Elk;
  const clusters = loaded.flatMap(({ cluster }) => cluster ?? []);
  const description = `Who reaches whom${clusters.length === 0 ? "" : ` in ${clusters.join(", ")}`}`;
  return svgOf(description, [{ title: "", picture: await pictureOf(relation, elkIfThere()) }]);
}

/** What is asked about as a list; the whole relation as matrices. */
function shown(width: number, relation: UnitRelation, { from, to, port }: Asked): Iterable<string> {
  if (to !== undefined) return listFormat(relation, { width, by: "to" });
  if (from !== undefined) return listFormat(relation, { width, by: "from" });
  return tableFormat(relation, { width, withEmpty: port === undefined });
}

function pieces(
  format: Exclude<ReachFormat, "svg">,
  relation: UnitRelation,
  notes: Notes,
  flags: ReachFlags,
): Iterable<string> {
  switch (format) {
    case "json": {
      const { from, to, port } = flags;
      const asked = Object.entries({ from, to, port }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return jsonFormat(relation, {
        ...notes,
        ...(asked.length === 0 ? {} : { filter: Object.fromEntries(asked) }),
      });
    }
    case "txt":
      return txtFormat(relation);
    case "csv":
      return csvFormat(relation);
    case "md":
      return markdownFormat(relation);
    case "dot":
      return dotFormat(relation);
    case "mermaid":
      return mermaidFormat(relation);
    case "table":
      return shown(process.stdout.isTTY ? Math.max(60, process.stdout.columns) : 120, relation, flags);
  }
}

/** Writes pieces in chunks: one call for each would take longer than making them. */
export function print(texts: Iterable<string>): void {
  let chunk = "";
  for (const text of texts) {
    chunk += text;
    if (chunk.length < 1 << 20) continue;
    process.stdout.write(chunk);
    chunk = "";
  }
  process.stdout.write(chunk);
}
