import { strict as assert } from "node:assert";
import { isProduct, kept, read, typeNameClashes } from "./typeNames";

describe("the house: the names of types", () => {
  it("are one type's each: what one file exports, no other file of the product calls a type of its own", function () {
    const files = kept();
    if (files === undefined) return this.skip();
    const product = files.filter(isProduct).map((file) => ({ file, text: read(file) }));
    assert.ok(product.length > 600, `${product.length} files`);
    assert.deepEqual(
      typeNameClashes(product),
      [],
      "give each concept a name of its own, and write it into docs/words.md",
    );
  });

  it("are seen in every form of a declaration, exported in at least one of the files", () => {
    const of = (a: string, b: string) =>
      typeNameClashes([
        { file: "flows/a.ts", text: a },
        { file: "proof/b.ts", text: b },
      ]);
    const clash = ["End: flows/a.ts, proof/b.ts"];
    assert.deepEqual(of("export interface End {}\n", "export type End = string;\n"), clash);
    assert.deepEqual(of("export abstract class End {}\n", "interface End {}\n"), clash);
    assert.deepEqual(of("enum End {}\n", "export declare class End {}\n"), clash);
    assert.deepEqual(of("const enum End {}\n", "export type End<T> = T;\n"), clash);
    // Types that only their own files use, and what is only handed on, clash with nothing.
    assert.deepEqual(of("interface End {}\n", "interface End {}\n"), []);
    assert.deepEqual(of("export interface End {}\n", 'export type { End } from "../flows";\n'), []);
    assert.deepEqual(of("export interface End {}\n", "export interface FlowEnd {}\n"), []);
    assert.deepEqual(of("export interface End {}\n/** type End */\n", "const type = End;\n"), []);
  });
});
