import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { must, run } from "../machine/process";
import { cacheFolder } from "../parts/cache";

/**
 * The sandbox: network, mount and process namespaces of the run's own. All that a run makes lives in them: interfaces,
 * firewall rules, named network namespaces (on a /run of its own), its files (on a tmpfs that only it sees) and its
 * processes. When the first process in it ends, however it ends, the kernel takes all of it away, so a crash leaves
 * nothing to clean; and nothing in it can reach the host's network, for there is no link to it.
 */
const enter = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"];

/** Processes that end with whoever started them, however that one ends; they have the host's network and files. */
const together = enter.filter((option) => option !== "--net");

/** Where a run's files are: the same path for every run, each with a tmpfs of its own there. */
function runFolder(): string {
  return join(cacheFolder(), "run");
}

/** A program and its arguments. */
export interface Command {
  readonly command: string;
  readonly args: string[];
}

/** The command that runs a program as the first process of a new sandbox. */
export function sandboxed(command: string, args: readonly string[]): Command {
  mkdirSync(runFolder(), { recursive: true });
  // The whole sandbox dies with the process that started it, however that one ends.
  return within(enter, command, args);
}

/** The command that runs a program so that nothing of it outlives its starter: for downloads and builds. */
export function accompanied(command: string, args: readonly string[]): Command {
  return within(together, command, args);
}

function within(namespaces: readonly string[], command: string, args: readonly string[]): Command {
  return {
    command: "setpriv",
    args: ["--pdeathsig", "KILL", "unshare", ...namespaces, "--", command, ...args],
  };
}

/** What is missing for a sandbox on this machine, where the tools are there; empty when it works. */
export async function sandboxProblems(): Promise<string[]> {
  const tried = await run("unshare", [
    ...enter,
    "--",
    "ip",
    "link",
    "add",
    "veth0",
    "type",
    "veth",
    "peer",
    "name",
    "veth1",
  ]);
  return tried.code === 0 ? [] : [`no namespaces or no veth here: ${tried.stderr.trim()}`];
}

/** Called first inside: gives the run its private /run and its folder, and hides the host's kubeconfig and AWS files. */
export async function settle(): Promise<string> {
  const folder = runFolder();
  // The same cache, whatever HOME says below.
  process.env["PALISADE_E2E_CACHE"] = cacheFolder();
  await must("mount", ["-t", "tmpfs", "run", "/run"]);
  mkdirSync("/run/netns");
  await must("mount", ["-t", "tmpfs", "palisade-e2e", folder]);
  for (const [variable, name] of [
    ["HOME", "home"],
    ["TMPDIR", "tmp"],
  ] as const) {
    mkdirSync(join(folder, name));
    process.env[variable] = join(folder, name);
  }
  for (const name of Object.keys(process.env)) {
    if (/^(KUBECONFIG$|AWS_|PULUMI_)/.test(name)) Reflect.deleteProperty(process.env, name);
  }
  // It says in every process that it will want a newer Node.js one day.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  return folder;
}
