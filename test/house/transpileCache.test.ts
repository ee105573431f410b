import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";

type Transpile = (
  input: string,
  named: { readonly fileName: string },
  packageType: "commonjs",
) => ReturnType<typeof ts.transpileModule>;

const folder = path.dirname(require.resolve("ts-node/package.json"));
/** ts-node's transpiler as every process of this repository has it: with scripts/transpile-cache.cjs before it (.mocharc.json). */
const { createTsTranspileModule } = createRequire(__filename)(
  path.join(folder, "dist", "ts-transpile-module.js"),
) as {
  createTsTranspileModule: (typescript: typeof ts, options: ts.TranspileOptions) => Transpile;
};

/** As a new process would: nothing of one call is in the memory of the next. */
function transpiled(input: string, compilerOptions: ts.CompilerOptions = {}) {
  const transpile = createTsTranspileModule(ts, { compilerOptions, reportDiagnostics: true });
  const { outputText, diagnostics = [] } = transpile(
    input,
    { fileName: path.join(__dirname, "nowhere.ts") },
    "commonjs",
  );
  return { outputText, mistakes: diagnostics.map(({ code }) => code) };
}

const directly = (input: string, compilerOptions: ts.CompilerOptions = {}): string =>
  ts.transpileModule(input, { compilerOptions, fileName: path.join(__dirname, "nowhere.ts") }).outputText;

describe("what ts-node transpiles, kept for the next process", () => {
  it("is what TypeScript makes of the text, the first time and again", () => {
    for (const text of ["export const one: number = 1;", "export const two: number = 2;"])
      for (let time = 0; time < 2; time++)
        assert.deepEqual(transpiled(text), { outputText: directly(text), mistakes: [] });
  });

  it("is never another text's, nor that of other options, under the same name", () => {
    const text = "export const f = async () => (await import('./other'))?.default;";
    for (const target of [ts.ScriptTarget.ES2015, ts.ScriptTarget.ES2022, ts.ScriptTarget.ES2015])
      assert.equal(transpiled(text, { target }).outputText, directly(text, { target }));
    const changed = `${text}\nexport const more: string = "";`;
    assert.equal(transpiled(changed).outputText, directly(changed));
  });

  it("is made once, whichever project asks, also one outside of which all files are", () => {
    let made = 0;
    const counting: typeof ts = {
      ...ts,
      createProgram: (...args: unknown[]) => {
        made++;
        return Reflect.apply(ts.createProgram, ts, args) as ts.Program;
      },
    };
    const text = `export const at: number = ${Date.now()};`;
    for (const rootDir of ["/project/a", "/project/b", "/project/a"]) {
      const compilerOptions = { rootDir, outDir: path.join(rootDir, ".ts-node"), noCheck: true };
      const transpile = createTsTranspileModule(counting, { compilerOptions, reportDiagnostics: true });
      const { outputText } = transpile(text, { fileName: path.join(__dirname, "nowhere.ts") }, "commonjs");
      assert.equal(outputText, directly(text));
    }
    assert.equal(made, 1);
  });

  it("doesn't swallow a mistake: what can't be parsed is reported each time", () => {
    const broken = "export const = 1;";
    assert.notDeepEqual(transpiled(broken).mistakes, []);
    assert.deepEqual(transpiled(broken), transpiled(broken));
  });
});
