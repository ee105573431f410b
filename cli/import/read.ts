// Tests: test/cli/import/command.test.ts
import type { Unexpressed } from "../../adopt";
import { atSource, inputError } from "../../problems";
import { bearingOf } from "../../reachability/read";
import type * as ClusterModule from "../manifests/cluster";
import { meansCluster } from "../manifests/clusterFlags";
import { readPaths } from "../manifests/files";
import { type Input, readInput, readObjects } from "../manifests/input";
import { nothingToJudge, refuseManifestOptions, type WorldFlags, worldOptions } from "../manifests/load";
import { isClientIntents, translateIntents } from "./intents";

/**
 * Reads what is to be imported, with an end for each peer that policies name: manifests or a running cluster, one of the two.
 * @throws PalisadeInputError with every problem, and where there is no NetworkPolicy to import
 */
export async function readImport(paths: readonly string[], flags: WorldFlags): Promise<ImportedInput> {
  const input = translated(await readWhat(paths, flags), flags);
  if (input.isEmpty) throw nothingToJudge(input.files, input.warnings);
  if (input.world.written.length + input.unexpressed.length > 0) return input;
  throw inputError(
    paths[0] === undefined ? [] : atSource(paths.join(", ")),
    "holds no NetworkPolicy and no ClientIntents, so there is nothing to import",
    "Give the files or folders that hold them",
  );
}

/** What is read, and what of it the policies that it is translated to can't say. */
export interface ImportedInput extends Input {
  readonly unexpressed: readonly Unexpressed[];
}

/** The same with NetworkPolicies in the place of intents, and of what is unknown beside these. */
function translated(input: Input, flags: WorldFlags): ImportedInput {
  if (!input.objects.some(isClientIntents)) return { ...input, unexpressed: [] };
  const { objects, unexpressed } = translateIntents(input.objects);
  const { files, skipped: all } = input;
  const tolerant = new Set(
    flags.strict === true ? [] : files.flatMap(({ name, found }) => (found === true ? [name] : [])),
  );
  const skipped = all.filter(({ cause }) => cause !== "conflict");
  const options = { ...worldOptions(flags), representatives: "peers" } as const;
  const notes = [
    "ClientIntents are read as the NetworkPolicies that Otterize writes for both ends, on the ports that workloads list",
  ];
  return { ...readObjects({ objects, files, tolerant, skipped, notes }, flags, options), unexpressed };
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
