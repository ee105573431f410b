import {
  InputError,
  mentions,
  type Problem,
  type ReadWorld,
  readWorld,
  type SourcedObject,
  type WorldOptions,
} from "../../reachability/read";
import { BadInput } from "./badInput";
import type * as Build from "./build";
import type { InputFile } from "./files";
import type * as Lines from "./lines";
import { fieldsOf, inNamespace } from "./namespace";
import type * as Parse from "./parse";
import { type SkipCause, type Skipped, skippedTexts } from "./skipped";

/** How input is read. */
export interface InputFlags extends Build.BuildFlags {
  readonly strict?: boolean;
  readonly verbose?: boolean;
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
 * @throws BadInput with every problem: of named files, and of all where `strict`.
 */
export function readInput(given: readonly InputFile[], flags: InputFlags, options: WorldOptions): Input {
  const isStrict = flags.strict === true;
  const { files, skipped: unbuilt, notes } = built(given, flags);
  const { parsed, skipped: unread } = parseFiles(files, isStrict);
  const objects = flags.namespace === undefined ? parsed : inNamespace(parsed, flags.namespace);
  const tolerant = new Set(
    isStrict ? [] : files.flatMap(({ name, found }) => (found === true ? [name] : [])),
  );
  const read = attempt(
    () => readWorld(objects, { ...options, tolerant, ...(flags.verbose === true && { verbose: true }) }),
    files,
  );
  const skipped = [...unbuilt, ...unread, ...toleratedIn(read, objects, files)];
  if (isStrict && unbuilt.length > 0) throw new BadInput(skippedTexts(unbuilt, true));
  const warnings = [...notes, ...skippedTexts(skipped, flags.verbose === true), ...read.warnings];
  const refused = new Set(read.refused.map(keyOf));
  return {
    ...read,
    warnings,
    files,
    objects: objects.filter((object) => !refused.has(keyOf(object))),
    skipped,
  };
}

/** What is deployed of files; most inputs hold nothing to build. */
function built(files: readonly InputFile[], flags: InputFlags): Build.Built {
  const isPart = /(^|[\\/])(kustomization\.ya?ml|Kustomization|Chart\.yaml)$/;
  if (!files.some(({ name, found }) => found === true && isPart.test(name)))
    return { files, skipped: [], notes: [] };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded where there is something to build
  const { build } = require("./build") as typeof Build;
  return build(files, flags);
}

/** Where an object is, so far as a problem of it tells. */
const keyOf = ({ source, path }: Pick<Problem, "source" | "path">): string => {
  const at = path[0] === "items" ? path.slice(0, 2).join(".") : "";
  return `${source.file} ${source.document} ${at}`;
};

/**
 * The documents of all files.
 * @throws BadInput with every named file that isn't YAML or JSON, and any where `isStrict`.
 */
export function parseFiles(
  files: readonly InputFile[],
  isStrict: boolean,
): { readonly parsed: readonly SourcedObject[]; readonly skipped: readonly Skipped[] } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a stack's plan needs no parser
  const { ManifestSyntaxError, parseManifests } = require("./parse") as typeof Parse;
  const errors: string[] = [];
  const skipped: Skipped[] = [];
  const parsed = files.flatMap((file): SourcedObject[] => {
    const isTolerated = file.found === true && !isStrict;
    try {
      const documents = parseManifests(file);
      return isTolerated ? documents.filter((document) => !isEncrypted(document, skipped)) : documents;
    } catch (error) {
      if (!(error instanceof ManifestSyntaxError)) throw error;
      if (isTolerated) skipped.push(unreadable(file, error.message));
      else errors.push(error.message);
      return [];
    }
  });
  if (errors.length > 0) throw new BadInput(errors);
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
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- another parser, for problems alone
  const { problemLines } = require("./lines") as typeof Lines;
  const values = new Map(objects.map(({ value, source }) => [`${source.file} ${source.document}`, value]));
  const isTemplate = ({ source }: Problem) =>
    mentions(values.get(`${source.file} ${source.document}`), (text) => /\{\{|\$\{\w+/.test(text));
  const of = (cause: SkipCause, problems: readonly Problem[]) =>
    problemLines(problems, files).map((line): Skipped => ({ cause, file: line, reason: "" }));
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
    if (!(error instanceof InputError)) throw error;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- another parser, for problems alone
    const { problemLines } = require("./lines") as typeof Lines;
    throw new BadInput(problemLines(error.problems, files));
  }
}
