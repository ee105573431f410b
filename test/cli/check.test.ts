import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CheckFlags, run } from "../../cli/check";
import { COMPLIANT, OPEN } from "./check/support";
import { captured } from "../captured";

const command = path.join(__dirname, "..", "..", "bin", "palisade.js");

describe("palisade check: the command", function () {
  this.timeout(60_000);
  let folder = "";

  interface Outcome {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }

  /** Runs the command as a user does, in a folder with some files. */
  const palisade = (args: readonly string[], input = ""): Outcome =>
    spawnSync(process.execPath, [command, "check", ...args], { cwd: folder, input, encoding: "utf8" });

  /** The same in this process, which is faster. Paths are those of the folder. */
  async function check(names: readonly string[], flags: CheckFlags = {}): Promise<Outcome> {
    const home = process.cwd();
    process.chdir(folder);
    try {
      const { code: status, ...written } = await captured(() => run(names, flags));
      return { status, ...written };
    } finally {
      process.chdir(home);
    }
  }

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-check-"));
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    mkdirSync(path.join(folder, "good"));
    write("good/shop.yaml", COMPLIANT);
    write("open.yaml", OPEN);
    write("typo.yaml", OPEN.replace("- ports: [{ port: 8080 }]", "- form: []"));
    write(
      "odd.yaml",
      "apiVersion: v1\nkind: Service\nmetadata: { name: x, namespace: shop }\nspec: { type: 7 }\n",
    );
    write("bare.yaml", COMPLIANT.replace(", namespace: shop }", " }"));
    write(
      "wrong.json",
      JSON.stringify({
        "no-such-policy": "mandatory",
        "namespace-labels": { enforcementLevel: "often", required: "owner" },
        settings: { observe: [{ namespace: "shop" }] },
      }),
    );
    write(
      "policies.json",
      JSON.stringify({
        "network-policy-no-everyone-ingress": "advisory",
        "policy-selects-nothing": "disabled",
        settings: {
          exemptions: [
            {
              policy: "namespace-default-deny",
              namespace: "shop",
              until: "2999-12-31",
              reason: "r",
              owner: "o",
            },
            { policy: "rds-private", resource: "db", until: "2999-12-31", reason: "r", owner: "o" },
          ],
        },
      }),
    );
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("exits 0 on a compliant folder", async () => {
    const { status, stdout, stderr } = await check(["good"]);
    assert.deepEqual([status, stdout, stderr], [0, "CLEAN  2 objects of 1 file judged\n", ""]);
  });

  it("exits 1 on a mandatory violation, of standard input too, and prints one JSON document where asked", () => {
    const { status, stdout } = palisade(["good", "-", "--json"], OPEN);
    assert.equal(status, 1);
    const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: { file: string }[] };
    assert.deepEqual([verdict, findings.map(({ file }) => file)], ["violations", ["-"]]);
  });

  it("exits 3 where a policy can't be decided, if asked to", async () => {
    assert.deepEqual((await check(["good", "odd.yaml"])).status, 0);
    const { status, stdout } = await check(["good", "odd.yaml"], { failOn: "unknown" });
    assert.equal(status, 3);
    assert.match(stdout, /\nUNDECIDED {2}1 undecided, /);
  });

  it("takes the pack's configuration: levels, exemptions, and one that nothing needs is reported", async () => {
    const { status, stdout } = await check(["open.yaml"], { config: "policies.json" });
    assert.equal(status, 1);
    assert.match(stdout, /^Violations\n\n {2}exemption-expired {2}medium\n/);
    assert.match(stdout, /\nAdvice\n\n {2}network-policy-no-everyone-ingress {2}critical\n/);
    assert.doesNotMatch(stdout, /\n {2}(namespace-default-deny|policy-selects-nothing) /);
  });

  it("exits 2 on a wrong configuration, with all problems at once and an empty stdout", async () => {
    const { status, stdout, stderr } = await check(["good"], { config: "wrong.json" });
    assert.deepEqual([status, stdout], [2, ""]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines.length, 6);
    for (const expected of [
      /namespace-labels: "often" isn't an enforcement level/,
      /no-such-policy: no such policy; there are settings, namespace-labels, /,
      /settings: observe\[0\]\.until: is missing/,
      /settings: observe\[0\]\.reason: is missing/,
      /settings: observe\[0\]\.owner: is missing/,
      /namespace-labels: required: is "owner"; write a list instead/,
    ]) {
      const found = lines.filter((line) => line.startsWith("error: wrong.json: ") && expected.test(line));
      assert.equal(found.length, 1, String(expected));
    }
  });

  const mistakes: readonly [string, readonly string[], CheckFlags, RegExp][] = [
    ["nothing to check", [], {}, /^error: nothing to check/],
    ["a path that isn't there", ["nowhere"], {}, /^error: nowhere: no such file or folder\n$/],
    [
      "a field that no policy has",
      ["typo.yaml"],
      {},
      /^error: typo\.yaml:15: document 1: NetworkPolicy shop\/web: /,
    ],
    ["two objects of one name", ["open.yaml", "typo.yaml"], {}, /is also in open\.yaml/],
    [
      "a config that isn't there",
      ["good"],
      { config: "none.json" },
      /^error: policy pack config none\.json: /,
    ],
  ];
  for (const [what, names, flags, message] of mistakes) {
    it(`exits 2 for ${what}, with an empty stdout`, async () => {
      const { status, stdout, stderr } = await check(names, flags);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, message);
    });
  }

  it("exits 2 for a format that isn't one, without a stack trace", () => {
    const { status, stderr } = palisade(["good", "--format", "xml"]);
    assert.equal(status, 2);
    assert.match(stderr, /argument 'xml' is invalid/);
    assert.doesNotMatch(stderr, /^ +at /m);
  });

  it("puts objects without a namespace where --namespace says", async () => {
    assert.equal((await check(["bare.yaml"])).status, 1);
    assert.equal((await check(["bare.yaml"], { namespace: "shop" })).status, 0);
  });

  it("shows examples in its help", () => {
    const { status, stdout } = palisade(["--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /kustomize build overlays\/prod \| palisade check -/);
  });
});
