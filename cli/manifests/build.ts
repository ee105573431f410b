// Tests: test/cli/manifests/repository.test.ts
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, delimiter, dirname, join, normalize, sep } from "node:path";
import { type Fields, fieldsOf } from "../../data";
import { readKubernetesYaml, YamlError } from "../../yaml";
import type { InputFile } from "./files";
import type { Skipped } from "./skipped";

/** What folders are built with. */
export interface BuildFlags {
  /** True: build, also from the network; false: don't; undefined: build what needs no network, where a tool is on PATH. */
  readonly kustomize?: boolean;
  readonly helm?: boolean;
  readonly values?: readonly string[];
  readonly namespace?: string;
  /** Where files of a revision, which are called by it, are on this disk. */
  readonly checkout?: { readonly shown: string; readonly folder: string };
}

/** What is deployed of some files: with kustomizations and charts built, instead of their parts. */
export interface Built {
  readonly files: readonly InputFile[];
  readonly skipped: readonly Skipped[];
  /** What was done, for people. */
  readonly notes: readonly string[];
}

const KUSTOMIZATION = /^(kustomization\.ya?ml|Kustomization)$/;
const MILLISECONDS = 120_000;

/** Builds the kustomizations and Helm charts among files that were found below a folder. */
export function build(files: readonly InputFile[], flags: BuildFlags): Built {
  const { checkout, values } = flags;
  if (checkout === undefined) return buildHere(files, flags);
  const { shown, folder } = checkout;
  const onDisk = (name: string) => (name.startsWith(shown) ? join(folder, name.slice(shown.length)) : name);
  // A values file of the revision comes before the one that lies here now.
  const own = values?.map((name) => (existsSync(join(folder, name)) ? join(folder, name) : name));
  const made = buildHere(
    files.map((file) => ({ ...file, name: onDisk(file.name) })),
    { ...flags, ...(own === undefined ? {} : { values: own }) },
  );
  const asShown = (text: string) => text.replaceAll(join(folder, sep), shown).replaceAll(folder, `${shown}.`);
  return {
    files: made.files.map((file) => ({ ...file, name: asShown(file.name) })),
    skipped: made.skipped.map((one) => ({ ...one, file: asShown(one.file), reason: asShown(one.reason) })),
    notes: made.notes.map(asShown),
  };
}

function buildHere(files: readonly InputFile[], flags: BuildFlags): Built {
  const charts = buildCharts(files, flags);
  const kustomized = buildKustomizations(charts.files, flags);
  return {
    files: kustomized.files,
    skipped: [...charts.skipped, ...kustomized.skipped],
    notes: [...charts.notes, ...kustomized.notes],
  };
}

const isBelow = (path: string, folder: string): boolean =>
  folder === "." || path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** The first of some programs that is on PATH. */
