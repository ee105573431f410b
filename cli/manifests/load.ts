// Tests: test/cli/manifests/repository.test.ts
import { atSource, atSubject, inputError, PalisadeInputError, messageOf } from "../../problems";
import { AddressSet, CidrError } from "../../net";
import {
  bearingOf,
  type Cni,
  type DescribedGroups,
  type KubernetesVersion,
  readDescribed,
  readWorld,
  type SourcedObject,
  type World,
  type WorldOptions,
} from "../../reachability/read";
import type * as Cluster from "./cluster";
import type { ClusterFlags } from "./clusterFlags";
import { type InputFile, readPaths } from "./files";
import { linedIn, readInput, readObjects } from "./input";
import type { Skipped } from "./skipped";

/** What the commands that read a world are told, as commander parses it. */
export interface WorldFlags extends ClusterFlags {
  readonly stack?: string;
  readonly cwd?: string;
  readonly cluster?: string;
  readonly podCidr?: readonly string[];
  readonly cni?: Cni;
  /** Cilium's policy-cidr-match-mode. */
  readonly cidrMatch?: readonly ("pods" | "nodes")[];
  /** Cilium's enable-sctp. */
  readonly sctp?: boolean;
  readonly aws?: readonly string[];
  readonly nodeGroup?: readonly string[];
  readonly externalSnat?: boolean;
  readonly representatives?: boolean;
  /** Where objects go that name no namespace. */
  readonly namespace?: string;
  /** Whether what can't be read below a folder is an error. */
  readonly strict?: boolean;
  readonly kustomize?: boolean;
  readonly helm?: boolean;
  readonly values?: readonly string[];
  /** Whether warnings name all that they are about. */
  readonly verbose?: boolean;
  readonly kubernetes?: KubernetesVersion;
}

/** A world and what is worth saying about its input. */
export interface Loaded {
  /** Its name, where the input holds several clusters. */
  readonly cluster?: string;
  readonly world: World;
  readonly warnings: readonly string[];
  /** What was left out, and may hold what would change the answer. */
  readonly skipped?: readonly Skipped[];
}

/**
 * The world of some manifests.
 * @throws PalisadeInputError with every problem found.
 */
export function loadPaths(paths: readonly string[], flags: WorldFlags): Loaded {
  return loadFiles(readPaths(paths), flags, "peers");
}

/**
 * The world of files that are already read. What can't be read below a folder is left out and said, unless `strict`.
 * @throws PalisadeInputError with every problem found, and where nothing is left to judge.
 */
export function loadFiles(given: readonly InputFile[], flags: WorldFlags, representatives?: "peers"): Loaded {
  const options = {
    ...(representatives !== undefined && { representatives }),
    ...worldOptions(flags),
  };
  const { world, warnings, skipped, isEmpty } = readInput(given, flags, options);
  if (isEmpty) throw nothingToJudge(given, warnings);
  return { world, warnings, skipped };
}

/**
 * The world of a running cluster.
 * @throws PalisadeInputError for a cluster that can't be read
 */
export async function loadCluster(flags: WorldFlags, representatives?: "peers"): Promise<Loaded> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests need no client of an API server
  const { readCluster } = require("./cluster") as typeof Cluster;
  const options = worldOptions(flags);
  const taken = await readCluster(flags, ({ kind, group }) =>
    // Groups alone are attached by them.
    kind === "ServiceAccount" && flags.aws === undefined ? undefined : bearingOf(kind, group),
  );
  return readObjects(taken, flags, {
    ...(representatives !== undefined && { representatives }),
    ...options,
    unseen: taken.unseen,
  });
}

/** Says which options mean nothing where something else than manifests is read. */
export function refuseManifestOptions(
  { namespace, kustomize, values }: Pick<WorldFlags, "namespace" | "kustomize" | "values">,
  remedy = "With --context a cluster is read instead",
): void {
  const given = Object.entries({
    "--namespace": namespace,
    "--kustomize": kustomize === true ? true : undefined,
    "--values": values,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0) throw inputError(atSource(given.join(", ")), "is for manifests", remedy);
}

/** That an input holds nothing of which an answer could speak, and what it holds instead. */
export function nothingToJudge(files: readonly InputFile[], warnings: readonly string[]): PalisadeInputError {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0 && only.bytes.toString("utf8").trim() === "") {
    const name = only.name === "-" ? "standard input" : only.name;
    const hint = only.name === "-" ? ": did the command before the pipe fail?" : "";
    return inputError([], `nothing to judge: ${name} is empty${hint}`);
  }
  const count = ["the cluster holds", "the file holds"][files.length] ?? `${files.length} files hold`;
  return new PalisadeInputError([
    { place: [], message: `nothing to judge: ${count} no workload, NetworkPolicy or Namespace` },
    ...warnings.map((warning) => ({ place: atSubject("seen"), message: warning })),
  ]);
}

/** The world of objects; `files` give problems their lines. */
export function loadObjects(
  objects: Iterable<SourcedObject>,
  options: WorldOptions,
  files: readonly InputFile[],
): Loaded {
  try {
    return readWorld(objects, options);
  } catch (error) {
    throw linedIn(files, error);
  }
}

/** The options of a world from flags. */
export function worldOptions(flags: WorldFlags, fromStack?: DescribedGroups): WorldOptions {
  const groups = flags.aws === undefined ? fromStack : describedIn(flags.aws);
  if (groups === undefined && flags.nodeGroup !== undefined) {
    throw inputError(
      atSource("--node-group"),
      "names the nodes' security groups, and their rules aren't given",
      "Give them with --aws FILE",
    );
  }
  return {
    podRanges: (flags.podCidr ?? []).map(podRange),
    cni: flags.cni ?? "any",
    cilium: { cidrMatch: flags.cidrMatch ?? [], sctp: flags.sctp === true },
    ...(flags.representatives === undefined ? {} : { representatives: flags.representatives }),
    ...(groups === undefined
      ? {}
      : { groups: { ...groups, nodeGroups: flags.nodeGroup, externalSnat: flags.externalSnat === true } }),
  };
}

function podRange(text: string): AddressSet {
  try {
    return AddressSet.of(text);
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    throw inputError(atSource("--pod-cidr"), error.message);
  }
}

function describedIn(paths: readonly string[]): DescribedGroups {
  const answers = readPaths(paths).map(({ name, bytes }) => {
    try {
      return { file: name, value: JSON.parse(bytes.toString("utf8")) as unknown };
    } catch (error) {
      throw inputError(atSource(name), `isn't JSON: ${messageOf(error)}`);
    }
  });
  return readDescribed(answers);
}
