import {
  atSource,
  atSubject,
  below,
  didYouMean,
  inputError,
  type Problem,
  throwProblems,
  messageOf,
} from "../../problems";
import fs from "node:fs";
import path from "node:path";
import { CORE_SCHEMA, load, mergeTag, timestampTag } from "js-yaml";
import { codeOf } from "../errors";

/** A Pulumi project, as its Pulumi.yaml says. Paths are absolute. */
export interface Project {
  readonly name: string;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The program: a file, or a folder whose package.json or index file says what runs. */
  readonly main: string;
  /** False if Pulumi.yaml says `runtime.options.typescript: false`. */
  readonly typescript: boolean;
  /** The name of its tsconfig, relative to the program's folder (`runtime.options.tsconfig`). */
  readonly tsconfig: string;
  /** Extra arguments for node (`runtime.options.nodeargs`). */
  readonly nodeArgs: readonly string[];
  /** The `config` block, unread. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The folder of the stacks' config files. */
  readonly stackConfigFolder: string;
}

const schema = CORE_SCHEMA.withTags(mergeTag, timestampTag);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);

/** The one mapping of a YAML file; an empty file is an empty mapping. Throws PalisadeInputError naming file and line. */
export function readYaml(file: string): Record<string, unknown> {
  let read: unknown;
  try {
    const text = fs.readFileSync(file, "utf8");
    read = text.trim() === "" ? {} : load(text, { schema, filename: file });
  } catch (error) {
    throw inputError(atSource(file), messageOf(error));
  }
  if (read === null || read === undefined) return {};
  if (!isRecord(read)) throw inputError(atSource(file), "the top level must be a mapping (key: value)");
  return read;
}

/**
 * The project that `folder` belongs to: the nearest Pulumi.yaml upwards. Throws PalisadeInputError if there is none, or it isn't
 * a Node.js project.
 */
export function readProject(folder: string): Project {
  const file = findUpwards(path.resolve(folder), ["Pulumi.yaml", "Pulumi.yml"]);
  if (file === undefined) {
    throw inputError(
      atSource(path.resolve(folder)),
      "no Pulumi.yaml here or in a folder above",
      "Go to a Pulumi project, or name one with --cwd",
    );
  }
  const yaml = readYaml(file);
  const problems: Problem[] = [];
  const report = (key: string, message: string, remedy?: string): void => {
    problems.push({
      place: below(atSource(file), key),
      message,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  const runtime = isRecord(yaml["runtime"]) ? yaml["runtime"] : { name: yaml["runtime"] };
  const options = isRecord(runtime["options"]) ? runtime["options"] : {};
  const { name, main } = yaml;
  if (typeof name !== "string" || name === "") report("name", "is missing", 'Add "name: <project>"');
  if (runtime["name"] !== "nodejs") {
    const given = JSON.stringify(runtime["name"] ?? null);
    report("runtime", `${given}: the embedded preview runs "nodejs" only`);
  }
  if (main !== undefined && typeof main !== "string") report("main", "must be a path");
  if (yaml["config"] !== undefined && !isRecord(yaml["config"])) report("config", "must be a mapping");
  const folderOfStacks = yaml["stackConfigDir"];
  throwProblems(problems);
  const root = path.dirname(file);
  return {
    name: String(name),
    root,
    main: path.resolve(root, typeof main === "string" ? main : "."),
    typescript: options["typescript"] !== false,
    tsconfig: typeof options["tsconfig"] === "string" ? options["tsconfig"] : "tsconfig.json",
    nodeArgs: typeof options["nodeargs"] === "string" ? options["nodeargs"].split(/\s+/).filter(Boolean) : [],
    config: isRecord(yaml["config"]) ? yaml["config"] : {},
    stackConfigFolder: path.resolve(root, typeof folderOfStacks === "string" ? folderOfStacks : "."),
  };
}

function findUpwards(folder: string, names: readonly string[]): string | undefined {
  for (const name of names) {
    const candidate = path.join(folder, name);
    if (fs.existsSync(candidate)) return candidate;
  }
  const above = path.dirname(folder);
  return above === folder ? undefined : findUpwards(above, names);
}

const stackFile = /^Pulumi\.(.+)\.ya?ml$/;

/** The stacks that have a config file, sorted. */
export function stacksOf(project: Project): string[] {
  let names: string[] = [];
  try {
    names = fs.readdirSync(project.stackConfigFolder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  return names.flatMap((name) => stackFile.exec(name)?.[1] ?? []).sort();
}

/** The config file of a stack ("dev", "org/dev" or "org/project/dev"). Throws PalisadeInputError naming the stacks there are. */
export function stackFileOf(project: Project, stack: string): { name: string; file: string } {
  const name = stack.split("/").at(-1) ?? "";
  for (const suffix of ["yaml", "yml"]) {
    const file = path.join(project.stackConfigFolder, `Pulumi.${name}.${suffix}`);
    if (name !== "" && fs.existsSync(file)) return { name, file };
  }
  const known = stacksOf(project);
  const remedy =
    didYouMean(name, known) ??
    (known.length > 0 ? `Use one of ${known.join(", ")}` : `Create Pulumi.${name || "dev"}.yaml`);
  throw inputError(
    atSubject(`stack ${JSON.stringify(stack)}`),
    `no Pulumi.${name}.yaml in ${project.stackConfigFolder}`,
    remedy,
  );
}
