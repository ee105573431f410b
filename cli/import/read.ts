// Tests: test/cli/import/command.test.ts
import { atSource, inputError } from "../../problems";
import { bearingOf } from "../../reachability/read";
import type * as ClusterModule from "../manifests/cluster";
import { meansCluster } from "../manifests/clusterFlags";
import { readPaths } from "../manifests/files";
import { type Input, readInput, readObjects } from "../manifests/input";
import { nothingToJudge, refuseManifestOptions, type WorldFlags, worldOptions } from "../manifests/load";

/**
 * Reads what is to be imported, with an end for each peer that policies name: manifests or a running cluster, one of the two.
 * @throws PalisadeInputError with every problem, and where there is no NetworkPolicy to import
 */
export async function readImport(paths: readonly string[], flags: WorldFlags): Promise<Input> {
  const input = await readWhat(paths, flags);
  if (input.isEmpty) throw nothingToJudge(input.files, input.warnings);
  if (input.world.written.length > 0) return input;
  throw inputError(
    paths[0] === undefined ? [] : atSource(paths.join(", ")),
    "holds no NetworkPolicy, so there is nothing to import",
    "Give the files or folders that hold them",
  );
}

async function readWhat(paths: readonly string[], flags: WorldFlags): Promise<Input> {
  const options = { ...worldOptions(flags), representatives: "peers" } as const;
  if (!meansCluster(flags)) {
    if (paths.length === 0)
      throw inputError([], "nothing to read", "Give files, folders, - or --context NAME");
    return readInput(readPaths(paths), flags, options);
  }
  if (paths.length > 0)
    throw inputError([], "manifests and --context or --kubeconfig are given", "Give one of them");
  refuseManifestOptions(flags);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests need no client of an API server
  const { readCluster } = require("../manifests/cluster") as typeof ClusterModule;
  const taken = await readCluster(flags, ({ kind, group }) =>
    kind === "ServiceAccount" && flags.aws === undefined ? undefined : bearingOf(kind, group),
  );
  return readObjects(taken, flags, { ...options, unseen: taken.unseen });
}
