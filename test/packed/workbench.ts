import { execFile, type ExecFileException } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever its exit code. */
export function run(folder: string, command: string, args: readonly string[]): Promise<Ran> {
  // What the shell that runs the tests knows of npm, this repository or a terminal isn't the user's.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|FORCE_COLOR|CI$)/.test(name)),
  );
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { cwd: folder, env, maxBuffer: 64 << 20 },
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : typeof error.code === "number" ? error.code : -1,
          stdout,
          stderr,
        }),
    );
  });
}

/** Runs a command that must succeed. */
export async function must(folder: string, command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(folder, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: exit code ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/** The tarballs that a registry would get, made anew. */
export interface Tarballs {
  readonly palisade: string;
  readonly policyPack: string;
}

/** Made once for all tests of a run, and gone with it. */
let packed: Promise<Tarballs> | undefined;

/** The tarballs that a registry would get, of the working tree. */
export const tarballs = (): Promise<Tarballs> => (packed ??= pack());

async function pack(): Promise<Tarballs> {
  const folder = mkdtempSync(path.join(tmpdir(), "palisade-tarballs-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const built = path.join(folder, "built");
  await must(ROOT, process.execPath, ["scripts/build-package.mjs", built]);
  await must(ROOT, process.execPath, ["scripts/pack-policypack.mjs", path.join(folder, "policypack")]);
  await must(built, "npm", ["pack", "--silent", "--pack-destination", folder]);
  const tarball = (start: string): string => {
    const [name = ""] = readdirSync(folder).filter((file) => file.startsWith(start) && file.endsWith(".tgz"));
    return path.join(folder, name);
  };
  return { palisade: tarball("pulumi-palisade-"), policyPack: tarball("palisade-policypack-") };
}

/** A temporary folder of users. */
export class Workbench {
  readonly folder = mkdtempSync(path.join(tmpdir(), "palisade-packed-"));

  /** A user's folder with these files; a package.json of its own. */
  user(name: string, files: Readonly<Record<string, string>>): string {
    const folder = path.join(this.folder, name);
    for (const [file, text] of Object.entries({
      "package.json": `{ "name": "${name}", "private": true }`,
      ...files,
    })) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Installs packages as the README says, from the cache where it has them; no package's install script runs. */
export const install = (folder: string, packages: readonly string[]): Promise<string> =>
  must(folder, "npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--ignore-scripts",
    ...packages,
  ]);

/** The bytes of the files in a folder. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** The version of one of this repository's dependencies, as its manifest pins it. */
export function versionOf(name: string): string {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    Readonly<Record<string, string>>
  >;
  return manifest.dependencies[name] ?? manifest.devDependencies[name] ?? "";
}
