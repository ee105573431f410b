import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { goParts, moduleFiles, moto, pythonSdk, vpcCniPrograms } from "./catalogue";
import { compileVpcCniPrograms } from "./ebpfPrograms";
import { buildGoPart, fetchModuleFile } from "./goParts";
import { provideGo } from "./goToolchain";
import { onlyNeeds } from "./onlyNeeds";
import { installPython } from "./virtualEnvironment";

/** Where each prepared program and file is, by the name under which it is laid out. */
export interface Prepared {
  readonly programs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** What this machine can't make, and why. */
  readonly cant: Readonly<Record<string, string>>;
}

/** The parts, ready to run: `path` is a folder with every program under its own name, `files` the other files by name. */
export interface Parts {
  readonly path: string;
  readonly files: ReadonlyMap<string, string>;
  /** What this machine can't make, and why, by the part's name. */
  readonly cant: ReadonlyMap<string, string>;
}

/**
 * Builds, fetches and installs whatever is missing, one thing after another: each build uses all cores.
 * @param suites those that are run
 */
export async function prepareParts(suites: readonly string[]): Promise<Prepared> {
  const programs: Record<string, string> = {};
  const files: Record<string, string> = {};
  const isNeeded = (name: string) => suites.some((suite) => onlyNeeds[suite]?.includes(name) ?? true);
  if (isNeeded("moto_server")) {
    const environment = await installPython(`moto ${moto.version}`, moto.folder);
    programs["moto_server"] = join(environment, "bin", "moto_server");
  }
  if (isNeeded("python-sdk"))
    programs["python-sdk"] = await installPython(`python-sdk ${pythonSdk.version}`, pythonSdk.folder);
  const go = await provideGo();
  for (const file of moduleFiles.filter(({ name }) => isNeeded(name)))
    (file.executable ? programs : files)[file.name] = await fetchModuleFile(file);
  for (const part of goParts.filter(({ name }) => isNeeded(name)))
    programs[part.name] = await buildGoPart(part, go);
  const cant: Record<string, string> = {};
  const { name } = vpcCniPrograms;
  if (!isNeeded(name)) return { programs, files, cant };
  try {
    files[name] = await compileVpcCniPrograms();
  } catch (error) {
    cant[name] = error instanceof Error ? error.message : String(error);
  }
  return { programs, files, cant };
}

/** Puts a link to every prepared program into `folder`; a name may have folders of its own. */
export function layOut(prepared: Prepared, folder: string): Parts {
  for (const [name, path] of Object.entries(prepared.programs)) {
    const link = join(folder, name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(path, link);
  }
  const { files, cant } = prepared;
  return { path: folder, files: new Map(Object.entries(files)), cant: new Map(Object.entries(cant)) };
}
