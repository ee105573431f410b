import { run } from "./process";

/** Programs that the builder needs and doesn't install, with what to do about a missing one. */
const needed: readonly (readonly [program: string, remedy: string])[] = [
  ["go", "install Go 1.26 or newer: the engine and the Kubernetes programs are built from their modules"],
  ["python3", "install Python 3.10 or newer with venv: moto runs on it"],
  ["apt-get", "needs Debian or Ubuntu: etcd and the network tools come from its packages"],
  ["unshare", "install util-linux"],
  ["ip", "install iproute2"],
];

/** What is missing on this machine; empty when nothing is. */
export async function toolProblems(): Promise<string[]> {
  const problems: string[] = [];
  for (const [program, remedy] of needed) {
    const found = await run("sh", ["-c", `command -v ${program}`]);
    if (found.code !== 0) problems.push(`${program} is missing: ${remedy}`);
  }
  return problems;
}
