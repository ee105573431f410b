import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../machine/process";
import { step } from "../machine/progress";
import { cached, fingerprint } from "./cache";
import type { GoPart, ModuleFile } from "./catalogue";

/** test/e2e/build */
const buildFolder = join(__dirname, "..", "build");

/** What every build shares. -mod=readonly: go.mod and go.sum decide, and a build never changes them. */
const environment = { GOFLAGS: "-mod=readonly -buildvcs=false", CGO_ENABLED: "0", GOWORK: "off" };

/** The version of the Go toolchain, for example "go1.26.8". @throws CommandFailed when there is none */
export async function goVersion(): Promise<string> {
  return (await must("go", ["env", "GOVERSION"])).trim();
}

/** Builds a program unless it is cached; returns its path. */
export async function buildGoPart(part: GoPart, go: string): Promise<string> {
  const folder = join(buildFolder, part.folder);
  const key = fingerprint([go, part.package, part.ldflags], [folder]);
  return cached(`${part.name}-${part.version}-${key}`, (path) =>
    step(`building ${part.name} ${part.version} (about ${part.minutes} min from nothing)`, async () => {
      const args = ["build", "-trimpath", "-ldflags", `-s -w ${part.ldflags}`, "-o", path, part.package];
      await must("go", args, { cwd: folder, env: environment });
    }),
  );
}

/** Copies a file out of a Go module, whose content `go mod download` checks against go.sum; returns its path. */
export async function fetchModuleFile(file: ModuleFile): Promise<string> {
  const folder = join(buildFolder, file.folder);
  return cached(`${fingerprint([file.path], [folder])}-${file.name}`, (path) =>
    step(`fetching ${file.name} from ${file.module}`, async () => {
      const answer = await must("go", ["mod", "download", "-json", file.module], {
        cwd: folder,
        env: environment,
      });
      const { Dir } = JSON.parse(answer) as { Dir: string };
      copyFileSync(join(Dir, file.path), path);
      chmodSync(path, file.executable ? 0o755 : 0o644);
    }),
  );
}
