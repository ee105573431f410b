// Tests: test/cli/manifests/repository.test.ts
import { PalisadeInputError, type Problem, problemText, throwProblems } from "../../problems";
import {
  type KubernetesVersion,
  mentions,
  type ObjectProblem,
  type ReadWorld,
  readWorld,
  type SourcedObject,
  type WorldOptions,
} from "../../reachability/read";
import { fieldsOf } from "../../data";
import type * as Build from "./build";
import type { InputFile } from "./files";
import type * as Lines from "./lines";
import { inNamespace } from "./namespace";
import type * as Parse from "./parse";
import { type SkipCause, type Skipped, skippedTexts } from "./skipped";

/** How input is read. */
export interface InputFlags extends Build.BuildFlags {
  readonly strict?: boolean;
  readonly verbose?: boolean;
  readonly kubernetes?: KubernetesVersion;
}

/** What some files hold. */
export interface Input extends ReadWorld {
  /** The files that were read: what a build printed among them. */
  readonly files: readonly InputFile[];
  /** The objects that an API server would accept. */
  readonly objects: readonly SourcedObject[];
  readonly skipped: readonly Skipped[];
}

/**
 * Reads files: builds kustomizations and charts that were found below a folder, parses, and leaves out what isn't a
 * manifest there. A file that was named has to be right.
 * @throws PalisadeInputError with every problem: of named files, and of all where `strict`.
 */
export const readInput = (given: readonly InputFile[], flags: InputFlags, options: WorldOptions): Input =>
  readObjects(takeObjects(given, flags), flags, options);

/** The objects of files, before a world is made of them. @throws PalisadeInputError as `readInput` */
export function takeObjects(given: readonly InputFile[], flags: InputFlags): TakenObjects {
  const isStrict = flags.strict === true;
  const { files, skipped: unbuilt, notes } = built(given, flags);
  const { parsed, skipped: unread } = parseFiles(files, isStrict);
  const objects = flags.namespace === undefined ? parsed : inNamespace(parsed, flags.namespace);
  const tolerant = new Set(
    isStrict ? [] : files.flatMap(({ name, found }) => (found === true ? [name] : [])),
  );
  return { objects, files, tolerant, skipped: [...unbuilt, ...unread], notes };
}

/** Objects, wherever they come from, and what is known of how they were had. */
export interface TakenObjects {
  readonly objects: readonly SourcedObject[];
  /** The texts that they stand in: none for a cluster's. */
  readonly files: readonly InputFile[];
  /** Sources whose objects needn't be right. */
  readonly tolerant: ReadonlySet<string>;
  readonly skipped: readonly Skipped[];
  /** What is to be said first. */
  readonly notes: readonly string[];
}

/** Reads objects into a world. @throws PalisadeInputError with every problem of those that have to be right. */
export function readObjects(
  { objects, files, tolerant, skipped: earlier, notes }: TakenObjects,
  flags: InputFlags,
  options: WorldOptions,
): Input {
  if (flags.strict === true)
    throwProblems(skippedTexts(earlier, true).map((message) => ({ place: [], message })));
  const read = attempt(
    () =>
      readWorld(objects, {
        ...options,
        tolerant,
        ...(flags.kubernetes !== undefined && { kubernetes: flags.kubernetes }),
        ...(flags.verbose === true && { verbose: true }),
      }),
    files,
  );
  const skipped = [...earlier, ...toleratedIn(read, objects, files)];
  const warnings = [...notes, ...skippedTexts(skipped, flags.verbose === true), ...read.warnings];
  const refused = new Set(read.refused.map(problemKeyOf));
  return {
    ...read,
    warnings,
    files,
    objects: objects.filter((object) => !refused.has(keyOf(object))),
    skipped,
  };
}

/** Whether a file says that what is below its folder is built. */
export const isBuilt = ({ name, found }: InputFile): boolean =>
  found === true && /(^|[\\/:])(kustomization\.ya?ml|Kustomization|Chart\.yaml)$/.test(name);

/** What is deployed of files; most inputs hold nothing to build. */
function built(files: readonly InputFile[], flags: InputFlags): Build.Built {
  if (!files.some(isBuilt)) return { files, skipped: [], notes: [] };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where there is something to build
  const { build } = require("./build") as typeof Build;
  return build(files, flags);
}

/** Where an object is, so far as a problem of it tells. */
const keyOf = ({ source, path }: Pick<SourcedObject, "source" | "path">): string => {
  const at = path[0] === "items" ? path.slice(0, 2).join(".") : "";
  return `${source.file} ${source.document} ${at}`;
};

