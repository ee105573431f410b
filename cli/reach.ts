import { parsePortSpec, PortSet, PortSpecError } from "../net";
import { analyze, type End, hasAny, type UnitRelation } from "../reachability/compute";
import {
  csvFormat,
  dotFormat,
  type Filter,
  joinClusters,
  jsonFormat,
  markdownFormat,
  meaningOf,
  mermaidFormat,
  restrict,
  selectedBy,
  tableFormat,
  txtFormat,
} from "../reachability/answer";
import { errorDocument } from "./errorDocument";
import { EXIT } from "./exit";
import { BadInput, type Loaded, type WorldFlags, loadPaths } from "./manifests/load";
import { hidesSomething } from "./manifests/skipped";
import type * as StackWorld from "./manifests/stack";

/** The formats of `palisade reach`. */
export const REACH_FORMATS = ["table", "txt", "json", "csv", "md", "dot", "mermaid"] as const;
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
  return orBadInput(async () => {
    const loaded = await load(paths, flags);
    const { whole, warnings } = relationOf(loaded);
    const relation = restricted(whole, loaded, flags);
    const format = flags.json === true ? "json" : (flags.format ?? "table");
    if (format !== "json") for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
    print(pieces(format, relation, warnings, flags));
    const hides = loaded.some(({ skipped = [] }) => hidesSomething(skipped));
    const undecided = flags.failOn === "unknown" && (hides || hasAny(relation, "unknown"));
    return undecided ? EXIT.undecided : EXIT.clean;
  });
}

/** The relation of some worlds together; the ends of several are called by their clusters. */
export function relationOf(loaded: readonly Loaded[]): {
  readonly whole: UnitRelation;
  readonly warnings: readonly string[];
} {
  const warnings = loaded.flatMap((one) => one.warnings);
  const parts = loaded.map(({ cluster = "", world }) => ({ cluster, relation: analyze(world).units }));
  const [only, ...others] = parts;
  return { whole: only !== undefined && others.length === 0 ? only.relation : joinClusters(parts), warnings };
}

/** The worlds that paths or `--stack` mean: one of the two. Manifests are one cluster's. */
export async function load(paths: readonly string[], flags: WorldFlags): Promise<readonly Loaded[]> {
  if (flags.stack !== undefined && paths.length > 0) {
    throw new BadInput(["give manifests or --stack, not both"]);
  }
  if (flags.stack === undefined) {
    if (paths.length === 0) throw new BadInput(["nothing to read: give files, folders, - or --stack NAME"]);
    return [loadPaths(paths, flags)];
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the engine is loaded when a stack is asked for
  const { loadStack } = require("./manifests/stack") as typeof StackWorld;
  return loadStack(flags.stack, flags);
}

/**
 * Turns bad input into lines on stderr and its exit code; stdout stays empty, except where a command promises a JSON document
 * whatever happens.
 */
export async function orBadInput(action: () => Promise<number>, document = false): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    for (const line of error.lines) process.stderr.write(`error: ${line}\n`);
    if (document) process.stdout.write(errorDocument(error.lines));
    return EXIT.badInput;
  }
}

function restricted(
  whole: UnitRelation,
  loaded: readonly Loaded[],
  { from, to, port }: ReachFlags,
): UnitRelation {
  if (from === undefined && to === undefined && port === undefined) return whole;
  const ends = whole.units.flatMap((unit) => unit.ends);
  const services = servicesOf(loaded);
  const side = (flag: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const meaning = meaningOf(ends, services, text);
    const meant = new Set(meaning.kind === "ends" ? meaning.ends : []);
    if (meaning.kind === "services") {
      const ids = new Set(meaning.services.flatMap((service) => service.selected()));
      for (const end of ends) if (ids.has(end.id)) meant.add(end);
    }
    if (meant.size === 0) throw new BadInput([`${flag} ${text}: ${noSuchEnd(ends)}`]);
    return (end: End) => meant.has(end);
  };
  const [source, target] = [side("--from", from), side("--to", to)];
  const filter: Filter = {
    ...(source === undefined ? {} : { from: source }),
    ...(target === undefined ? {} : { to: target }),
    ...(port === undefined ? {} : { ports: PortSet.of([portOf(port)]) }),
  };
  return restrict(whole, filter);
}

/** The Services of all clusters, and the ids of the ends behind each; several clusters' are called by their cluster. */
const servicesOf = (loaded: readonly Loaded[]) =>
  loaded.flatMap(({ cluster = "", world }) => {
    const prefix = loaded.length > 1 ? `${cluster}:` : "";
    return world.services.map((service) => ({
      namespace: `${prefix}${service.namespace}`,
      name: service.name,
      selected: () => selectedBy(world, service).map(({ id }) => `${prefix}${id}`),
    }));
  });

/** What to say when a name means no end: which there are. */
export function noSuchEnd(ends: readonly End[]): string {
  const known = ends.filter(({ kind }) => kind !== "IPBlock").map(({ id }) => id);
  const some = known.slice(0, 5).join(", ");
  return `no such end; there are ${known.length === 0 ? "only addresses outside" : some}${known.length > 5 ? `, … (${known.length} in all)` : ""}`;
}

/** `tcp/443`, or a bare number, which means TCP. */
export function portOf(text: string) {
  try {
    return parsePortSpec(/^\d+(-\d+)?$/.test(text) ? `tcp/${text}` : text.toLowerCase());
  } catch (error) {
    if (!(error instanceof PortSpecError)) throw error;
    throw new BadInput([error.message]);
  }
}

function pieces(
  format: ReachFormat,
  relation: UnitRelation,
  warnings: readonly string[],
  { from, to, port }: ReachFlags,
): Iterable<string> {
  switch (format) {
    case "json": {
      const asked = Object.entries({ from, to, port }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      return jsonFormat(relation, {
        warnings,
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
      return tableFormat(relation, { width: process.stdout.isTTY ? process.stdout.columns : 120 });
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
