import { existsSync } from "node:fs";
import { must, run } from "../machine/process";
import { say, step } from "../machine/progress";
import { retried } from "../machine/retry";
import { debianTools } from "./catalogue";
import { ciliumCompiler, vpcCniCompiler } from "./compilers";

async function present(program: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${program}`])).code === 0;
}

/** Installs the tools that are missing. None of their packages starts a service. */
export async function installDebianTools(): Promise<void> {
  const missing = new Set<string>();
  for (const tool of debianTools) if (!(await present(tool.program))) missing.add(tool.package);
  await install(missing);
}

/** Installs what compiles eBPF programs; where that fails, says so, and what needs it says what stays unproven. */
export async function installEbpfCompilers(): Promise<void> {
  for (const compiler of [vpcCniCompiler, ciliumCompiler]) {
    const missing = compiler.filter(({ file }) => !existsSync(file));
    try {
      await install(new Set(missing.map((each) => each.package)));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
}

async function install(missing: ReadonlySet<string>): Promise<void> {
  if (missing.size === 0) return;
  await step(`installing ${[...missing].join(", ")}`, async () => {
    const patient = ["-q", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"];
    await retried(() => must("apt-get", [...patient, "update"]));
    const args = [...patient, "install", "-y", "--no-install-recommends", ...missing];
    await retried(() => must("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" } }));
  });
}
