// Tests: test/cli/check/state.test.ts
import * as z from "zod";
import {
  atPath,
  atSource,
  inputError,
  PalisadeInputError,
  type Problem,
  throwProblems,
} from "../../problems";
import type { InputFile } from "../manifests/files";
import { fieldsOf } from "../../data";
import { parseManifests } from "../manifests/parse";

/** A stack's state, and where in its file the deployment is. */
export interface StateFile {
  readonly file: InputFile;
  readonly path: readonly string[];
  readonly version: unknown;
  /** Undefined for a stack that never had an update. */
  readonly deployment: Readonly<Record<string, unknown>> | undefined;
}

/** Versions of the format whose resources are alike. Source: apitype.DeploymentSchemaVersionLatest, DeploymentV3. */
const VERSIONS: readonly unknown[] = [3, 4];

/** The command that prints a state. */
export const EXPORT = "pulumi stack export";
const text = z.string({ error: "isn't a text" });
const properties = z.record(z.string(), z.unknown(), { error: "isn't an object" }).nullish();
const flag = z.boolean({ error: "is neither true nor false" }).optional();

const resourceShape = z.object(
  {
    urn: text.regex(/^urn:pulumi:[^:]*::[^:]*::.*::./s, "isn't a URN"),
    type: text,
    custom: flag,
    delete: flag,
    external: flag,
    inputs: properties,
    outputs: properties,
    parent: text.optional(),
    provider: text.optional(),
    additionalSecretOutputs: z.array(text).nullish(),
    propertyDependencies: z.record(z.string(), z.array(text).nullable()).nullish(),
  },
  { error: "isn't a resource" },
);

const deploymentShape = z.object({
  resources: z.array(resourceShape, { error: "isn't a list" }).nullish(),
  pending_operations: z
    .array(z.object({ type: text, resource: z.object({ urn: text }) }), { error: "isn't a list" })
    .nullish(),
});

/** A resource of a state, as Pulumi writes it. */
export type StoredResource = z.infer<typeof resourceShape>;

/** The state that is to be judged, if one is; or the files of states that lie in a folder beside manifests, and are none. */
export interface StatesIn {
  readonly state?: StateFile;
  readonly beside: readonly string[];
}

/**
 * The stack's state that some files are: what `pulumi stack export` prints, or a checkpoint of a backend of files. It is judged by itself.
 * @throws PalisadeInputError where one is named beside something else, or several are there
 */
export function statesIn(given: readonly InputFile[]): StatesIn {
  const states = given.flatMap((file) => stateFile(file) ?? []);
  const [state, another] = states;
  if (state !== undefined && given.length === 1) return { state, beside: [] };
  const named =
    states.find(({ file }) => file.found !== true) ?? (given.length === states.length ? another : undefined);
  if (named !== undefined)
    throw inputError(
      atSource(named.file.name),
      "is a stack's state, which is judged by itself",
      "Give it alone",
    );
  return { beside: states.map(({ file }) => file.name) };
}

function stateFile(file: InputFile): StateFile | undefined {
  const start = file.bytes.subarray(0, 4096).toString("utf8");
  if (!/^\uFEFF?\s*\{/.test(start) || !/"(deployment|checkpoint)"/.test(start)) return undefined;
  const documents = documentsOf(file);
  const fields = documents.length === 1 ? fieldsOf(documents[0]) : undefined;
  if (fields === undefined || "kind" in fields) return undefined;
  const { version, deployment, checkpoint } = fields;
  if (fieldsOf(deployment) !== undefined)
    return { file, path: ["deployment"], version, deployment: fieldsOf(deployment) };
  const { stack, latest } = fieldsOf(checkpoint) ?? {};
  return typeof stack === "string"
    ? { file, path: ["checkpoint", "latest"], version, deployment: fieldsOf(latest) }
    : undefined;
}

/** What can't be parsed gets its error where manifests are read. */
function documentsOf(file: InputFile): readonly unknown[] {
  try {
    return parseManifests(file).map(({ value }) => value);
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return [];
  }
}

/** What a state's file holds. @throws PalisadeInputError with everything that isn't as Pulumi writes it */
export function deploymentOf({
  file,
  path,
  version,
  deployment,
}: StateFile): z.infer<typeof deploymentShape> {
  const at = atSource(file.name);
  if (!VERSIONS.includes(version))
    throw inputError(
      [...at, ...atPath("version")],
      `is ${version === undefined ? "missing" : JSON.stringify(version)}; states of the versions ${VERSIONS.join(" and ")} are read`,
      `Export it with a newer Pulumi: ${EXPORT}`,
    );
  const read = deploymentShape.safeParse(deployment ?? {});
  if (read.success) return read.data;
  throwProblems(
    read.error.issues.map((issue): Problem => ({
      place: [
        ...at,
        ...atPath(...path, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))),
      ],
      message: `${issue.message}; this isn't what ${EXPORT} writes`,
    })),
  );
  return {};
}