function onPath(...names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.find((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** What a program prints, or its complaint. */
function output(program: string, args: readonly string[]): Buffer | string {
  try {
    return execFileSync(program, args, {
      maxBuffer: 1 << 30,
      timeout: MILLISECONDS,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    const said = (stderr?.toString("utf8") ?? "")
      .trim()
      .split("\n")
      .find((line) => line !== "");
    return said ?? message;
  }
}

function buildCharts(files: readonly InputFile[], { helm, values = [], namespace }: BuildFlags): Built {
  const all = files
    .filter(({ name, found }) => found === true && basename(name) === "Chart.yaml")
    .map(({ name, bytes }) => ({ folder: dirname(name), text: bytes.toString("utf8") }))
    .filter(({ text }) => /^apiVersion:\s*["']?v[12]\b/m.test(text));
  const charts = all.filter(
    ({ folder }) => !all.some((other) => other.folder !== folder && isBelow(folder, other.folder)),
  );
  if (charts.length === 0) return { files, skipped: [], notes: [] };
  const rest = files.filter(
    ({ name, found }) => found !== true || !charts.some(({ folder }) => isBelow(name, folder)),
  );
  const program = helm === false ? undefined : onPath("helm");
  const made: InputFile[] = [];
  const skipped: Skipped[] = [];
  for (const { folder, text } of charts) {
    if (/^type:\s*["']?library\b/m.test(text)) continue;
    if (program === undefined) {
      const reason = helm === false ? "--no-helm" : "helm isn't on PATH";
      skipped.push({ cause: "chart", file: folder, reason });
      continue;
    }
    const args = ["template", basename(folder), folder];
    if (namespace !== undefined) args.push("--namespace", namespace);
    for (const file of values) args.push("--values", file);
    const printed = output(program, args);
    if (typeof printed === "string") skipped.push({ cause: "chart", file: folder, reason: printed });
    else made.push({ name: `${folder} (helm template)`, bytes: printed, found: true });
  }
  const notes =
    made.length === 0
      ? []
      : [`Helm charts were rendered by helm template (${made.length}: ${folders(made)})`];
  return { files: [...rest, ...made], skipped, notes };
}

const folders = (made: readonly InputFile[]): string =>
  made.map(({ name }) => name.replace(/ \(.*\)$/, "")).join(", ");

/** A folder with a kustomization, and what it refers to. */
interface Kustomization {
  readonly folder: string;
  readonly fields: Fields;
  /** Folders and files that it names, relative ones resolved. */
  readonly references: readonly string[];
}

function buildKustomizations(files: readonly InputFile[], { kustomize }: BuildFlags): Built {
  const all = files
    .filter(({ name, found }) => found === true && KUSTOMIZATION.test(basename(name)))
    .map(({ name, bytes }) => readKustomization(dirname(name), bytes.toString("utf8")))
    // Flux has a kind of the same name, which often is in a file of the same name.
    .filter(({ fields }) => !String(fields["apiVersion"]).startsWith("kustomize.toolkit"));
  if (all.length === 0) return { files, skipped: [], notes: [] };
  const referred = new Set(all.flatMap(({ references }) => references));
  const roots = all.filter(
    ({ folder, fields }) => !referred.has(normalize(folder)) && fields["kind"] !== "Component",
  );
  const program = kustomize === false ? undefined : onPath("kustomize", "kubectl");
  const isPart = ({ name, found }: InputFile) =>
    found === true &&
    all.some(({ folder, references }) => isBelow(name, folder) || references.includes(normalize(name)));
  if (program === undefined) {
    const reason = kustomize === false ? "--no-kustomize" : "neither kustomize nor kubectl is on PATH";
    const patches = new Set(all.flatMap(patchesIn));
    return {
      files: files.filter(({ name }) => !patches.has(normalize(name)) && !KUSTOMIZATION.test(basename(name))),
      skipped: roots.map(({ folder }) => ({ cause: "kustomization", file: folder, reason })),
      notes: [],
    };
  }
  const made: InputFile[] = [];
  const skipped: Skipped[] = [];
  for (const root of roots) {
    const reason = kustomize === true ? undefined : hindrance(root.folder, new Set());
    if (reason !== undefined) {
      skipped.push({ cause: "kustomization", file: root.folder, reason });
      continue;
    }
    const printed = output(program, [program === "kubectl" ? "kustomize" : "build", root.folder]);
    if (typeof printed === "string")
      skipped.push({ cause: "kustomization", file: root.folder, reason: printed });
    else made.push({ name: `${root.folder} (kustomize build)`, bytes: printed, found: true });
  }
  const by = program === "kubectl" ? "kubectl kustomize" : "kustomize build";
  const notes =
    made.length === 0 ? [] : [`kustomizations were built by ${by} (${made.length}: ${folders(made)})`];
  return { files: [...files.filter((file) => !isPart(file)), ...made], skipped, notes };
}

/** Fields that list other kustomizations, and files. */
const PARTS = ["resources", "bases", "components", "crds", "generators", "transformers", "validators"];

/** Fields whose files change objects and are none of their own. */
const CHANGES = [
  ...["patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator", "secretGenerator"],
  ...["replacements", "transformers", "generators", "validators", "configurations"],
];

/** Fields that name no file. */
const TEXTS = ["patch", "images", "labels", "commonLabels", "commonAnnotations", "metadata", "buildMetadata"];

function readKustomization(folder: string, text: string): Kustomization {
  const fields = fieldsIn(text) ?? {};
  const references = [...stringsIn(["resources", "bases", "components"].map((name) => fields[name]))];
  return {
    folder,
    fields,
    references: references.map((item) => normalize(join(folder, item)).replace(/[\\/]$/, "")),
  };
}

/** What a kustomization says; undefined where it isn't YAML. Of a key that stands twice kustomize takes the last. */
function fieldsIn(text: string): Fields | undefined {
  try {
    return fieldsOf(readKubernetesYaml(text, { repeatedKeys: "last" })[0]) ?? {};
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

/** Every text in a value, but for what names no file. */
function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const one of value) yield* stringsIn(one);
  else
    for (const [key, one] of Object.entries(fieldsOf(value) ?? {}))
      if (!TEXTS.includes(key)) yield* stringsIn(one);
}

/** The files of patches and the like; `key=file` names a file too. */
const patchesIn = ({ folder, fields }: Kustomization): readonly string[] =>
  [...stringsIn(CHANGES.map((name) => fields[name]))].map((item) =>
    normalize(join(folder, item.slice(item.indexOf("=") + 1))),
  );

const REMOTE = /:\/\/|^git::|@[\w.-]+:|^(www\.)?(github|gitlab|bitbucket)\.|[?&]ref=|\.git(\/|$)/;

/** Why a kustomization isn't built unless that is asked for: it, or one that it builds on, names something on the network. */
function hindrance(folder: string, seen: Set<string>): string | undefined {
  const here = normalize(folder);
  if (seen.has(here)) return undefined;
  seen.add(here);
  const name = ["kustomization.yaml", "kustomization.yml", "Kustomization"].find((one) =>
    existsSync(join(here, one)),
  );
  if (name === undefined) return undefined;
  const fields = fieldsIn(readFileSync(join(here, name), "utf8"));
  if (fields === undefined) return `${join(here, name)} isn't YAML`;
  if (fields["helmCharts"] !== undefined || [...stringsIn(fields)].some((text) => REMOTE.test(text)))
    return "it names a base on the network; --kustomize fetches it";
  for (const item of stringsIn(PARTS.map((part) => fields[part]))) {
    const found = hindrance(join(here, item), seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
