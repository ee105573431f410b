import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { dump, load } from "js-yaml";
import { must } from "../machine/process";

/** The repository's root. */
export const root = join(__dirname, "..", "..", "..");

const isProjectFile = (name: string): boolean => /^Pulumi\b.*\.(yaml|json)$/.test(name);

/**
 * A folder that runs as a Pulumi project of the repository does, its files linked. Pulumi's own files are copies: the
 * engine writes into a stack's file, and tests change it.
 */
export function linkProject(source: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(source)) {
    if (isProjectFile(name)) copyFileSync(join(source, name), join(folder, name));
    else if (name !== ".git") symlinkSync(join(source, name), join(folder, name));
  }
  if (!existsSync(join(folder, "node_modules")))
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  editYaml(join(folder, "Pulumi.yaml"), dropNewOptions);
  return folder;
}

/** The language host that can be built is older than this option, which only `pulumi install` reads, and refuses it. */
function dropNewOptions({ runtime }: Record<string, unknown>): void {
  if (typeof runtime !== "object" || runtime === null || !("options" in runtime)) return;
  Reflect.deleteProperty(runtime.options as object, "packagemanager");
}

/** A YAML file's document. */
export function readYaml(path: string): Record<string, unknown> {
  return load(readFileSync(path, "utf8")) as Record<string, unknown>;
}

/** Changes a copied YAML file in place. */
export function editYaml(path: string, change: (document: Record<string, unknown>) => void): void {
  const document = readYaml(path);
  change(document);
  writeFileSync(path, dump(document));
}

/**
 * The policy pack as its users get it: built, packed by npm, unpacked somewhere else, its dependencies beside it.
 * @returns the folder for `--policy-pack`
 */
export async function packPolicies(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await must(process.execPath, [join(root, "scripts", "build-policypack.mjs")]);
  const packed = await must("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
    cwd: join(root, "policypack"),
  });
  const tarball = packed.trim().split("\n").at(-1) ?? "";
  await must("tar", ["-xzf", join(folder, basename(tarball)), "-C", folder]);
  const pack = join(folder, "package");
  symlinkSync(join(root, "node_modules"), join(pack, "node_modules"));
  return pack;
}
