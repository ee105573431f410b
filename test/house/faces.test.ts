import { strict as assert } from "node:assert";
import path from "node:path";
import { isProduct, kept, read } from "./typeNames";

describe("the house: faces", () => {
  it("say what the folder is, what goes in and what comes out", function () {
    const files = kept();
    if (files === undefined) return this.skip();
    const faces = files.filter(
      (file) => isProduct(file) && path.basename(file) === "index.ts" && path.dirname(file) !== ".",
    );
    assert.ok(faces.length > 30, `${faces.length} faces`);
    const silent = faces.filter((face) => {
      const paragraph = /^(?:\/\/[^\n]*\n)?\/\*\*[\s\S]*?\*\//.exec(read(face))?.[0] ?? "";
      return (
        !/\bIn and out:/.test(paragraph) && !(/\bIn:/.test(paragraph) && /\bOut(?: here)?:/.test(paragraph))
      );
    });
    assert.deepEqual(silent, [], "begin the face with a paragraph: what the folder is. In: … Out: …");
  });
});
