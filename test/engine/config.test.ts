import { strict as assert } from "node:assert";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readProject } from "../../engine";
import { PalisadeInputError, problemText } from "../../problems";
import { readStackConfig } from "../../engine/project/config";
import { WITHHELD } from "../../engine/values";

/** A project in a folder that goes with the test. */
function inProject<T>(files: Record<string, string>, use: (folder: string) => T): T {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "palisade-test-"));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  try {
    return use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof PalisadeInputError) return error.problems.map(problemText);
    throw error;
  }
  return assert.fail("expected to fail");
};

const project = "name: shop\nruntime: nodejs\n";

describe("embedded preview: project and stack config", () => {
  it("encodes values as the engine does: scalars as text, structures as JSON with sorted keys", () => {
    const stack = `config:
  text: plain
  quoted: "1.10"
  count: 3
  hex: 0x10
  ratio: 1.50
  on: true
  word: yes
  day: 2027-01-31
  other:key: x
  nested: { b: [1, two, null], a: { d: 2027-01-31, c: false } }
  empty: {}
`;
    const values = inProject({ "Pulumi.yaml": project, "Pulumi.dev.yaml": stack }, (folder) => {
      return readStackConfig(readProject(folder), "dev").values;
    });
    assert.deepEqual(values, {
      "shop:text": "plain",
      "shop:quoted": "1.10",
      "shop:count": "3",
      "shop:hex": "16",
      "shop:ratio": "1.5",
      "shop:on": "true",
      "shop:word": "yes",
      "shop:day": "2027-01-31 00:00:00 +0000 UTC",
      "other:key": "x",
      "shop:nested": '{"a":{"c":false,"d":"2027-01-31 00:00:00 +0000 UTC"},"b":[1,"two",null]}',
      "shop:empty": "{}",
    });
  });

  it("keeps encrypted values untold, also inside structures, and says which they are", () => {
    const stack =
      "config:\n  token:\n    secure: v1:a:b\n  db:\n    host: h\n    password:\n      secure: v1:c:d\n";
    const config = inProject({ "Pulumi.yaml": project, "Pulumi.dev.yaml": stack }, (folder) =>
      readStackConfig(readProject(folder), "dev"),
    );
    assert.deepEqual(config, {
      stack: "dev",
      values: { "shop:token": WITHHELD, "shop:db": JSON.stringify({ host: "h", password: WITHHELD }) },
      encryptedKeys: ["shop:token", "shop:db"],
    });
  });

  it("takes the project's defaults and values where the stack has none", () => {
    const yaml = `${project}config:\n  plain: 5\n  typed: { type: string, default: d }\n  aws:region: { value: eu-west-1 }\n  given: { default: no }\n`;
    const values = inProject(
      { "Pulumi.yaml": yaml, "Pulumi.dev.yaml": "config:\n  given: mine\n" },
      (folder) => {
        return readStackConfig(readProject(folder), "acme/shop/dev").values;
      },
    );
    assert.deepEqual(values, {
      "shop:plain": "5",
      "shop:typed": "d",
      "aws:region": "eu-west-1",
      "shop:given": "mine",
    });
  });

  it("names every missing or mistyped value at once", () => {
    const yaml = `${project}config:
  needed: { type: string }
  count: { type: integer }
  hosts: { type: array, items: { type: string } }
  hidden: { type: string, secret: true }
`;
    const stack = "config:\n  count: many\n  hosts: [1]\n  hidden: seen\n";
    const problems = inProject({ "Pulumi.yaml": yaml, "Pulumi.dev.yaml": stack }, (folder) =>
      problemsOf(() => readStackConfig(readProject(folder), "dev")),
    );
    assert.deepEqual(problems, [
      "stack dev: config shop:needed: is missing, and Pulumi.yaml requires it. Add it to Pulumi.dev.yaml.",
      "stack dev: config shop:count: must be of type integer",
      "stack dev: config shop:hosts: must be of type array",
      "stack dev: config shop:hidden: must be encrypted (pulumi config set --secret): Pulumi.yaml says it is secret",
    ]);
  });

  const broken: readonly [string, Record<string, string>, RegExp][] = [
    ["no project", {}, /no Pulumi\.yaml here or in a folder above/],
    [
      "another runtime",
      { "Pulumi.yaml": "name: x\nruntime: python\n" },
      /runtime: "python": the embedded preview runs "nodejs" only/,
    ],
    ["no name", { "Pulumi.yaml": "runtime: nodejs\n" }, /name: is missing/],
    ["malformed YAML", { "Pulumi.yaml": "name: [\n" }, /Pulumi\.yaml.*\(/],
    ["a list", { "Pulumi.yaml": "- name\n" }, /the top level must be a mapping/],
    [
      "an unknown stack",
      { "Pulumi.yaml": project, "Pulumi.prod.yaml": "", "Pulumi.dev.eu.yaml": "" },
      /stack "dev": no Pulumi\.dev\.yaml in .*\. Use one of dev\.eu, prod/,
    ],
    ["no stack at all", { "Pulumi.yaml": project }, /Create Pulumi\.dev\.yaml/],
    [
      "an ESC environment",
      { "Pulumi.yaml": project, "Pulumi.dev.yaml": "environment: [a]\n" },
      /ESC environments aren't available/,
    ],
    [
      "config that is a list",
      { "Pulumi.yaml": project, "Pulumi.dev.yaml": "config: [a]\n" },
      /config: must be a mapping/,
    ],
  ];
  for (const [what, files, message] of broken) {
    it(`refuses ${what} with subject and remedy`, () => {
      const problems = inProject(files, (folder) =>
        problemsOf(() => readStackConfig(readProject(folder), "dev")),
      );
      assert.match(problems.join("\n"), message);
    });
  }
});
