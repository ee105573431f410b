import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { goParts, moduleFiles, moto, onlyNeeds } from "./catalogue";
import { buildGoPart, fetchModuleFile } from "./goParts";
import { provideGo } from "./goToolchain";
import { installPython } from "./virtualEnvironment";

/** Where each prepared program and file is, by the name under which it is laid out. */
export interface Prepared {
  readonly programs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** The parts, ready to run: `path` is a folder with every program under its own name, `files` the other files by name. */
export interface Parts {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Builds, fetches and installs whatever is missing, one thing after another: each build uses all cores.
 * @param only the suite that is run alone, if one is
 */
export async function prepareParts(only?: string): Promise<Prepared> {
  const programs: Record<string, string> = {};
  const files: Record<string, string> = {};
  const few = only === undefined ? undefined : onlyNeeds[only];
  if (few !== undefined) {
    const go = await provideGo();
    for (const part of goParts)
      if (few.includes(part.name)) programs[part.name] = await buildGoPart(part, go);
    return { programs, files };
  }
  programs["moto_server"] = join(
    await installPython(`moto ${moto.version}`, moto.folder),
    "bin",
    "moto_server",
  );
  const go = await provideGo();
  for (const file of moduleFiles)
    (file.executable ? programs : files)[file.name] = await fetchModuleFile(file);
  for (const part of goParts) programs[part.name] = await buildGoPart(part, go);
  return { programs, files };
}

/** Puts a link to every prepared program into `folder`; a name may have folders of its own. */
export function layOut(prepared: Prepared, folder: string): Parts {
  for (const [name, path] of Object.entries(prepared.programs)) {
    const link = join(folder, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(path, link);
  }
  return { path: folder, files: new Map(Object.entries(prepared.files)) };
}
