import { join } from "node:path";
import { must } from "../machine/process";
import { step } from "../machine/progress";
import { retried } from "../machine/retry";
import { cacheFolder, cached, fingerprint } from "./cache";

/** test/e2e/build */
const buildFolder = join(__dirname, "..", "build");

/**
 * Installs what test/e2e/build/<folder>/requirements.txt pins, every package by its hash, into a virtual environment of its
 * own; returns the environment's folder.
 */
export async function installPython(title: string, folder: string): Promise<string> {
  const requirements = join(buildFolder, folder, "requirements.txt");
  const python = (await must("python3", ["--version"])).trim();
  const name = `${title.replaceAll(" ", "-")}-${fingerprint([python], [join(buildFolder, folder)])}`;
  const environment = join(cacheFolder(), name);
  // A virtual environment holds its own path, so it is made in place; a file says that it is whole.
  await cached(`${name}.ready`, (path) =>
    step(`installing ${title}`, async () => {
      await must("python3", ["-m", "venv", "--clear", environment]);
      const pip = join(environment, "bin", "pip");
      await retried(() =>
        must(pip, ["install", "--quiet", "--require-hashes", "--requirement", requirements]),
      );
      await must("sh", ["-c", `: > "$0"`, path]);
    }),
  );
  return environment;
}
