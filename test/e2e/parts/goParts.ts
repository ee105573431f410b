import { chmodSync, cpSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { must } from "../machine/process";
import { step } from "../machine/progress";
import { retried } from "../machine/retry";
import { cached, fingerprint } from "./cache";
import type { GoPart, ModuleFile } from "./catalogue";

/** test/e2e/build */
const buildFolder = join(__dirname, "..", "build");

/** What every build shares. -mod=readonly: go.mod and go.sum decide, and a build never changes them. */
const environment = { GOFLAGS: "-mod=readonly -buildvcs=false", CGO_ENABLED: "0", GOWORK: "off" };

/** Builds a program unless it is cached; returns its path. */
export async function buildGoPart(part: GoPart, go: string): Promise<string> {
  const folder = join(buildFolder, part.folder);
  const key = fingerprint([go, part.package, part.ldflags], [folder]);
  return cached(`${part.name.replaceAll("/", "-")}-${part.version}-${key}`, (path) =>
    step(`building ${part.name} ${part.version} (about ${part.minutes} min from nothing)`, async () => {
      const args = ["build", "-trimpath", "-ldflags", `-s -w ${part.ldflags}`, "-o", path, part.package];
      // Beside what it makes, so that an interrupted build's files go with its draft.
      const env = { ...environment, GOTMPDIR: dirname(path) };
      await retried(() => must("go", args, { cwd: folder, env }));
    }),
  );
}

/** Copies a file or a folder out of a Go module, whose content `go mod download` checks against go.sum; returns its path. */
export async function fetchModuleFile(file: ModuleFile): Promise<string> {
  const folder = join(buildFolder, file.folder);
  return cached(`${fingerprint([file.path], [folder])}-${file.name}`, (path) =>
    step(`fetching ${file.name} from ${file.module}`, async () => {
      const from = join(await moduleFolder(file.module, folder), file.path);
      cpSync(from, path, { recursive: true });
      if (!statSync(path).isDirectory()) chmodSync(path, file.executable ? 0o755 : 0o644);
    }),
  );
}

/** Where a Go module's files are, which `go mod download` checks against the go.sum in `folder`. */
export async function moduleFolder(module: string, folder: string): Promise<string> {
  const args = ["mod", "download", "-json", module];
  const answer = await retried(() => must("go", args, { cwd: folder, env: environment }));
  return (JSON.parse(answer) as { Dir: string }).Dir;
}
