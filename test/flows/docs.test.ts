import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import ts from "typescript";
import { fineract } from "../../applications/fineract";
import * as flows from "../../flows";

const page = readFileSync(join(__dirname, "../../docs/flows.md"), "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, code = ""]) => code);

describe("docs/flows.md", () => {
  it("shows an application that is valid as it stands", () => {
    const { outputText } = ts.transpileModule(blocks("ts")[0] ?? "", {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exported: { shop?: flows.DeclaredApplication } = {};
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own example, run as it is printed
    const run = new Function("exports", "require", outputText) as (
      exports: object,
      require: () => object,
    ) => void;
    run(exported, () => flows);
    assert(exported.shop !== undefined);
    assert.deepEqual(
      flows.validateApplications([exported.shop]).map(({ flows: all }) => all.length),
      [7],
    );
  });

  it("shows an application as data that is valid as it stands", () => {
    assert.equal(flows.applicationFromData(load(blocks("yaml")[0] ?? "")).name, "shop");
  });

  it("shows overrides that apply to Fineract as they stand", () => {
    const { overrides } = load(blocks("yaml")[1] ?? "") as { readonly overrides: object };
    const [changed] = flows.validateApplications([flows.applyOverrides(fineract, overrides)]);
    assert.deepEqual(
      changed?.flows.filter(({ origin }) => origin === "override").map(({ id }) => id),
      ["fineract/write → 203.0.113.7/32 tcp/443", "fineract/write → fineract-redis tcp/6379"],
    );
    assert.deepEqual(changed.removed, [
      { id: "keycloak → keycloak tcp/7800, tcp/57800", because: "one replica in dev" },
    ]);
  });
});
