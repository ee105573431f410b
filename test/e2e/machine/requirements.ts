import { run } from "./process";

/** Programs that the builder needs and doesn't install, with what to do about a missing one. */
const needed: readonly (readonly [program: string, remedy: string])[] = [
  ["python3", "install Python 3.10 or newer with venv: moto runs on it"],
  ["apt-get", "needs Debian or Ubuntu: the network tools come from its packages"],
  ["unshare", "install util-linux"],
];

/** What is missing on this machine, and can't be installed; empty when nothing is. */
export async function machineProblems(): Promise<string[]> {
  if (process.platform !== "linux") return [`this is ${process.platform}: network namespaces need Linux`];
  const problems =
    process.getuid?.() === 0 ? [] : ["not root: network, mount and process namespaces need it"];
  for (const [program, remedy] of needed) {
    const found = await run("sh", ["-c", `command -v ${program}`]);
    if (found.code !== 0) problems.push(`${program} is missing: ${remedy}`);
  }
  return problems;
}
