// Tests: test/reachability/evidence/makers.test.ts
import { fieldsOf, mapsIn } from "../../../data";
import type { Fields } from "../fields";

/** How a kind says of which folders of a repository its objects are made. */
export type FolderShape =
  /** Flux: `spec.path`. */
  | "kustomization"
  /** Argo CD: the `path` of each source. */
  | "application"
  /** The same of its template, or the folders that a generator lists. */
  | "applicationSet";

/**
 * The folders that hold all that an object makes, as it stands there; undefined where it may make something else: of a chart, with
 * values or patches of its own, or of a folder that isn't known.
 */
export function readFolders(shape: FolderShape, object: Fields): readonly string[] | undefined {
  const spec = fieldsOf(object["spec"]) ?? {};
  switch (shape) {
    case "kustomization":
      return CHANGES.some((field) => spec[field] !== undefined) ? undefined : all([folderOf(spec["path"])]);
    case "application":
      return ofSources(spec);
    case "applicationSet":
      return ofTemplate(spec);
  }
}

/** Fields of Flux's Kustomization by which it makes something else than the folder says. */
const CHANGES = [
  ...["patches", "patchesStrategicMerge", "patchesJson6902", "components"],
  ...["targetNamespace", "namePrefix", "nameSuffix"],
];

/** Fields of a source of Argo CD's that don't change what its folder says. */
const PLAIN = ["repoURL", "targetRevision", "path", "name", "directory"];

function ofSources(spec: Fields): readonly string[] | undefined {
  const several = mapsIn(spec["sources"]);
  const sources = several.length > 0 ? several : mapsIn([spec["source"]]);
  return all(
    sources.map((source) =>
      Object.keys(source).every((field) => PLAIN.includes(field)) ? folderOf(source["path"]) : undefined,
    ),
  );
}

/** An ApplicationSet's own folders where its template names some; else those that all of its generators list. */
function ofTemplate(spec: Fields): readonly string[] | undefined {
  const template = fieldsOf(fieldsOf(spec["template"])?.["spec"]) ?? {};
  const named = ofSources(template);
  if (named !== undefined) return named;
  const source = fieldsOf(template["source"]) ?? {};
  if (!LISTED.includes(source["path"]) || Object.keys(source).some((field) => !PLAIN.includes(field)))
    return undefined;
  const generators = mapsIn(spec["generators"]);
  const folders = generators.flatMap(({ git }) => {
    const listed = mapsIn(fieldsOf(git)?.["directories"]).filter(({ exclude }) => exclude !== true);
    return listed.length === 0 ? [undefined] : listed.map(({ path }) => folderOf(aboveWildcards(path)));
  });
  return all(folders);
}

/** How a template says that its folder is the one that a generator found. */
const LISTED: readonly unknown[] = ["{{path}}", "{{ path }}", "{{.path.path}}", "{{ .path.path }}"];

const aboveWildcards = (path: unknown): unknown =>
  typeof path === "string" ? path.replace(/(^|\/)[^/]*[*?[{].*$/, "") : path;

/** A folder below a repository's root: the root itself tells nothing, and neither does what is yet to be filled in. */
function folderOf(path: unknown): string | undefined {
  if (typeof path !== "string" || /[*?{}$\\]/.test(path)) return undefined;
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  return steps.length === 0 || steps.includes("..") ? undefined : steps.join("/");
}

const all = (folders: readonly (string | undefined)[]): readonly string[] | undefined =>
  folders.length > 0 && folders.every((one) => one !== undefined) ? folders : undefined;

/** Whether files were read of every one of these folders. */
export function areRead(folders: readonly string[], files: ReadonlySet<string>): boolean {
  // What was built is called "folder (kustomize build)".
  const names = [...files].map((file) => `/${file.replaceAll("\\", "/").replace(" (", "/(")}`);
  return folders.every((folder) => names.some((name) => name.includes(`/${folder}/`)));
}
