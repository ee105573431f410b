// Tests: test/cli/reach/diffSides.test.ts
import { atSource, inputError, placedIn } from "../../problems";
import type { Family } from "../../net";
import { isSaved, readSaved, savedFamilies } from "../../reachability/answer/diff";
import type { UnitRelation } from "../../reachability/compute";
import { isRepresentativeName } from "../../reachability/read";
import { type InputFile, readPaths } from "../manifests/files";
import type * as Git from "../manifests/git";
import { type Loaded, loadCluster, loadFiles, type WorldFlags } from "../manifests/load";
import { loadPlan } from "../reach";

/** One side of a comparison: a saved answer, or the worlds of its clusters, which are yet to be analyzed. */
export type DiffSide = SavedSide | WorldsSide;

export interface WorldsSide {
  readonly kind: "worlds";
  readonly loaded: readonly Loaded[];
  /** Whether it is a running cluster, which holds more than anybody's manifests. */
  readonly isLive: boolean;
}

export interface SavedSide {
  readonly kind: "saved";
  readonly relation: UnitRelation;
  /** Whether it is about workloads: then representatives are only such peers as its policies name. */
  readonly isOfWorkloads: boolean;
  /** The families of pods' addresses, as far as its input told; empty: it didn't. */
  readonly families: readonly Family[];
}

/** Whether a side is a running cluster. */
export const isContext = (text: string): boolean => text.startsWith("context:");

/**
 * Reads `text`, one side of a comparison; `others` is the other's, whose paths or stack a revision alone means.
 * @throws PalisadeInputError with every problem
 */
export async function sideOf(text: string, others: readonly string[], flags: WorldFlags): Promise<DiffSide> {
  const stack = /^stack:(.+)$/.exec(text)?.[1];
  if (stack !== undefined) return worlds(await loadPlan(stack, flags));
  const context = /^context:(.+)$/.exec(text)?.[1];
  if (context !== undefined) {
    return worlds([await loadCluster({ ...flags, context })], true);
  }
  const [, revision, path] = /^git:([^:]+)(?::(.+))?$/.exec(text) ?? [];
  if (revision === undefined) return ofFiles(text, readPaths([text]), flags);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where a revision is asked for
  const { atRevision, projectAtRevision } = require("../manifests/git") as typeof Git;
  const planned = others.flatMap((other) => /^stack:(.+)$/.exec(other)?.[1] ?? [])[0];
  if (path === undefined && planned !== undefined) {
    const plan = (cwd: string) => loadPlan(planned, { ...flags, cwd });
    return worlds(await projectAtRevision(revision, flags.cwd ?? ".", plan));
  }
  if (path === undefined && others.some((other) => other === "-" || /^(git|context):/.test(other))) {
    throw inputError(atSource(text), "has no path, and the other side isn't one", `Write ${text}:PATH`);
  }
  return atRevision(revision, path === undefined ? others : [path], flags, (files, own) =>
    ofFiles(text, files, own),
  );
}

const worlds = (loaded: readonly Loaded[], isLive = false): WorldsSide => ({
  kind: "worlds",
  loaded,
  isLive,
});

function ofFiles(name: string, files: readonly InputFile[], flags: WorldFlags): DiffSide {
  const [only, ...others] = files;
  const saved = only !== undefined && others.length === 0 ? savedIn(only) : undefined;
  if (saved === undefined) return worlds([loadFiles(files, flags)]);
  try {
    return savedSide(readSaved(saved), savedFamilies(saved));
  } catch (error) {
    throw placedIn(atSource(name), error);
  }
}

function savedSide(relation: UnitRelation, families: readonly Family[]): SavedSide {
  const ends = relation.units.flatMap((unit) => unit.ends);
  const isWhole = ends.some(({ namespace, name }) => namespace.endsWith("{other}") && name === "{other}");
  const hasWorkload = ends.some(
    ({ kind, name }) => kind !== "IPBlock" && kind !== "Node" && !isRepresentativeName(name),
  );
  return { kind: "saved", relation, families, isOfWorkloads: hasWorkload && !isWhole };
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
