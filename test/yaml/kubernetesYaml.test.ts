import { strict as assert } from "node:assert";
import { readKubernetesYaml, YamlError } from "../../yaml";

describe("YAML as Kubernetes' tools read it", () => {
  it("reads scalars as YAML 1.1 does where the API's decoder does", () => {
    const [read] = readKubernetesYaml("[010, 0b11, 1_000, 0x10, yes, off, 2026-01-01, 12:30, 0o8, ~]");
    assert.deepEqual(read, [8, 3, 1000, 16, true, false, "2026-01-01", "12:30", "0o8", null]);
  });

  it("gives every document, and merges", () => {
    assert.deepEqual(readKubernetesYaml("a: &x { b: 1 }\nc: { <<: *x }\n---\n---\nd"), [
      { a: { b: 1 }, c: { b: 1 } },
      null,
      "d",
    ]);
  });

  it("refuses a key that stands twice, or takes the last where asked", () => {
    assert.throws(() => readKubernetesYaml("{ a: 1, a: 2 }"), YamlError);
    assert.deepEqual(readKubernetesYaml("{ a: 1, a: 2 }", { repeatedKeys: "last" }), [{ a: 2 }]);
  });
});
