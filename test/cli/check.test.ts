import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CheckFlags, run } from "../../cli/check";
import { COMPLIANT, NARROW, OPEN, PROTECTED } from "./check/support";
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
    write(
      "ack.yaml",
      "apiVersion: rds.services.k8s.aws/v1alpha1\nkind: DBInstance\nmetadata: { name: db, namespace: shop }\nspec: {}\n",
    );
    write("bare.yaml", COMPLIANT.replace(", namespace: shop }", " }"));
    write("narrow.yaml", NARROW);
    write("protected.json", JSON.stringify(PROTECTED));
    write(
      "unseen.yaml",
      OPEN.replace(
        "- podSelector:",
        `- namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
        - namespaceSelector: { matchLabels: { team: ops } }
        - podSelector:`,
      ),
    );
    write(
      "pods.yaml",
      `${OPEN}---\napiVersion: v1\nkind: Pod\nmetadata: { name: x, namespace: shop, labels: { app: x } }\nspec: { containers: [{ name: x }] }\n`,
    );
    write(
      "release.yaml",
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: x, namespace: flux-system }\nspec: { targetNamespace: shop }\n",
    );
    write(
      "route.yaml",
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: x }\nspec: { defaultBackend: { service: { name: x, port: { number: 80 } } } }\n",
    );
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

  it("exits 1 on a value that the API refuses, which no deployment will tell more of", async () => {
    const { status, stdout } = await check(["good", "odd.yaml"]);
    assert.equal(status, 1);
    assert.match(stdout, /spec\.type \(7, not a text, as the API requires\)/);
  });

  it("exits 3 where a policy can't be decided, if asked to", async () => {
    const config = "protected.json";
    assert.deepEqual((await check(["good", "narrow.yaml"], { config })).status, 0);
    const { status, stdout } = await check(["good", "narrow.yaml"], { config, failOn: "unknown" });
    assert.equal(status, 3);
    assert.match(stdout, /\nUNDECIDED {2}1 undecided, /);
  });

  it("says which namespaces rules mean and the input has nothing of", async () => {
    const { stderr } = await check(["unseen.yaml"]);
    assert.deepEqual(
      stderr.split("\n").filter((line) => line.includes("rules mean")),
      [
        "warning: rules mean namespaces of which the input has nothing; their pods weren't looked up (2: kube-system, team=ops)",
      ],
    );
  });

  it("claims nothing of pods that something in the input makes, and judges no route alone", async () => {
    const advice = async (...names: string[]) =>
      (await check(names)).stdout.includes("policy-selects-nothing");
    assert.deepEqual([await advice("pods.yaml"), await advice("pods.yaml", "release.yaml")], [true, false]);
    const { status, stderr } = await check(["route.yaml"]);
    assert.equal(status, 2);
    assert.match(stderr, /^error: nothing to judge/);
  });

  it("says what no policy judges, and exits 3 for it if asked to", async () => {
    const { status, stdout } = await check(["good", "ack.yaml"], { failOn: "unknown" });
    const line =
      "2 objects of 2 files judged, 1 resource of a kind that no policy judges (rds.services.k8s.aws DBInstance 1)";
    assert.deepEqual([status, stdout], [0, `CLEAN  ${line}\n`]);
    assert.equal((await check(["good", "ack.yaml"], { failOn: "unjudged" })).status, 3);
    assert.equal((await check(["good"], { failOn: "unjudged" })).status, 0);
    // A violation comes first.
    assert.equal((await check(["good", "ack.yaml", "odd.yaml"], { failOn: "unjudged" })).status, 1);
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
