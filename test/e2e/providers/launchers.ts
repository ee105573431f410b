import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Which provider answers for a package in this run. */
export interface ProviderInUse {
  readonly package: string;
  readonly official: boolean;
}

/** Where the official plugin of a package is on this machine's PATH, if anywhere. */
function officialPlugin(name: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => existsSync(join(folder, `pulumi-resource-${name}`)));
}

/**
 * Puts a launcher for each stand-in into `folder`, where the engine finds it on PATH, unless the official plugin is
 * there already.
 */
export function launchProviders(folder: string): ProviderInUse[] {
  const register = require.resolve("ts-node/register/transpile-only");
  const standIns = { kubernetes: "kubernetes", aws: "aws", test: "echo" };
  return Object.entries(standIns).map(([name, file]) => {
    if (officialPlugin(name)) return { package: name, official: true };
    const path = join(folder, `pulumi-resource-${name}`);
    const program = join(__dirname, `${file}.ts`);
    // The engine starts a provider in the program's folder; its own tsconfig is found from the program file.
    writeFileSync(
      path,
      `#!/bin/sh\nTS_NODE_CWD="${__dirname}" exec "${process.execPath}" -r "${register}" "${program}" "$@"\n`,
    );
    chmodSync(path, 0o755);
    return { package: name, official: false };
  });
}
