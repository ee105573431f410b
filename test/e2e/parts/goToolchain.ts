import { delimiter, join } from "node:path";
import { must, run } from "../machine/process";
import { goToolchain } from "./catalogue";
import { installPython } from "./virtualEnvironment";

/** "go1.26.8" → [1, 26]; anything else → undefined. */
function releaseOf(version: string): readonly [number, number] | undefined {
  const found = /^go(\d+)\.(\d+)/.exec(version.trim());
  return found === null ? undefined : [Number(found[1]), Number(found[2])];
}

/**
 * Makes `go` on this process's PATH one that builds the parts: the machine's own where it is new enough, else a pinned one
 * in the cache. Returns its version, for example "go1.26.8".
 */
export async function provideGo(): Promise<string> {
  const version = async () => (await run("go", ["env", "GOVERSION"])).stdout.trim();
  const [major, minor] = releaseOf(await version()) ?? [0, 0];
  const [wantedMajor, wantedMinor] = goToolchain.atLeast;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
    const environment = await installPython(`go ${goToolchain.version}`, goToolchain.folder);
    process.env["PATH"] = [join(environment, "bin"), process.env["PATH"]].join(delimiter);
  }
  return (await must("go", ["env", "GOVERSION"])).trim();
}