/** The same of a problem, which has a place in an object. */
const problemKeyOf = ({ place: [{ source, document = 1 }, , field] }: ObjectProblem): string =>
  keyOf({ source: { file: source, document }, path: field?.path ?? [] });

/**
 * The documents of all files.
 * @throws PalisadeInputError with every named file that isn't YAML or JSON, and any where `isStrict`.
 */
export function parseFiles(
  files: readonly InputFile[],
  isStrict: boolean,
): { readonly parsed: readonly SourcedObject[]; readonly skipped: readonly Skipped[] } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a stack's plan needs no parser
  const { parseManifests } = require("./parse") as typeof Parse;
  const errors: Problem[] = [];
  const skipped: Skipped[] = [];
  const parsed = files.flatMap((file): SourcedObject[] => {
    const isTolerated = file.found === true && !isStrict;
    try {
      const documents = parseManifests(file);
      return isTolerated ? documents.filter((document) => !isEncrypted(document, skipped)) : documents;
    } catch (error) {
      if (!(error instanceof PalisadeInputError)) throw error;
      if (isTolerated) skipped.push(unreadable(file, error.message));
      else errors.push(...error.problems);
      return [];
    }
  });
  throwProblems(errors);
  return { parsed, skipped };
}

/** How git-crypt, Ansible's vault and age begin their files. */
const ENCRYPTED = /^(\0GITCRYPT|\$ANSIBLE_VAULT|age-encryption\.org|-----BEGIN (AGE|PGP))/;

function unreadable({ name, bytes }: InputFile, message: string): Skipped {
  const text = bytes.toString("utf8");
  const cause: SkipCause = ENCRYPTED.test(text) ? "encrypted" : text.includes("{{") ? "template" : "broken";
  // The message begins with the place.
  const place = message.startsWith(name) ? message : `${name}: ${message}`;
  return { cause, file: cause === "broken" ? place : name, reason: "" };
}

/** Kinds that nothing here reads, whatever they hold. */
const HARMLESS: readonly unknown[] = ["Secret", "ConfigMap"];

/** Whether a document's values were encrypted by SOPS; it is noted as skipped then. */
function isEncrypted({ value, source }: SourcedObject, skipped: Skipped[]): boolean {
  const fields = fieldsOf(value);
  if (fieldsOf(fields?.["sops"])?.["mac"] === undefined) return false;
  const harmless = HARMLESS.includes(fields?.["kind"]) || fields?.["kind"] === undefined;
  const document = source.document === 1 ? "" : `, document ${source.document}`;
  skipped.push({
    cause: "encrypted",
    file: `${source.file}${document}`,
    reason: "",
    ...(harmless && { harmless: true }),
  });
  return true;
}

function toleratedIn(
  { refused, conflicts }: ReadWorld,
  objects: readonly SourcedObject[],
  files: readonly InputFile[],
): readonly Skipped[] {
  if (refused.length + conflicts.length === 0) return [];
  const values = new Map(objects.map(({ value, source }) => [`${source.file} ${source.document}`, value]));
  const isTemplate = ({ place: [{ source, document = 1 }] }: ObjectProblem) =>
    mentions(values.get(`${source} ${document}`), (text) => /\{\{|\$\{\w+/.test(text));
  const of = (cause: SkipCause, problems: readonly ObjectProblem[]) =>
    withLines(problems, files).map((problem): Skipped => ({ cause, file: problemText(problem), reason: "" }));
  return [
    ...of("template", refused.filter(isTemplate)),
    ...of(
      "refused",
      refused.filter((problem) => !isTemplate(problem)),
    ),
    ...of("conflict", conflicts),
  ];
}

function attempt(read: () => ReadWorld, files: readonly InputFile[]): ReadWorld {
  try {
    return read();
  } catch (error) {
    throw linedIn(files, error);
  }
}

/** What was thrown, with the lines of what is wrong in files; anything else as it is. */
export function linedIn(files: readonly InputFile[], error: unknown): unknown {
  if (!(error instanceof PalisadeInputError)) return error;
  const [first, ...others] = withLines(error.problems, files);
  return first === undefined ? error : new PalisadeInputError([first, ...others], error.kind);
}

function withLines(problems: readonly Problem[], files: readonly InputFile[]): Problem[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- another parser, for problems alone
  return (require("./lines") as typeof Lines).withLines(problems, files);
}
