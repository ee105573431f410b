import {
  type Diff,
  diff,
  diffJson,
  diffMarkdown,
  diffTxt,
  gainsAny,
  isUnknownAnywhere,
  isSaved,
  readSaved,
  restrict,
  SavedError,
} from "../reachability/answer";
import {
  familiesAlike,
  isRepresentativeName,
  representedAlike,
  uncomputedText,
  Warnings,
} from "../reachability/read";
import type { UnitRelation } from "../reachability/compute";
import { EXIT } from "./exit";
import { InputPathError, type InputFile, readPaths } from "./manifests/files";
import { readRevision } from "./manifests/git";
import { BadInput, type Loaded, type WorldFlags, loadFiles } from "./manifests/load";
import { load, orBadInput, print, relationOf } from "./reach";

/** The formats of `palisade diff`. */
export const DIFF_FORMATS = ["txt", "md", "json"] as const;

/** The options of `palisade diff`, as commander parses them. */
export interface DiffFlags extends WorldFlags {
  readonly format?: (typeof DIFF_FORMATS)[number];
  readonly json?: boolean;
  readonly failOn?: "gained" | "unknown";
}

/** One side: a saved answer, or the worlds of its clusters, which are yet to be analyzed. */
type DiffSide =
  | { readonly kind: "saved"; readonly relation: UnitRelation }
  | { readonly kind: "worlds"; readonly loaded: readonly Loaded[] };

/**
 * Runs `palisade diff A B`: what is reachable in B and wasn't in A, and the reverse. Each is a file or folder, a saved
 * `reach --json`, `stack:NAME`, `git:REV:PATH`, or `git:REV` for the other side's path as it was then.
 */
export async function run(before: string, after: string, flags: DiffFlags): Promise<number> {
  return orBadInput(async () => {
    const sides = alike([await sideOf(before, after, flags), await sideOf(after, before, flags)]);
    const [old, young] = [analyzed(sides[0]), analyzed(sides[1])];
    const warnings = [...new Set([...old.warnings, ...young.warnings, ...unmatched(sides)])];
    const result = diff(old.whole, young.whole);
    const notCompared = differencesOf(loadedOf(sides[0]), loadedOf(sides[1]));
    const format = flags.json === true ? "json" : (flags.format ?? "txt");
    if (format === "json") print([diffJson(result, [...warnings, ...notCompared])]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print(format === "md" ? diffMarkdown(result, notCompared) : diffTxt(result, notCompared));
    }
    return exitCode(flags, result, notCompared.length > 0);
  });
}

/** What isn't known to be the same counts as a gain. */
function exitCode({ failOn }: DiffFlags, result: Diff, mayDiffer: boolean): number {
  if (failOn === "gained" && (mayDiffer || gainsAny(result))) return EXIT.finding;
  return failOn === "unknown" && (mayDiffer || isUnknownAnywhere(result)) ? EXIT.undecided : EXIT.clean;
}

/** What one side has and the other hasn't of what isn't computed, or couldn't be read: what it changes isn't known. */
function differencesOf(before: readonly Loaded[], after: readonly Loaded[]): readonly string[] {
  const policies = (loaded: readonly Loaded[]) =>
    new Map(
      loaded.flatMap(({ cluster = "", world }) =>
        world.uncomputed.map((policy) => {
          const text = uncomputedText(policy);
          const content = policy.because === "kind" ? policy.content : "";
          return [`${cluster} ${text} ${content}`, text] as const;
        }),
      ),
    );
  const [old, young] = [policies(before), policies(after)];
  const changed = [
    ...[...old].filter(([key]) => !young.has(key)),
    ...[...young].filter(([key]) => !old.has(key)),
  ].map(([, text]) => text);
  const hidden = (loaded: readonly Loaded[]) =>
    loaded.flatMap(({ skipped = [] }) => skipped.filter(({ harmless }) => harmless !== true)).length;
  const names = [...new Set(changed)].join(", ");
  return [
    ...(changed.length === 0
      ? []
      : [`policies that aren't computed differ, and so may what they open or close: ${names}`]),
    ...(hidden(after) > hidden(before)
      ? ["more of the later side couldn't be read than of the earlier, so it may open more than is shown"]
      : []),
  ];
}

