import { strict as assert } from "node:assert";
import path from "node:path";
import fc from "fast-check";
import * as prettier from "prettier";
import ts from "typescript";
import { type Code, print } from "../../adopt/print";
import { declarationIn } from "../../cli/import/prove";
import { fortyPolicies } from "./fortyPolicies";
import { type Imported, importOfObjects, importOfPath } from "./importing";
import { teamObjects } from "./teams";

const FIXTURES = path.join(__dirname, "..", "fixtures", "import");
const ROOT = path.join(__dirname, "..", "..");

const imports = (): readonly Imported[] => [
  importOfPath(path.join(FIXTURES, "jewelry-shop.yaml")),
  importOfPath(path.join(FIXTURES, "fineract.yaml")),
  importOfObjects(fortyPolicies()),
  ...[1, 2, 3].map((seed) => importOfObjects(teamObjects(seed))),
];

describe("the files of an import", () => {
  it("are as prettier lays them out by this repository's rules", async () => {
    const options = await prettier.resolveConfig(path.join(ROOT, "applications", "shop.ts"));
    for (const { text } of imports().flatMap(({ files }) => files))
      assert.equal(await prettier.format(text, { ...options, parser: "typescript" }), text);
  });

  it("declare, when they run, exactly what was proposed", () => {
    for (const { plan, files } of imports()) {
      assert.deepEqual(
        files.map(declarationIn),
        plan.applications.map(({ application }) => application),
      );
    }
  });

  it("compile under this repository's tsconfig", function () {
    this.timeout(60_000);
    const files = imports().flatMap(({ files: own }) => own);
    const texts = new Map(
      files.map(({ text }, i) => [path.join(ROOT, "applications", `imported${i}.ts`), text]),
    );
    const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (name) =>
      ts.sys.readFile(name),
    ) as { config: unknown };
    const { options } = ts.parseJsonConfigFileContent({ ...(config as object), files: [] }, ts.sys, ROOT);
    const host = ts.createCompilerHost({ ...options, noEmit: true });
    const [read, exists] = [host.readFile.bind(host), host.fileExists.bind(host)];
    host.readFile = (name) => texts.get(path.resolve(name)) ?? read(name);
    host.fileExists = (name) => texts.has(path.resolve(name)) || exists(name);
    const source = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...rest) => {
      const text = texts.get(path.resolve(name));
      return text === undefined
        ? source(name, ...rest)
        : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
    };
    const program = ts.createProgram([...texts.keys()], { ...options, noEmit: true }, host);
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    assert.deepEqual(faults, []);
  });

  it("are laid out as prettier does whatever texts they hold", async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.constantFrom(`it's "so"`, "a\nb", "é", "a".repeat(120)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,9}$/), text, { minKeys: 1, maxKeys: 5 }),
        fc.array(text, { maxLength: 6 }),
        async (labels, list) => {
          const value: Code = {
            labels,
            list,
            flows: [
              { from: list, labels },
              { from: "a", labels },
            ],
          };
          const written = `export const one = ${print(value, "export const one = ", "", ";")};\n`;
          assert.equal(await prettier.format(written, { parser: "typescript", printWidth: 110 }), written);
        },
      ),
      { numRuns: 100 },
    );
  });
});
