import { must, run } from "../machine/process";
import { step } from "../machine/progress";
import { retried } from "../machine/retry";
import { debianTools } from "./catalogue";

async function present(program: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${program}`])).code === 0;
}

/** Installs the tools that are missing. None of their packages starts a service. */
export async function installDebianTools(): Promise<void> {
  const missing = new Set<string>();
  for (const tool of debianTools) if (!(await present(tool.program))) missing.add(tool.package);
  if (missing.size === 0) return;
  await step(`installing ${[...missing].join(", ")}`, async () => {
    const patient = ["-q", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"];
    await retried(() => must("apt-get", [...patient, "update"]));
    const args = [...patient, "install", "-y", "--no-install-recommends", ...missing];
    await retried(() => must("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" } }));
  });
}
