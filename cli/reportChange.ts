// Tests: test/cli/htmlReport.test.ts
import { existsSync } from "node:fs";
import type { ChangedLine } from "../report";
import { changesOf, type ClusterChange } from "./diff/changes";
import { compare } from "./diff/compare";
import { sideOf } from "./diff/sides";
import { meansCluster } from "./manifests/clusterFlags";
import type { ReportFlags, ReportInput } from "./reportInput";
import { plural } from "./render/text";

/** What changed since something. */
export interface ReportChange {
  /** Since what, as it was asked: "main". */
  readonly since: string;
  readonly clusters: readonly ClusterChange[];
  readonly sentence: string;
  /** What couldn't be compared, or is worth saying of the comparison. */
  readonly notes: readonly string[];
  /** The changed lines of one cluster of the report. */
  readonly of: (cluster: string | undefined) => readonly ChangedLine[];
}

/**
 * Compares what a report shows with what it was.
 * @param asked a file or folder, a side as `palisade diff` takes it, or a git revision.
 * @throws PalisadeInputError as `sideOf`
 */
export async function changeSince(
  asked: string,
  input: ReportInput,
  paths: readonly string[],
  flags: ReportFlags,
): Promise<ReportChange> {
  const isSide = /^(git|stack|context):/.test(asked) || existsSync(asked);
  // What it was is told by `asked` alone.
  const { context, kubeconfig, stack, ...rest } = flags;
  const others =
    stack !== undefined ? [`stack:${stack}`] : meansCluster(flags) ? [`context:${context ?? ""}`] : paths;
  const own = kubeconfig === undefined ? rest : { ...rest, kubeconfig };
  const before = await sideOf(isSide ? asked : `git:${asked}`, others, own);
  const compared = compare([before, await input.side()], flags.representatives === false);
  const clusters = changesOf(compared);
  const lines = clusters.flatMap((one) => one.lines);
  const count = (kind: ChangedLine["kind"]): number => lines.filter((line) => line.kind === kind).length;
  const sums = `${plural(count("gained"), "connection")} gained, ${count("lost")} lost, ${count("changed")} changed`;
  return {
    since: asked,
    clusters,
    sentence: lines.length === 0 ? `Since ${asked}: nothing is gained or lost.` : `Since ${asked}: ${sums}.`,
    notes: [...compared.notCompared, ...compared.warnings],
    of: (cluster) => clusters.find((one) => one.cluster === cluster)?.lines ?? [],
  };
}
