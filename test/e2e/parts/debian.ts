import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run } from "../machine/process";
import { step } from "../machine/progress";
import { cached, sha256 } from "./cache";
import { debianTools, etcd } from "./catalogue";

async function present(program: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${program}`])).code === 0;
}

let listsAreFresh = false;

async function refreshLists(): Promise<void> {
  if (!listsAreFresh) await must("apt-get", ["update", "-q"]);
  listsAreFresh = true;
}

/** Installs the tools that are missing. */
export async function installDebianTools(): Promise<void> {
  const missing = new Set<string>();
  for (const tool of debianTools) if (!(await present(tool.program))) missing.add(tool.package);
  if (missing.size === 0) return;
  await step(`installing ${[...missing].join(", ")}`, async () => {
    await refreshLists();
    const args = ["install", "-y", "-q", "--no-install-recommends", ...missing];
    await must("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" } });
  });
}

/** Takes etcd out of its Debian package; returns the program's path. @throws Error when the package isn't the pinned one */
export async function fetchEtcd(): Promise<string> {
  return cached(`etcd-${etcd.version}-${etcd.sha256.slice(0, 12)}`, (path) =>
    step(`fetching etcd ${etcd.version}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "palisade-e2e-etcd-"));
      try {
        await refreshLists();
        // As root, apt wants to drop to a user that can't write into a private folder; it is this folder's only user.
        const options = ["-o", "APT::Sandbox::User=root"];
        await must("apt-get", [...options, "download", `${etcd.package}=${etcd.version}`], { cwd: folder });
        const file = readdirSync(folder).find((name) => name.endsWith(".deb"));
        if (file === undefined) throw new Error(`apt-get download ${etcd.package} left no package`);
        const hash = sha256(join(folder, file));
        if (hash !== etcd.sha256) {
          throw new Error(
            `${file}: its SHA-256 is ${hash}, not ${etcd.sha256}: pin the new one in test/e2e/parts/catalogue.ts if it is right`,
          );
        }
        await must("dpkg", ["-x", file, "out"], { cwd: folder });
        copyFileSync(join(folder, "out", etcd.path), path);
        chmodSync(path, 0o755);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
  );
}
