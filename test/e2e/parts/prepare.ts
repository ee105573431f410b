import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { goParts, moduleFiles } from "./catalogue";
import { fetchEtcd, installDebianTools } from "./debian";
import { buildGoPart, fetchModuleFile, goVersion } from "./goParts";
import { installMoto } from "./moto";

/** Where each prepared program and file is, by name. */
export interface Prepared {
  readonly programs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** The parts, ready to run: `path` is a folder with every program under its own name, `files` the other files by name. */
export interface Parts {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
}

/** Builds, fetches and installs whatever is missing, one thing after another: each build uses all cores. */
export async function prepareParts(): Promise<Prepared> {
  const programs: Record<string, string> = {};
  const files: Record<string, string> = {};
  await installDebianTools();
  programs["etcd"] = await fetchEtcd();
  programs["moto_server"] = join(await installMoto(), "bin", "moto_server");
  const go = await goVersion();
  for (const file of moduleFiles)
    (file.executable ? programs : files)[file.name] = await fetchModuleFile(file);
  for (const part of goParts) programs[part.name] = await buildGoPart(part, go);
  return { programs, files };
}

/** Puts a link to every prepared program into `folder`. */
export function layOut(prepared: Prepared, folder: string): Parts {
  mkdirSync(folder);
  for (const [name, path] of Object.entries(prepared.programs)) symlinkSync(path, join(folder, name));
  return { path: folder, files: new Map(Object.entries(prepared.files)) };
}
