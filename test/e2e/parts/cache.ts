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

export function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/**
 * The cached file or folder of that name, made by `make` where it isn't there. `make` writes to the path it is given,
 * which is moved into place only when it has succeeded: a build that was interrupted leaves nothing that looks whole.
 */
export async function cached(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const folder = cacheFolder();
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const draft = `${path}.draft-${process.pid}`;
  try {
    await make(draft);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return path;
}
