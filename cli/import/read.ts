// Tests: test/cli/import/command.test.ts
import type { Unexpressed } from "../../adopt";
import { atSource, inputError } from "../../problems";
import { bearingOf, type WorldOptions } from "../../reachability/read";
import type * as ClusterModule from "../manifests/cluster";
import { meansCluster } from "../manifests/clusterFlags";
import { readPaths } from "../manifests/files";
import { type Input, readObjects, type TakenObjects, takeObjects } from "../manifests/input";
import { nothingToJudge, refuseManifestOptions, type WorldFlags, worldOptions } from "../manifests/load";
import { translateIntents } from "./intents";
import { translatePackages } from "./packages";

/** What is read, and what of it the policies that it is translated to can't say. */
export interface ImportedInput extends Input {
  readonly unexpressed: readonly Unexpressed[];
}

/**
 * Reads what is to be imported, with an end for each peer that policies name: manifests or a running cluster, one of the two.
 * @throws PalisadeInputError with every problem, and where there is no NetworkPolicy to import
 */
export async function readImport(paths: readonly string[], flags: WorldFlags): Promise<ImportedInput> {
  const taken = await takeImport(paths, flags);
  const intents = translateIntents(taken.objects);
  const packages = translatePackages(intents.objects);
  const { objects } = packages;
  const unexpressed = [...intents.unexpressed, ...packages.unexpressed];
  const notes = [...intents.notes, ...packages.notes];
  const { unseen } = taken;
  const options = { ...worldOptions(flags), representatives: "peers", ...(unseen && { unseen }) } as const;
  const input = readObjects({ ...taken, objects, notes: [...taken.notes, ...notes] }, flags, options);
  if (input.isEmpty) throw nothingToJudge(input.files, input.warnings);
  if (input.world.written.length + unexpressed.length > 0) return { ...input, unexpressed };
  throw inputError(
    paths[0] === undefined ? [] : atSource(paths.join(", ")),
    "holds no NetworkPolicy, no ClientIntents and no UDS Package, so there is nothing to import",
    "Give the files or folders that hold them",
  );
}

/** Objects, and what stands for those of a cluster that may not be read. */
type Taken = TakenObjects & Pick<WorldOptions, "unseen">;

/** Objects of manifests or of a running cluster, one of the two. @throws PalisadeInputError */
export async function takeImport(paths: readonly string[], flags: WorldFlags): Promise<Taken> {
  if (!meansCluster(flags)) {
    if (paths.length === 0)
      throw inputError([], "nothing to read", "Give files, folders, - or --context NAME");
    return takeObjects(readPaths(paths), flags);
  }
  if (paths.length > 0)
    throw inputError([], "manifests and --context or --kubeconfig are given", "Give one of them");
  refuseManifestOptions(flags);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests need no client of an API server
  const { readCluster } = require("../manifests/cluster") as typeof ClusterModule;
  return readCluster(flags, ({ kind, group }) =>
    kind === "ServiceAccount" && flags.aws === undefined ? undefined : bearingOf(kind, group),
  );
}
