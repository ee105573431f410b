import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Which provider answers for a package in this run. */
export interface ProviderInUse {
  readonly package: string;
  readonly official: boolean;
}

/** Where official plugins may be. */
export interface PluginFolders {
  /** As PATH is written. */
  readonly path: string;
  /** Where Pulumi installs plugins. */
  readonly installed: string;
}

/** This machine's, read when the module loads: a sandbox has another HOME. */
const machine: PluginFolders = {
  path: process.env["PATH"] ?? "",
  installed: join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "plugins"),
};

/** What stands in for a package that has no official plugin here; `test` is the bench's own. */
const standIns = { kubernetes: "kubernetes", aws: "aws", test: "echo" };

/** The plugin that Pulumi has installed for a package in the version of the SDK in use. */
function installedPlugin(name: string, { installed }: PluginFolders): string | undefined {
  if (name === "test") return undefined;
  const { version } = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
    version: string;
  };
  const plugin = join(installed, `resource-${name}-v${version}`, `pulumi-resource-${name}`);
  return existsSync(plugin) ? plugin : undefined;
}

/**
 * Puts a launcher for each provider into `folder`, where every suite's engine finds it: the official plugin, where it is on PATH
 * already or Pulumi has it installed; else a stand-in.
 */
export function launchProviders(folder: string, where: PluginFolders = machine): ProviderInUse[] {
  const register = require.resolve("ts-node/register/transpile-only");
  const quick = require.resolve("../engine/quick-start.cjs");
  return Object.entries(standIns).map(([name, file]) => {
    const path = join(folder, `pulumi-resource-${name}`);
    const onPath = where.path
      .split(delimiter)
      .map((each) => join(each, `pulumi-resource-${name}`))
      .find((each) => each !== path && existsSync(each));
    // Linked too where PATH has it: a suite may run an engine on another PATH.
    const plugin = onPath ?? installedPlugin(name, where);
    if (plugin !== undefined) {
      symlinkSync(plugin, path);
      return { package: name, official: true };
    }
    const program = join(__dirname, `${file}.ts`);
    // The engine starts a provider in the program's folder; its own tsconfig is found from the program file.
    writeFileSync(
      path,
      `#!/bin/sh\nTS_NODE_CWD="${__dirname}" exec "${process.execPath}" -r "${quick}" -r "${register}" "${program}" "$@"\n`,
    );
    chmodSync(path, 0o755);
    return { package: name, official: false };
  });
}
