import { readdirSync, readFileSync } from "node:fs";
import { run } from "./process";

/** What a run could leave or change on the machine that it runs on, as text to compare. */
export interface Snapshot {
  /** Command lines of everything that runs. */
  readonly processes: readonly string[];
  readonly network: readonly string[];
  readonly mounts: readonly string[];
  /** The files given to `snapshot`, with their content or their names. */
  readonly files: Readonly<Record<string, string>>;
}

const networkCommands = [
  "ip -oneline link",
  "ip -oneline address",
  "ip route show table all",
  "ip rule",
  "ip netns",
  "nft --stateless list ruleset",
  "iptables-save",
  "ipset save",
];

/** @param paths files (their content counts) and folders (the names in them count) */
export async function snapshot(paths: readonly string[]): Promise<Snapshot> {
  const told = await Promise.all(
    networkCommands.map(async (command) => {
      const [program = "", ...args] = command.split(" ");
      const { stdout, stderr } = await run(program, args);
      // iptables-save says when it ran, in comments.
      return `${command}\n${(stdout + stderr).replaceAll(/^#.*\n/gm, "")}`;
    }),
  );
  return {
    processes: processes(),
    network: told,
    mounts: readFileSync("/proc/self/mounts", "utf8").split("\n"),
    files: Object.fromEntries(paths.map((path) => [path, contentOf(path)])),
  };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return readdirSync(path).sort().join("\n");
  }
}

/** What runs, by command line; not this process's own helpers, which come and go, nor what has ended already. */
function processes(): readonly string[] {
  const lines = readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const ended = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
      const helper = networkCommands.includes(command);
      return ended || helper || command === "" ? [] : [`${pid} ${command}`];
    } catch {
      return [];
    }
  });
  return lines.sort();
}
