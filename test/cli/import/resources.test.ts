import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run, type ImportFlags } from "../../../cli/import";
import type { ResourceFile } from "../../../cli/import/resourceFile";
import { plannedObjects } from "../../../cli/verify/planned";
import { captured } from "../../captured";
import { twoSystems } from "../../twoSystems";

describe("palisade import --resources: the command", function () {
  this.timeout(60_000);
  let folder = "";
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-resources-"));
    const planned = (await plannedObjects("dev", twoSystems())).objects.get("k3d-dev") ?? [];
    const [first, second] = planned.filter(({ kind }) => kind === "NetworkPolicy");
    writeFileSync(
      at("live.json"),
      JSON.stringify({ apiVersion: "v1", kind: "List", items: [first, second] }),
    );
    writeFileSync(
      at("nothing.json"),
      JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } }),
    );
    writeFileSync(at("broken.json"), "{");
    writeFileSync(at("other.json"), "{}");
  });
  after(() => rmSync(folder, { recursive: true }));

  const at = (name: string) => path.join(folder, name);
  const importing = (name: string, flags: Partial<ImportFlags> = {}) =>
    captured(() =>
      run([at(name)], {
        stack: "dev",
        cwd: twoSystems(),
        cluster: "k3d-dev",
        resources: at("out.json"),
        ...flags,
      }),
    );

  it("writes it, says what to run, and writes over nothing", async () => {
    const { code, stdout } = await importing("live.json");
    assert.equal(code, 0);
    assert.match(stdout, /^2 resources of the plan exist already:\n(.*\n){2}\n.* takes them into the state/);
    assert.match(
      stdout,
      /\n {2}pulumi import --stack dev --file \S+ --protect=false --generate-code=false\n {2}pulumi up --stack dev\n$/,
    );
    const { resources } = JSON.parse(readFileSync(at("out.json"), "utf8")) as ResourceFile;
    assert.deepEqual(
      resources.map(({ type, id }) => (id === undefined ? type : `${type} ${id}`)),
      [
        "pulumi:providers:kubernetes",
        "palisade:index:IsolatedApplication",
        ...resources.flatMap(({ type, id = "" }) => (id === "" ? [] : [`${type} ${id}`])),
      ],
    );
    const again = await importing("live.json");
    assert.equal(again.code, 2);
    assert.match(again.stderr, /out\.json: is there already/);
  });

  it("writes none where nothing exists", async () => {
    const { code, stdout } = await importing("nothing.json", { resources: at("none.json") });
    assert.equal(code, 0);
    assert.match(stdout, /^Nothing of the plan exists yet/);
    assert.throws(() => readFileSync(at("none.json")), /ENOENT/);
  });

  for (const [what, flags, error] of [
    ["no stack", { stack: undefined }, /--resources: is of no stack\. Say whose plan it is: --stack NAME/],
    ["no cluster of several", { cluster: undefined }, /has the clusters eks-dev, k3d-dev\. Say of which one/],
    [
      "a cluster of no stack",
      { cluster: "k3d-def" },
      /stack dev has eks-dev, k3d-dev\. Did you mean "k3d-dev"/,
    ],
    ["an answer that isn't JSON", { aws: ["broken.json"] }, /broken\.json: isn't JSON\./],
    [
      "an answer of another kind",
      { aws: ["other.json"] },
      /holds none of SecurityGroups, SecurityGroupRules/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const aws = "aws" in flags ? { aws: flags.aws.map(at) } : {};
      const { code, stderr } = await importing("live.json", {
        ...(flags as Partial<ImportFlags>),
        ...aws,
        resources: at("refused.json"),
      });
      assert.equal(code, 2, stderr);
      assert.match(stderr, error);
      assert.throws(() => readFileSync(at("refused.json")), /ENOENT/);
    });
});
