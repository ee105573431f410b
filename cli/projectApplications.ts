import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import {
  applicationFileNames,
  applicationsFromFiles,
  type ConfigFile,
  declarationFileNames,
} from "../config";
import { type Project, runTypeScript } from "../engine";
import type { DeclaredApplication } from "../flows";
import { atSource, inputError, messageOf } from "../problems";

/**
 * The applications of a project, for commands that read a stack's config without running its program: the list `applications`
 * that applications/ beside Pulumi.yaml exports, in TypeScript or JavaScript. Whether each declaration holds, `readStack` says.
 *
 * @throws PalisadeInputError if the folder can't be loaded or exports no such list
 */
export function projectApplications({ root }: Project): readonly DeclaredApplication[] {
  const folder = path.join(root, "applications");
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const files = isFolder ? readdirSync(folder) : [];
  const asData = applicationFileNames(files);
  if (asData.length > 0 && !files.some((name) => INDEX.test(name)))
    return applicationsFromFiles(
      asData.map((name) => ({
        name: path.join("applications", name),
        text: readFileSync(path.join(folder, name), "utf8"),
      })),
    );
  runTypeScript();
  let loaded: Partial<Record<string, unknown>>;
  try {
    loaded = createRequire(path.join(root, "package.json"))(folder) as Partial<Record<string, unknown>>;
  } catch (error) {
    throw inputError(
      atSource(folder),
      `its applications can't be read: ${messageOf(error).split("\n")[0] ?? ""}`,
      "Export them there as a list: export const applications = [shop, …]",
    );
  }
  const { applications } = loaded;
  if (!Array.isArray(applications) || !applications.every(isDeclared)) {
    throw inputError(
      atSource(folder),
      "exports no list of applications",
      "Export const applications = [shop, …], each made by application(…)",
    );
  }
  return applications;
}

/** The files of a project's applications/ that may declare some; none where there is no such folder. */
export function declarationsOf(root: string): readonly ConfigFile[] {
  const folder = path.join(root, "applications");
  if (!existsSync(folder)) return [];
  return declarationFileNames(readdirSync(folder, { recursive: true, encoding: "utf8" })).map((name) => ({
    name: path.join("applications", name),
    text: readFileSync(path.join(folder, name), "utf8"),
  }));
}

/** What Node.js takes a folder for; a package.json may name another. */
const INDEX = /^(?:index\.[cm]?[jt]s|package\.json)$/;

const isDeclared = (value: unknown): value is DeclaredApplication =>
  typeof value === "object" && value !== null && "name" in value && "workloads" in value;
