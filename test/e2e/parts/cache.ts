import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Folder of the built parts, kept between runs: PALISADE_E2E_CACHE, else under XDG_CACHE_HOME, else ~/.cache. */
export function cacheFolder(): string {
  const { PALISADE_E2E_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  return own ?? join(caches ?? join(homedir(), ".cache"), "palisade-e2e");
}

/** A short hash of texts and of every file directly in the folders: what decides whether a part is built anew. */
export function fingerprint(texts: readonly string[], folders: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  for (const folder of folders) {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isFile()) hash.update(name).update("\0").update(readFileSync(path));
    }
  }
  return hash.digest("hex").slice(0, 12);
}

/** The id of the process that started this run: prepare.ts has one of its own, in a process namespace of its own. */
const runner = (): string => process.env["PALISADE_E2E_RUNNER"] ?? String(process.pid);

/**
 * The cached file or folder of that name, made by `make` where it isn't there. `make` writes to the path it is given, in
 * a folder that is for it alone, which is moved into place only when it has succeeded: a build that was interrupted
 * leaves nothing that looks whole.
 */
export async function cached(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const folder = cacheFolder();
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const draft = join(folder, `draft-${runner()}-${name}`);
  mkdirSync(draft, { recursive: true });
  try {
    await make(join(draft, "made"));
    renameSync(join(draft, "made"), path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return path;
}

/** Removes what interrupted runs left half made, and nothing of a run that is still going. */
export function removeRests(): void {
  if (!existsSync(cacheFolder())) return;
  for (const name of readdirSync(cacheFolder())) {
    const [, pid] = /^draft-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(cacheFolder(), name), { recursive: true, force: true });
  }
}
