import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure, type Cost } from "../test/e2e/machine/cost";
import { Random } from "../test/twin/random";

/**
 * Measures `palisade observe` on a flow log of OBSERVE_GB gigabytes (0.5): time and memory of the whole process beside `wc -l`, and
 * beside DuckDB counting the same file by its fields, where OBSERVE_PYTHON names a Python that has it. As text, and with DuckDB also
 * as the Parquet file that it makes of the text.
 */
const GIGABYTES = Number(process.env["OBSERVE_GB"] ?? 0.5);
const PYTHON = process.env["OBSERVE_PYTHON"];

const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags pkt-srcaddr pkt-dstaddr";

/** Pods of the shop, by their addresses; the log also has outside addresses, and addresses of nobody. */
const PODS = ["nginx", "django", "redis", "postgres"].map((component, i) => ({
  kind: "Pod",
  metadata: { uid: component, namespace: "jewelry-shop", name: `${component}-0`, labels: { component } },
  status: { podIP: `10.42.0.${i + 5}`, startTime: "2025-12-31T00:00:00Z" },
}));

/** Writes a flow log of about so many bytes. */
function writeLog(at: string, bytes: number): void {
  const random = new Random(1);
  const next = (below: number): number => random.between(0, below - 1);
  const address = (): string => {
    const kind = next(10);
    if (kind < 5) return `10.42.0.${5 + next(4)}`;
    return kind < 8 ? `10.42.${next(16)}.${next(256)}` : `203.0.113.${next(256)}`;
  };
  const ports = [8000, 6379, 5432, 443, 53];
  const file = openSync(at, "w");
  let written = writeSync(file, `${HEADER}\n`);
  for (let second = 1_767_225_600; written < bytes; second++) {
    const lines = Array.from({ length: 5_000 }, () => {
      const [asking, asked] = [`${address()} ${32_768 + next(28_000)}`, `${address()} ${random.pick(ports)}`];
      const isAnswer = next(2) === 1;
      const [[from, source], [to, target]] = (isAnswer ? [asked, asking] : [asking, asked]).map((end) =>
        end.split(" "),
      ) as [[string, string], [string, string]];
      const action = !isAnswer && next(20) === 0 ? "REJECT" : "ACCEPT";
      const tail = `${second} ${second + 60} ${action} OK ${isAnswer ? 18 : 2} ${from} ${to}`;
      return `3 111122223333 eni-0${next(64)} ${from} ${to} ${source} ${target} 6 12 4096 ${tail}\n`;
    });
    written += writeSync(file, lines.join(""));
  }
  closeSync(file);
}

const COUNTED = "dstport, protocol, action, count(*) from source group by all";

/** A script for DuckDB: counts a file's records by three fields. */
const counting = (source: string): readonly string[] => [
  "-c",
  `import duckdb; duckdb.sql("""select ${COUNTED.replace("source", source)}""").fetchall()`,
];

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "palisade-bench-"));
  const [log, table, pods] = ["flows.log", "flows.parquet", "pods.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const root = join(__dirname, "..");
  const timed = (command: string, args: readonly string[]): Promise<Cost> =>
    measure(command, args, { cwd: root, env: process.env });
  const observe = (file: string): Promise<Cost> => {
    const asked = [
      "observe",
      file,
      "--stack",
      "dev",
      "--cluster",
      "k3d-dev",
      "--pods",
      `${pods}@2026-01-02T00:00:00Z`,
      "--json",
    ];
    return timed(process.execPath, [join(root, "bin", "palisade.js"), ...asked]);
  };
  try {
    writeLog(log, GIGABYTES * 1e9);
    writeFileSync(pods, JSON.stringify({ kind: "List", items: PODS }));
    const rows: (readonly [string, string, Cost])[] = [
      ["wc -l", log, await timed("wc", ["-l", log])],
      ["palisade observe", log, await observe(log)],
    ];
    if (PYTHON !== undefined) {
      const csv = `read_csv('${log}', delim=' ', header=true)`;
      rows.push(["DuckDB", log, await timed(PYTHON, counting(csv))]);
      const copy = `import duckdb; duckdb.sql("copy (select * from ${csv}) to '${table}'")`;
      const made = spawnSync(PYTHON, ["-c", copy], { encoding: "utf8" });
      if (made.status !== 0) throw new Error(made.stderr);
      rows.push(["palisade observe", table, await observe(table)]);
      rows.push(["DuckDB", table, await timed(PYTHON, counting(`'${table}'`))]);
    }
    const [, , first] = rows[0] ?? [];
    for (const [what, file, { seconds, megabytes, code }] of rows) {
      if (code > 3) throw new Error(`${what} ended with ${code}`);
      const size = `${(statSync(file).size / 1e9).toFixed(2)} GB of ${file === log ? "text" : "Parquet"}`;
      const ratio = (seconds / (first?.seconds ?? 1)).toFixed(1);
      process.stdout.write(
        `${what.padEnd(18)} ${size.padEnd(20)} ${seconds.toFixed(1).padStart(8)} s  ${ratio.padStart(6)} × wc  ${String(megabytes).padStart(6)} MB\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
