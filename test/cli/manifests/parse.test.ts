import { deepStrictEqual, throws } from "node:assert";
import * as fc from "fast-check";
import { CORE_SCHEMA, loadAll } from "js-yaml";
import { parseManifests } from "../../../cli/manifests/parse";

const read = (text: string): [number, unknown][] =>
  parseManifests({ name: "all.yaml", bytes: Buffer.from(text) }).map(({ value, source }) => [
    source.document,
    value,
  ]);

/** What separates documents and what may stand between separators, the odd things among them. */
const chunk = fc.constantFrom(
  "---\n",
  "--- # a remark\n",
  "---\r\n",
  "---\nkind: A\n",
  "kind: B\nmetadata:\n  name: b\n",
  "# only a remark\n",
  "a: |\n  ---\n  text\n",
  "a: &x [1]\nb: *x\n",
  "...\n",
  "...\n---\n",
  "\n",
  "--- text\n",
  `long: ${"x".repeat(20_000)}\n`,
);

describe("reading manifests", () => {
  it("finds the same documents in a long text as in one call of the parser", () => {
    let long = 0;
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 1, maxLength: 12 }), (chunks) => {
        const text = chunks.join("");
        let whole: unknown[];
        try {
          whole = loadAll(text, { schema: CORE_SCHEMA });
        } catch {
          throws(() => read(text), /all\.yaml:\d+: document \d+: /);
          return;
        }
        if (whole.length > 1 && text.length > 20_000) long++;
        const expected = whole.map((value, i): [number, unknown] => [i + 1, value]);
        deepStrictEqual(
          read(text),
          expected.filter(([, value]) => value !== null),
        );
      }),
      { numRuns: 500 },
    );
    deepStrictEqual(long > 50, true, `only ${long} texts were read in pieces`);
  });

  it("applies a directive to the document after its separator, however long the text", () => {
    const filler = `long: ${"x".repeat(20_000)}\n`;
    const text = `${filler}...\n%TAG !k! tag:yaml.org,2002:\n---\na: !k!str 1\n`;
    deepStrictEqual(read(text)[1], [2, { a: "1" }]);
  });

  it("names the line and the document of a mistake that is far down", () => {
    const text = `---\nlong: ${"x".repeat(20_000)}\n---\na: 1\n---\nb: [1\n`;
    throws(() => read(text), /^PalisadeInputError: all\.yaml:\d+: document 3: /);
    throws(() => read("a: 1\n...\nb: 1\n...\n\n# three\nc: [1\n"), /all\.yaml:\d+: document 3: /);
    throws(() => read("# none yet\n---\na: 1\n---\nb: 1\n  c: 2\n"), /all\.yaml:6: document 2: /);
  });
});
