import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const codeCache = join(__dirname, "..", "..", "..", "engine", "child", "code-cache.js");

describe("compiled code kept between runs", () => {
  let folder: string;
  let store: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-code-"));
    store = join(folder, "store");
    writeFileSync(
      join(folder, "start.js"),
      `require(${JSON.stringify(codeCache)}).keepCompiledCode(process.argv[2]);\nrequire("./main");\n`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const run = (at = store): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(folder, "start.js"), at], { encoding: "utf8" });

  it("gives a module what the loader gives it", () => {
    write(
      "main.js",
      `console.log(this === module.exports, require.main.filename === module.parent.filename, typeof require.cache,
        require.resolve("./main") === __filename, require.resolve.paths("x").length > 0, module.children.length,
        require("./data.json").answer, __dirname === require("path").dirname(__filename));`,
    );
    write("data.json", `{"answer": 42}`);
    const outputs = [run(), run()].map(({ stdout }) => stdout);
    assert.deepEqual(outputs, Array(2).fill("true true object true true 0 42 true\n"));
  });

  it("keeps what it compiled, and rewrites nothing when a run needed nothing else", () => {
    write("main.js", `console.log("one");`);
    assert.equal(run().stdout, "one\n");
    const { ino } = statSync(store);
    assert.equal(run().stdout, "one\n");
    assert.equal(statSync(store).ino, ino);
  });

  it("keeps what only a later run called of a large module, once", () => {
    const functions = Array.from(
      { length: 3000 },
      (_, i) => `const f${i} = (x) => { const y = x + ${i}; return y * y; };`,
    );
    const calls = functions.map((_, i) => `f${i}(1)`).join(" + ");
    write(
      "main.js",
      `${functions.join("\n")}\nconsole.log(process.argv[3] === "all" ? ${calls} > 0 : "none");`,
    );
    const with3000 = (): string =>
      spawnSync(process.execPath, [join(folder, "start.js"), store, "all"], { encoding: "utf8" }).stdout;
    assert.equal(run().stdout, "none\n");
    const { size } = statSync(store);
    assert.equal(with3000(), "true\n");
    const grown = statSync(store);
    assert.ok(grown.size > size);
    assert.equal(with3000(), "true\n");
    assert.equal(run().stdout, "none\n");
    assert.equal(statSync(store).ino, grown.ino, "rewritten once");
  });

  it("never runs the code of another text, not even of one as long", () => {
    write("main.js", `console.log("one");`);
    run();
    write("main.js", `console.log("two");`);
    assert.equal(run().stdout, "two\n");
    assert.equal(run().stdout, "two\n");
  });

  it("compiles anew from a store that is broken or of another version", () => {
    write("main.js", `console.log("one");`);
    for (const text of ["", "nonsense"]) {
      writeFileSync(store, text);
      assert.equal(run().stdout, "one\n");
      assert.ok(readFileSync(store).length > text.length, "the store is made anew");
    }
  });

  it("runs where it can't write", () => {
    write("main.js", `console.log("one");`);
    writeFileSync(join(folder, "file"), "");
    assert.deepEqual({ ...run(join(folder, "file", "store")) }.stdout, "one\n");
    assert.ok(!existsSync(store));
  });

  it("leaves import() working, spelled in any way", () => {
    write(
      "main.js",
      `(async () => { console.log((await import("node:path")).sep, (await import/* so */("./other.mjs")).default); })();`,
    );
    write("other.mjs", `export default "other";`);
    for (const time of ["first", "second"]) {
      const { stdout, stderr } = run();
      assert.equal(stdout, "/ other\n", `${time}: ${stderr}`);
    }
  });

  it("tells a mistake's place as without it, on the first line too", () => {
    write("main.js", `const a = 1; throw new Error("here");`);
    const placed = (text: string): string | undefined => /main\.js:\d+:\d+/.exec(text)?.[0];
    assert.deepEqual(
      [run(), run()].map(({ stderr }) => placed(stderr)),
      Array(2).fill("main.js:1:20"),
    );
  });

  it("leaves a syntax error to the loader", () => {
    write("main.js", `const = 1;`);
    const { status, stderr } = run();
    assert.equal(status, 1);
    assert.match(stderr, /main\.js:1\nconst = 1;\n +\^\n\nSyntaxError: Unexpected token '='/);
  });
});
