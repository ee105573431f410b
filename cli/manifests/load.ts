import { AddressSet, CidrError } from "../../net";
import {
  type Described,
  DescribeError,
  InputError,
  readDescribed,
  readWorld,
  type SourcedObject,
  type World,
  type WorldOptions,
} from "../../reachability/read";
import { type InputFile, InputPathError, readPaths } from "./files";
import type * as Lines from "./lines";
import type * as Parse from "./parse";

/** Input that gives no answer: each line says what is wrong where. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/** What the commands that read a world are told, as commander parses it. */
export interface WorldFlags {
  readonly stack?: string;
  readonly cwd?: string;
  readonly cluster?: string;
  readonly podCidr?: readonly string[];
  readonly cni?: string;
  readonly aws?: readonly string[];
  readonly nodeGroup?: readonly string[];
  readonly externalSnat?: boolean;
  readonly representatives?: boolean;
}

/** A world and what is worth saying about its input. */
export interface Loaded {
  /** Its name, where the input holds several clusters. */
  readonly cluster?: string;
  readonly world: World;
  readonly warnings: readonly string[];
}

/**
 * The world of some manifests.
 * @throws BadInput with every problem found.
 */
export function loadPaths(paths: readonly string[], flags: WorldFlags): Loaded {
  return loadFiles(pathFiles(paths), flags);
}

/**
 * The files that paths mean.
 * @throws BadInput for a path that can't be read.
 */
export const pathFiles = (paths: readonly string[]): InputFile[] => attempt(() => readPaths(paths));

/** The world of files that are already read. */
export function loadFiles(files: readonly InputFile[], flags: WorldFlags): Loaded {
  const options = worldOptions(flags);
  return loadObjects(parseFiles(files), options, files);
}

/**
 * The documents of all files.
 * @throws BadInput with every file that isn't YAML or JSON.
 */
export function parseFiles(files: readonly InputFile[]): SourcedObject[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a stack's plan needs no parser
  const { ManifestSyntaxError, parseManifests } = require("./parse") as typeof Parse;
  const errors: string[] = [];
  const objects = files.flatMap((file): SourcedObject[] => {
    try {
      return parseManifests(file);
    } catch (error) {
      if (!(error instanceof ManifestSyntaxError)) throw error;
      errors.push(error.message);
      return [];
    }
  });
  if (errors.length > 0) throw new BadInput(errors);
  return objects;
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
    ...(flags.cni === "cilium" ? { cni: "cilium" } : {}),
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
