import { AddressSet, CidrError } from "../../net";
import {
  type Cni,
  type Described,
  DescribeError,
  InputError,
  readDescribed,
  readWorld,
  type SourcedObject,
  type World,
  type WorldOptions,
} from "../../reachability/read";
import { BadInput } from "./badInput";
import { type InputFile, InputPathError, readPaths } from "./files";
import { readInput } from "./input";
import type * as Lines from "./lines";
import type { Skipped } from "./skipped";

export { BadInput };

/** What the commands that read a world are told, as commander parses it. */
export interface WorldFlags {
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
 * @throws BadInput with every problem found.
 */
export function loadPaths(paths: readonly string[], flags: WorldFlags): Loaded {
  return loadFiles(pathFiles(paths), flags, "peers");
}

/**
 * The files that paths mean.
 * @throws BadInput for a path that can't be read.
 */
export const pathFiles = (paths: readonly string[]): InputFile[] => attempt(() => readPaths(paths));

/**
 * The world of files that are already read. What can't be read below a folder is left out and said, unless `strict`.
 * @throws BadInput with every problem found, and where nothing is left to judge.
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

/** That an input holds nothing of which an answer could speak, and what it holds instead. */
export function nothingToJudge(files: readonly InputFile[], warnings: readonly string[]): BadInput {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0 && only.bytes.toString("utf8").trim() === "") {
    const name = only.name === "-" ? "standard input" : only.name;
    const hint = only.name === "-" ? ": did the command before the pipe fail?" : "";
    return new BadInput([`nothing to judge: ${name} is empty${hint}`]);
  }
  const count = files.length === 1 ? "the file holds" : `${files.length} files hold`;
  return new BadInput([
    `nothing to judge: ${count} no workload, NetworkPolicy or Namespace`,
    ...warnings.map((warning) => `seen: ${warning}`),
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
    if (!(error instanceof InputError)) throw error;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- another parser, for problems alone
    const { problemLines } = require("./lines") as typeof Lines;
    throw new BadInput(problemLines(error.problems, files));
  }
}

/** The options of a world from flags. */
export function worldOptions(flags: WorldFlags, fromStack?: Described): WorldOptions {
  const groups = flags.aws === undefined ? fromStack : describedIn(flags.aws);
  if (groups === undefined && flags.nodeGroup !== undefined) {
    throw new BadInput(["--node-group names the nodes' security groups: give their rules with --aws FILE"]);
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
    throw new BadInput([`--pod-cidr ${error.message}`]);
  }
}

function describedIn(paths: readonly string[]): Described {
  const answers = attempt(() => readPaths(paths)).map(({ name, bytes }) => {
    try {
      return { file: name, value: JSON.parse(bytes.toString("utf8")) as unknown };
    } catch (error) {
      throw new BadInput([`${name}: isn't JSON: ${error instanceof Error ? error.message : String(error)}`]);
    }
  });
  try {
    return readDescribed(answers);
  } catch (error) {
    if (!(error instanceof DescribeError)) throw error;
    throw new BadInput(error.message.split("\n"));
  }
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputPathError)) throw error;
    throw new BadInput([error.message]);
  }
}
