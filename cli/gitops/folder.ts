// Tests: test/cli/gitops/folder.test.ts
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { isMap } from "../../data";
import { atSource, inputError, type Problem, throwProblems } from "../../problems";
import type { RenderedFiles } from "./files";

/** Whose a rendered folder is. */
export interface RenderedFor {
  readonly project: string;
  readonly stack: string;
  readonly cluster: string;
}

/** What writing a folder did, in numbers of files. */
export interface WrittenFolder {
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** In each cluster's folder: which files are ours, with their SHA-256. Its name has no ending, so that no tool takes it for a manifest. */
const RECORD = ".palisade-render";

/** A path as we write it: at most one folder deep, and nowhere else. */
const OWN_PATH = /^(?:[a-z0-9_][a-z0-9_.-]*\/)?[a-z0-9][a-z0-9.-]*\.yaml$/;

interface FolderRecord extends RenderedFor {
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What stands against writing files into a folder: files that are somebody else's, ours that were changed since, links, or a folder that was rendered
 * from another stack. A file that has the new text already stands against nothing.
 */
export function obstacles(folder: string, files: RenderedFiles, owner: RenderedFor): readonly Problem[] {
  if (isLink(folder)) return [linkProblem(folder)];
  const record = readRecord(folder);
  if (record !== undefined && whose(record) !== whose(owner))
    return [
      {
        place: atSource(folder),
        message: `was rendered for ${whose(record)}`,
        remedy: "Name another folder",
      },
    ];
  const paths = new Set([...files.keys(), ...(record?.files.keys() ?? [])]);
  return [...paths].sort().flatMap((file): Problem[] => {
    const full = path.join(folder, file);
    const link = [path.dirname(full), full].find(isLink);
    if (link !== undefined) return [linkProblem(link)];
    if (!existsSync(full)) return [];
    const place = atSource(full);
    if (!lstatSync(full).isFile()) return [{ place, message: "isn't a file", remedy: "Move it away" }];
    const found = readFileSync(full, "utf8");
    if (found === files.get(file)) return [];
    const digest = record?.files.get(file);
    if (digest === undefined)
      return [
        {
          place,
          message: "is there already and wasn't rendered",
          remedy: "Name another folder, or move it away",
        },
      ];
    return digest === digestOf(found)
      ? []
      : [
          {
            place,
            message: "was changed since it was rendered",
            remedy: "Change what the stack declares instead, and delete the file",
          },
        ];
  });
}

/**
 * Writes files that nothing stands against, and takes away those of ours that are no longer rendered. The record comes last: after an
 * interruption the same command goes on.
 * @throws PalisadeInputError where the folder can't be written
 */
export function writeFolder(folder: string, files: RenderedFiles, owner: RenderedFor): WrittenFolder {
  return orFileProblem(folder, () => {
    const record = readRecord(folder);
    const before = [...(record?.files.keys() ?? [])];
    const gone = before.filter((file) => !files.has(file) && existsSync(path.join(folder, file)));
    for (const file of gone) {
      rmSync(path.join(folder, file));
      const parent = path.dirname(path.join(folder, file));
      if (parent !== path.normalize(folder) && readdirSync(parent).length === 0) rmdirSync(parent);
    }
    const changed = [...files].filter(([file, text]) => {
      const full = path.join(folder, file);
      return !existsSync(full) || readFileSync(full, "utf8") !== text;
    });
    for (const [file, text] of changed) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const text = recordText(owner, files);
    const at = path.join(folder, RECORD);
    if (!existsSync(at) || readFileSync(at, "utf8") !== text) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(at, text);
    }
    return { written: changed.length, removed: gone.length, unchanged: files.size - changed.length };
  });
}

/**
 * The files of a folder that was rendered for a stack's cluster, as they were written.
 * @throws PalisadeInputError where it wasn't, or where a file is missing or has been changed since
 */
export function readFolder(folder: string, owner: RenderedFor): RenderedFiles {
  const record = orFileProblem(folder, () => readRecord(folder));
  if (record === undefined)
    throw inputError(
      atSource(folder),
      "isn't a folder that palisade render wrote",
      "Give the folder that --out named",
    );
  if (whose(record) !== whose(owner))
    throw inputError(
      atSource(folder),
      `was rendered for ${whose(record)}, not ${whose(owner)}`,
      "Name its stack and cluster",
    );
  const files = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [file, digest] of record.files) {
    const full = path.join(folder, file);
    const text = orFileProblem(folder, () => (existsSync(full) ? readFileSync(full, "utf8") : undefined));
    if (text !== undefined && digestOf(text) === digest) files.set(file, text);
    else
      problems.push({
        place: atSource(full),
        message: text === undefined ? "is missing" : "was changed since it was rendered",
        remedy: "Render the folder again",
      });
  }
  throwProblems(problems);
  return files;
}

/** "stack shop/prod, cluster k3s-prod". */
const whose = ({ project, stack, cluster }: RenderedFor): string =>
  `stack ${project}/${stack}, cluster ${cluster}`;

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

function recordText({ project, stack, cluster }: RenderedFor, files: RenderedFiles): string {
  const digests = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => [file, digestOf(text)]);
  return `${JSON.stringify({ version: 1, project, stack, cluster, files: Object.fromEntries(digests) as object }, undefined, 2)}\n`;
}

/**
 * What a folder says of itself; undefined where it says nothing.
 * @throws PalisadeInputError where that isn't what we write
 */
function readRecord(folder: string): FolderRecord | undefined {
  const file = path.join(folder, RECORD);
  if (!existsSync(file)) return undefined;
  const bad = (message: string): Error =>
    inputError(atSource(file), message, "Put it back as it was rendered, or delete the folder");
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw bad("isn't JSON");
  }
  const { version, project, stack, cluster, files } = isMap(read) ? read : {};
  if (version !== 1 || ![project, stack, cluster].every((each) => typeof each === "string") || !isMap(files))
    throw bad("isn't what palisade render writes");
  const strange = Object.entries(files).filter(
    ([each, digest]) => !OWN_PATH.test(each) || typeof digest !== "string",
  );
  if (strange.length > 0)
    throw bad(`names ${strange.map(([each]) => each).join(", ")}, which it can't have written`);
  return {
    ...({ project, stack, cluster } as RenderedFor),
    files: new Map(Object.entries(files as Readonly<Record<string, string>>)),
  };
}

const isLink = (file: string): boolean =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;

const linkProblem = (file: string): Problem => ({
  place: atSource(file),
  message: "is a link, which may lead out of the folder",
  remedy: "Replace it by what it leads to",
});

function orFileProblem<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw inputError(atSource(folder), error.message);
  }
}
