import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(__dirname, "..", "..");
const MODULES = path.join(ROOT, "node_modules");

const program = `import { application } from ${JSON.stringify(path.join(ROOT, "flows"))};
export const shop = application("shop", {
  owner: "team",
  workloads: {
    web: { labels: { app: "web" } },
    api: { labels: { app: "api" }, ports: { http: "tcp/80" }, instances: { read: { part: "read" } } },
  },
  flows: [
    { from: "wbe", to: "api", ports: ["tcp/80"], because: "orders" },
    { from: "web", to: "api/raed", ports: ["tcp/80"], because: "orders" },
    { from: ["web", "wbe"], to: "api", ports: ["tcp/80"], because: "orders" },
  ],
});
`;

/** What is declared, as each compiler sorts it, after what is written instead. */
const ORDER = { typescript: '"web" | "api" | "api/read"', typescript7: '"api" | "api/read" | "web"' };

describe("flows: the type checker's message for a workload that isn't declared", () => {
  for (const [compiler, declared] of Object.entries(ORDER))
    it(`begins with those that are, by ${compiler}`, function () {
      this.timeout(120_000);
      const folder = mkdtempSync(path.join(tmpdir(), "palisade-hints-"));
      try {
        writeFileSync(path.join(folder, "shop.ts"), program);
        const options = ["--noEmit", "--strict", "--skipLibCheck", "--pretty", "false", "--target", "es2022"];
        const modules = [
          "--module",
          "node16",
          "--types",
          "node",
          "--typeRoots",
          path.join(MODULES, "@types"),
        ];
        const tsc = path.join(MODULES, compiler, "bin", "tsc");
        const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...modules, "shop.ts"], {
          cwd: folder,
          encoding: "utf8",
        });
        const ours = stdout.split("\n").filter((line) => line.startsWith("shop.ts"));
        const begins = ["wbe", "api/raed", "wbe"].map(
          (written) => `Type '"${written}"' is not assignable to type '${declared} | `,
        );
        assert.deepEqual(
          ours.map((line, index) => line.replace(/^.*?: error TS\d+: /, "").slice(0, begins[index]?.length)),
          begins,
          stdout,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
});