async function sideOf(text: string, other: string, flags: WorldFlags): Promise<DiffSide> {
  const stack = /^stack:(.+)$/.exec(text)?.[1];
  if (stack !== undefined) return { kind: "worlds", loaded: await load([], { ...flags, stack }) };
  const [, revision, path] = /^git:([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (revision === undefined) return ofFiles(text, filesOf(text), flags);
  if (path === undefined && /^(git|stack):/.test(other)) {
    throw new BadInput([`${text}: which path? Write ${text}:PATH`]);
  }
  return ofFiles(text, readRevision(revision, path ?? other), flags);
}

function filesOf(path: string): InputFile[] {
  try {
    return readPaths([path]);
  } catch (error) {
    if (!(error instanceof InputPathError)) throw error;
    throw new BadInput([error.message]);
  }
}

function ofFiles(name: string, files: readonly InputFile[], flags: WorldFlags): DiffSide {
  const [only, ...others] = files;
  const saved = only !== undefined && others.length === 0 ? savedIn(only) : undefined;
  if (saved === undefined) return { kind: "worlds", loaded: [loadFiles(files, flags)] };
  try {
    return { kind: "saved", relation: withoutNamedPeers(readSaved(saved)) };
  } catch (error) {
    if (!(error instanceof SavedError)) throw error;
    throw new BadInput([`${name}: ${error.message}`]);
  }
}

/** A saved answer is JSON, its keys in any order; a byte order mark, which some editors put before it, is none of it. */
function savedIn({ bytes }: InputFile): unknown {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  // What has a kind and no ends are manifests, which may be long: no need to parse them twice.
  if (!/^\s*\{/.test(text) || (text.includes('"kind"') && !text.includes('"ends"'))) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return isSaved(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A saved answer about workloads also has the peers that its policies name and no manifest holds. Another side's policies
 * may name others: such ends say nothing of what is gained.
 */
function withoutNamedPeers(relation: UnitRelation): UnitRelation {
  const ends = relation.units.flatMap((unit) => unit.ends);
  const isWhole = ends.some(({ namespace, name }) => namespace.endsWith("{other}") && name === "{other}");
  const some = ends.some(
    ({ kind, name }) => kind !== "IPBlock" && kind !== "Node" && !isRepresentativeName(name),
  );
  if (isWhole || !some) return relation;
  const isReal = ({ name }: (typeof ends)[number]) => !isRepresentativeName(name);
  return restrict(relation, { from: isReal, to: isReal });
}

/** Both sides with the same representatives, cluster by cluster, so that each is compared with itself. */
function alike(sides: readonly [DiffSide, DiffSide]): readonly [DiffSide, DiffSide] {
  const saved = sides.flatMap((side) => (side.kind === "saved" ? representativesOf(side.relation) : []));
  const [old, young] = [loadedOf(sides[0]), loadedOf(sides[1])];
  const joint = new Map<Loaded, Loaded>();
  for (const same of clustersOf(old, young)) {
    const prefix = old.length + young.length > same.length ? `${same[0]?.cluster ?? ""}:` : "";
    const there = saved
      .filter(({ namespace }) => namespace.startsWith(prefix))
      .map(({ namespace, name }) => ({ namespace: namespace.slice(prefix.length), name }));
    const warnings = new Warnings();
    const bare = familiesAlike(same.map(({ world }) => world));
    const worlds = representedAlike(bare, there, warnings);
    for (const [i, one] of same.entries()) {
      const more = [...one.warnings, ...warnings.texts()];
      joint.set(one, { ...one, world: worlds[i] ?? one.world, warnings: more });
    }
  }
  const replaced = (side: DiffSide): DiffSide =>
    side.kind === "saved"
      ? side
      : { kind: "worlds", loaded: side.loaded.map((one) => joint.get(one) ?? one) };
  return [replaced(sides[0]), replaced(sides[1])];
}

const loadedOf = (side: DiffSide): readonly Loaded[] => (side.kind === "worlds" ? side.loaded : []);

/** The worlds of each cluster; where each side has but one, these are the same, whatever they are called. */
function clustersOf(old: readonly Loaded[], young: readonly Loaded[]): readonly (readonly Loaded[])[] {
  const all = [...old, ...young];
  if (old.length < 2 && young.length < 2) return [all];
  const names = new Set(all.map(({ cluster }) => cluster));
  return [...names].map((name) => all.filter(({ cluster }) => cluster === name));
}

/** Saved answers don't hold the selectors that say what each other's representatives were among. */
function unmatched([old, young]: readonly [DiffSide, DiffSide]): readonly string[] {
  if (old.kind !== "saved" || young.kind !== "saved") return [];
  const ids = [old, young].map(({ relation }) =>
    representativesOf(relation)
      .map(({ id }) => id)
      .sort(),
  );
  if (ids[0]?.join("\n") === ids[1]?.join("\n")) return [];
  return [
    "both sides are saved answers that represent different pods, so what is gained or lost may be incomplete: give the manifests of one side",
  ];
}

const representativesOf = ({ units }: UnitRelation) =>
  units.flatMap(({ ends }) => ends).filter(({ name }) => isRepresentativeName(name));

const analyzed = (side: DiffSide): { readonly whole: UnitRelation; readonly warnings: readonly string[] } =>
  side.kind === "saved" ? { whole: side.relation, warnings: [] } : relationOf(side.loaded);
