// Tests: test/cli/import/resources.test.ts
import { writeFileSync } from "node:fs";
import { type Fields, isMap } from "../../data";
import type { Resource } from "../../engine";
import { atSource, atSubject, didYouMean, inputError, PalisadeInputError } from "../../problems";
import { EXIT } from "../exit";
import { orInputErrors } from "../inputErrors";
import { meansCluster } from "../manifests/clusterFlags";
import { readPaths } from "../manifests/files";
import type { WorldFlags } from "../manifests/load";
import { judgedPlan } from "../manifests/plan";
import { plural } from "../render/text";
import { clusterOf } from "../verify/planned";
import { existingIds } from "./existing";
import { takeImport } from "./read";
import { type ResourceFile, resourceFile } from "./resourceFile";

/** The options of `palisade import --resources`, as commander parses them. */
export interface ResourceFlags extends WorldFlags {
  /** The file to write. */
  readonly resources: string;
  readonly stack?: string;
  readonly cwd?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

/**
 * Runs `palisade import --resources FILE --stack NAME`: holds a stack's plan against what is there, and writes the file with which `pulumi import` takes into the
 * state what exists already. Resolves with the exit code; nothing is written where nothing exists.
 */
export function runResources(paths: readonly string[], flags: ResourceFlags): Promise<number> {
  return orInputErrors(async () => {
    const { stack, cwd = "." } = flags;
    if (stack === undefined)
      throw inputError(atSource("--resources"), "is of no stack", "Say whose plan it is: --stack NAME");
    // A stack may be on AWS alone.
    const isOfAws = paths.length === 0 && !meansCluster(flags) && flags.aws !== undefined;
    const { objects } = isOfAws ? { objects: [] } : await takeImport(paths, flags);
    const answers = (flags.aws ?? []).flatMap((path) => readPaths([path])).map(answerOf);
    const { resources } = await judgedPlan(stack, cwd, () => []);
    const cluster = chosenCluster(stack, resources, flags.cluster);
    const ids = existingIds(resources, { cluster, objects, answers });
    const file = resourceFile(resources, ids);
    if (ids.size > 0) write(flags.resources, file);
    const found = file.resources.filter(({ id }) => id !== undefined);
    process.stdout.write(
      flags.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : text(found, file, flags),
    );
    return EXIT.clean;
  }, flags.json === true);
}

/** The cluster that objects are of. @throws PalisadeInputError where several may be meant */
function chosenCluster(stack: string, resources: readonly Resource[], wanted: string | undefined): string {
  const names = [
    ...new Set(resources.filter(({ type }) => type.startsWith("kubernetes:")).map(clusterOf)),
  ].sort();
  const [only = ""] = names;
  if (wanted === undefined && names.length < 2) return only;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  if (wanted === undefined)
    throw inputError(
      atSubject(`stack ${stack}`),
      `has the clusters ${names.join(", ")}`,
      "Say of which one the objects are, with --cluster",
    );
  throw inputError(
    atSource(`--cluster ${wanted}`),
    `stack ${stack} has ${names.join(", ")}`,
    didYouMean(wanted, names),
  );
}

function answerOf({ name, bytes }: { readonly name: string; readonly bytes: Buffer }): Fields {
  const remedy =
    "Save what `aws ec2 describe-security-groups` prints, or another of the lists of docs/migrate.md";
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw inputError(atSource(name), "isn't JSON", remedy);
  }
  if (isMap(value) && LISTS.some((list) => Array.isArray(value[list]))) return value;
  throw inputError(atSource(name), `holds none of ${LISTS.join(", ")}`, remedy);
}

const LISTS = ["SecurityGroups", "SecurityGroupRules", "DBInstances", "DBClusters", "Buckets"];

/** @throws PalisadeInputError where the file is there, or can't be written */
function write(file: string, content: ResourceFile): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const message = error.code === "EEXIST" ? "is there already" : error.message;
    throw new PalisadeInputError([
      { place: atSource(file), message, remedy: "Name another file, or move it away" },
    ]);
  }
}

function text(
  found: ResourceFile["resources"],
  { nameTable }: ResourceFile,
  { stack = "", resources: file }: ResourceFlags,
): string {
  if (found.length === 0)
    return "Nothing of the plan exists yet: pulumi up makes all of it. No file is written.\n";
  const lines = found.map(({ type, logicalName, id = "" }) => `  ${type}  ${logicalName}  ${id}`);
  const first = Object.values(nameTable).map((urn) => `  pulumi up --stack ${stack} --target '${urn}'`);
  return [
    `${plural(found.length, "resource")} of the plan ${found.length === 1 ? "exists" : "exist"} already:`,
    ...lines,
    "",
    `${file} takes them into the state, each as what the plan has it for; nothing is changed before the update:`,
    ...first,
    `  pulumi import --stack ${stack} --file ${file} --protect=false --generate-code=false`,
    `  pulumi up --stack ${stack}`,
    "",
  ].join("\n");
}
