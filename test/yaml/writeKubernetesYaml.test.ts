import { strict as assert } from "node:assert";
import fc from "fast-check";
import { load, YAML11_SCHEMA } from "js-yaml";
import { readKubernetesYaml, writeKubernetesYaml } from "../../yaml";

describe("YAML that is written", () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;

  it("is read as the same value by Kubernetes' tools, whatever is in it", () => {
    fc.assert(
      fc.property(plain, (value) => {
        assert.deepEqual(readKubernetesYaml(writeKubernetesYaml({ value })), [{ value }]);
      }),
    );
  });

  // As keys, as values and in lists; by readers of YAML 1.1 and of 1.2.
  const traps =
    "yes no on off y n true null ~ 010 0o7 0b10 0x1F 1_000 1e3 .5 .inf 1:30 2020-01-01 << = - ? : 'a #b' '*a' '&a' '!a' '%a' '@a' '`a'"
      .split(" ")
      .map((text) => text.replaceAll("'", ""));
  it("keeps strings strings that a reader could take for something else", () => {
    for (const text of ["", " ", "a\n", "\ta", "a: b", "a\r\nb", "\u2028", ...traps]) {
      const value = { [text]: text, list: [text] };
      const written = writeKubernetesYaml(value);
      assert.deepEqual(readKubernetesYaml(written), [value], JSON.stringify(text));
      assert.deepEqual(load(written, { schema: YAML11_SCHEMA }), value, JSON.stringify(text));
    }
  });

  it("folds no line, writes no alias and keeps the keys' order", () => {
    const twice = { words: "word ".repeat(60).trim() };
    assert.equal(
      writeKubernetesYaml({ kind: "A", apiVersion: "v1", first: twice, again: twice }),
      `kind: A\napiVersion: v1\nfirst:\n  words: ${twice.words}\nagain:\n  words: ${twice.words}\n`,
    );
  });
});
