/**
 * What `palisade new` writes. In: a folder that isn't there or is empty, or a project and an application's name. Out: files, which
 * preview clean; or `PalisadeInputError`, with nothing written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Fault, nameFault, projectFault } from "../../flows";
import { atSource, atSubject, inputError } from "../../problems";
import { EXIT } from "../exit";
import { orInputErrors } from "../inputErrors";
import { applicationFile, identifier, projectFiles } from "./files";

/**
 * Runs `palisade new DIRECTORY`: writes a project that previews clean, with its tests and a workflow. A directory that
 * holds anything is refused, so nothing of the user's is written over.
 */
export function newProject(directory: string, version: string): Promise<number> {
  return answering(() => {
    const folder = path.resolve(directory);
    const name = path.basename(folder);
    refuse("project", projectFault(name));
    if (existsSync(folder) && readdirSync(folder).some((file) => file !== ".git")) {
      throw inputError(
        atSource(directory),
        "isn't empty",
        "Name a new folder, or add an application: palisade new application NAME",
      );
    }
    const files = Object.entries(projectFiles({ name, version }));
    for (const [file, text] of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return [
      `${directory}: ${files.length} files`,
      "",
      "Next:",
      `  cd ${directory} && npm install && npm run preview`,
      "  then write your clusters' addresses in Pulumi.dev.yaml, and your applications in applications/",
    ];
  });
}

/** Runs `palisade new application NAME` in a project: writes its file and lists it. */
export function newApplication(name: string, cwd: string): Promise<number> {
  return answering(() => {
    refuse("application", nameFault("application", name));
    const folder = path.join(cwd, "applications");
    const list = path.join(folder, "index.ts");
    const file = path.join(folder, `${name}.ts`);
    if (!existsSync(list)) {
      throw inputError(
        atSource(list),
        "isn't there",
        "Go to the folder of Pulumi.yaml, or create a project: palisade new DIRECTORY",
      );
    }
    if (existsSync(file)) throw inputError(atSource(file), "is there already", "Choose another name");
    const listed = withListed(readFileSync(list, "utf8"), name);
    if (listed === undefined) {
      throw inputError(
        atSource(list),
        "has no list that can be added to",
        "Write it as export const applications = [shop, …]",
      );
    }
    writeFileSync(file, applicationFile(name));
    writeFileSync(list, listed);
    return [
      `${path.relative(cwd, file)}: who talks to whom, and why`,
      `${path.relative(cwd, list)}: lists it`,
      `Place it: under a cluster's applications in Pulumi.<stack>.yaml, write ${name}: { stage: enforce }`,
    ];
  });
}

/** applications/index.ts with another application; undefined where its list isn't an array literal. */
export function withListed(text: string, name: string): string | undefined {
  const found = /(export const applications\b[^=]*=\s*\[)([^\]]*)(\])/.exec(text);
  if (found === null) return undefined;
  const [whole, open = "", inside = "", close = ""] = found;
  const names = inside
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const list = `${open}${[...names, identifier(name)].join(", ")}${close}`;
  const imports = [...text.matchAll(/^import .*?;\n/gms)].at(-1);
  const at = imports === undefined ? 0 : imports.index + imports[0].length;
  const line = `import { ${identifier(name)} } from "./${name}";\n`;
  const before = text.slice(0, at) + line + text.slice(at);
  return before.replace(whole, () => list);
}

function refuse(what: string, fault: Fault | undefined): void {
  if (fault !== undefined) throw inputError(atSubject(what), fault.message, fault.remedy);
}

/** Prints what was done, or the user's mistakes: a folder that can't be written is one, too. Resolves with the exit code. */
const answering = (work: () => readonly string[]): Promise<number> =>
  orInputErrors(() => {
    try {
      process.stdout.write(`${work().join("\n")}\n`);
    } catch (error) {
      throw isSystemError(error) ? inputError([], error.message) : error;
    }
    return Promise.resolve(EXIT.clean);
  }, false);

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error;
