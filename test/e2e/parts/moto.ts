import { join } from "node:path";
import { must } from "../machine/process";
import { step } from "../machine/progress";
import { cacheFolder, cached, fingerprint } from "./cache";
import { moto } from "./catalogue";

/** Installs moto in a virtual environment of its own, every package by its pinned hash; returns the environment's folder. */
export async function installMoto(): Promise<string> {
  const requirements = join(__dirname, "..", "build", moto.folder, "requirements.txt");
  const python = (await must("python3", ["--version"])).trim();
  const name = `moto-${moto.version}-${fingerprint([python], [join(requirements, "..")])}`;
  const folder = join(cacheFolder(), name);
  // A virtual environment holds its own path, so it is made in place; a file says that it is whole.
  await cached(`${name}.ready`, (path) =>
    step(`installing moto ${moto.version}`, async () => {
      await must("python3", ["-m", "venv", "--clear", folder]);
      const pip = join(folder, "bin", "pip");
      await must(pip, ["install", "--quiet", "--require-hashes", "--requirement", requirements]);
      await must("sh", ["-c", `: > "$0"`, path]);
    }),
  );
  return folder;
}
