import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as explain from "../../../cli/explain";
import * as report from "../../../cli/htmlReport";
import * as reach from "../../../cli/reach";
import { StackWorlds } from "../../../cli/manifests/stackWorld";
import { atSubject } from "../../../problems";
import type { PageData } from "../../../report/pageData";
import { captured } from "../../captured";
import { programFixture } from "../../engine/support";
import { blockOf } from "../../report/pageData";

const PART = "kubernetes:helm.sh/v4:Chart ingress";
const WARNING = `warning: parts of the plan couldn't be run here, and what they would make is unknown (1: ${PART})\n`;

describe("palisade reach, explain, report: a stack's plan with parts left out", function () {
  this.timeout(120_000);
  const cwd = programFixture("chartBeside");
  const stack = { stack: "dev", cwd };
  const unknown = { failOn: "unknown" } as const;

  it("reach answers for what is there, says what isn't, and exits 3 where it is asked to", async () => {
    const plain = await captured(() => reach.run([], { ...stack, format: "txt" }));
    assert.equal(plain.code, 0);
    assert.equal(plain.stderr, WARNING);
    const asked = await captured(() => reach.run([], { ...stack, ...unknown, json: true }));
    assert.equal(asked.code, 3);
    const { warnings } = JSON.parse(asked.stdout) as { warnings: string[] };
    assert.deepEqual(warnings, [WARNING.slice("warning: ".length).trim()]);
  });

  it("explain does the same", async () => {
    const ask = (flags: object) =>
      captured(() => explain.run("shop/web", "shop/db", "5432", [], { ...stack, ...flags }));
    const { code, stdout, stderr } = await ask(unknown);
    assert.deepEqual([code, stderr], [3, WARNING]);
    assert.match(stdout, /isolation/);
    assert.equal((await ask({})).code, 0);
  });

  it("no answer is sure where a part may bring policies, and explain names it", async () => {
    const { stdout } = await captured(() => reach.run([], { ...stack, format: "csv" }));
    const verdicts = stdout.trim().split("\n").slice(1);
    assert.deepEqual([...new Set(verdicts.map((row) => row.split(",").at(-1)))], ["unknown"]);
    const asked = await captured(() => explain.run("shop/web", "shop/db", "5432", [], stack));
    assert.match(
      asked.stdout,
      /^Whether shop\/web\[Pod\] reaches shop\/db\[Pod\] on TCP 5432 isn't known\.\n/,
    );
    assert.ok(
      asked.stdout.includes(
        `${PART} (the plan of stack dev) may change this: what it makes isn't in the input, and may have NetworkPolicies.\n`,
      ),
      asked.stdout,
    );
  });

  it("parts that make nothing on Kubernetes change no answer of policies; the rest of a program may", () => {
    const made = (part: string) =>
      new StackWorlds("dev", [], [{ place: atSubject(part), message: "isn't run" }]).world("k", {}).world
        .uncomputed.length;
    const parts = [
      "eks:index:Cluster shop",
      "the rest of the program",
      "awsx:ec2:Vpc network",
      "function aws:a/b:c()",
    ];
    assert.deepEqual(parts.map(made), [1, 1, 0, 0]);
  });

  it("report names the parts among what it says first, and is undecided", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "palisade-left-out-"));
    const out = path.join(folder, "page.html");
    try {
      const { code, stdout } = await captured(() => report.run([], { ...stack, ...unknown, out }));
      const said = `4 resources judged; 1 part of the plan couldn't be run here, and what it would make is unknown: ${PART}.`;
      assert.ok(stdout.includes(said), stdout);
      const { heading } = JSON.parse(blockOf(readFileSync(out, "utf8"), "data")) as PageData;
      assert.ok(heading.sentences.includes(said), heading.sentences.join("\n"));
      assert.equal(code, 3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
