import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("what lint remembers of a file as clean", () => {
  let folder: string;
  let fileKeys: (root: string) => (file: string) => string;
  before(async () => {
    ({ fileKeys } = await import("../../scripts/file-keys.mjs"));
    folder = mkdtempSync(join(tmpdir(), "palisade-file-keys-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  };
  const keys = (): readonly string[] => ["a.ts", "b.ts", "c.ts", "d.ts"].map(fileKeys(folder));
  /** Which of the files another text of one gives other keys. */
  function changedBy(file: string, text: string): string {
    const before = keys();
    write({ [file]: text });
    return ["a", "b", "c", "d"].filter((_, i) => before[i] !== keys()[i]).join("");
  }

  it("is forgotten when it changes or what it imports, however far away and in a circle, and kept beside others", () => {
    write({
      "a.ts": 'import { b } from "./b";\nexport const a = b;',
      "b.ts": 'import type { C } from "./c";\nexport const b: C = 1;',
      "c.ts": 'export type C = number | import("./data.json");\nimport "./b";',
      "d.ts": 'export * from "package";\nexport { gone } from "./gone";',
      "data.json": "1",
    });
    assert.equal(changedBy("c.ts", 'export type C = string | import("./data.json");\nimport "./b";'), "abc");
    assert.equal(changedBy("data.json", "2"), "abc");
    assert.equal(changedBy("a.ts", 'import { b } from "./b";\nexport const a = [b];'), "a");
    assert.equal(changedBy("unrelated.ts", "export {};"), "");
    assert.equal(
      changedBy("gone.ts", "export const gone = 1;"),
      "d",
      "an import that found nothing finds a file",
    );
  });
});
