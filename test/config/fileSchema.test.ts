import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { fileSchema } from "../../config";
import { projectFiles } from "../../cli/new/files";

const ROOT = join(__dirname, "..", "..");
const schema = z.fromJSONSchema(fileSchema());
const fits = (text: string): boolean => schema.safeParse(load(text)).success;
const stacks = readdirSync(ROOT).filter((name) => /^Pulumi\.\w+\.yaml$/.test(name));
const text = (name: string) => readFileSync(join(ROOT, name), "utf8");

describe("the schema of a stack's file", () => {
  it("is the file that is published: UPDATE_SCHEMAS=1 brings docs/stack.schema.json up to date", () => {
    const file = join(ROOT, "docs", "stack.schema.json");
    if (process.env["UPDATE_SCHEMAS"] !== undefined)
      writeFileSync(file, `${JSON.stringify(fileSchema(), undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(text("docs/stack.schema.json")), JSON.parse(JSON.stringify(fileSchema())));
  });

  it("takes what the reader takes: the stacks of this repository and of a new project", () => {
    assert.equal(stacks.length, 3);
    for (const name of stacks) assert.ok(fits(text(name)), name);
    for (const [name, written] of Object.entries(projectFiles({ name: "ours", version: "1.0.0" })))
      if (/^Pulumi\.\w+\.yaml$/.test(name)) assert.ok(fits(written), name);
  });

  it("takes values that are looked up in another stack", () => {
    const found = text("Pulumi.dev.yaml").replace(
      "podCidrs: [10.42.0.0/16]",
      "podCidrs: { stack: org/net/dev, output: pods }",
    );
    assert.ok(fits(found));
  });

  const wrong: readonly (readonly [string, RegExp, string])[] = [
    ["a misspelt key of a cluster", /serviceCidrs: \[10\.43/, "serviceCidr: [10.43"],
    ["a misspelt key of a placement", /stage: enforce/, "stege: enforce"],
    ["a stage that isn't one", /stage: enforce/, "stage: enforced"],
    ["a CNI that isn't one", /cni: k3s/, "cni: k4s"],
    ["a text where a list belongs", /podCidrs: \[10\.42\.0\.0\/16\]/, "podCidrs: 10.42.0.0/16"],
    ["a misspelt key of ours", /palisade:environment/, "palisade:enviroment"],
    ["an environment that isn't one", /environment: dev/, "environment: deb"],
    ["a kind that isn't one", /kind: irsa/, "kind: isra"],
    ["a cluster without its CNI", / *cni: k3s\n/, ""],
  ];
  for (const [what, good, bad] of wrong) {
    it(`refuses ${what}`, () => {
      const broken = text("Pulumi.dev.yaml").replace(good, bad);
      assert.notEqual(broken, text("Pulumi.dev.yaml"));
      assert.ok(!fits(broken));
    });
  }

  it("is what an editor is told to use, in each stack of this repository", () => {
    for (const name of stacks)
      assert.match(text(name), /^# yaml-language-server: \$schema=docs\/stack\.schema\.json\n/, name);
  });
});
