import { strict as assert } from "node:assert";
import { sarifText } from "../../cli/check/sarif";
import { policiesPage } from "../../policypack/documentation";
import { toYaml } from "./toYaml";
import { POLICIES } from "../../policypack/policies";
import { FRAMEWORKS, REFERENCES, referenceText } from "../../policypack/references";
import { analyzerInfo } from "../../policypack/server/answers";
import { check, COMPLIANT } from "../cli/check/support";

describe("policy pack: references to frameworks", () => {
  it("belong to policies that there are, each control once, with a title", () => {
    const names = new Set(POLICIES.map(({ name }) => name));
    for (const [name, references] of Object.entries(REFERENCES)) {
      assert.ok(names.has(name), name);
      assert.equal(new Set(references.map(referenceText)).size, references.length, name);
      assert.ok(references.every(({ control, title }) => control !== "" && title !== ""));
    }
  });

  it("say of each framework its version and where its texts were read", () => {
    const page = policiesPage(toYaml);
    const used = new Set(Object.values(REFERENCES).flatMap((list) => list.map(({ framework }) => framework)));
    assert.deepEqual([...used].sort(), Object.keys(FRAMEWORKS).sort());
    for (const [framework, { version, read }] of Object.entries(FRAMEWORKS)) {
      assert.ok(page.includes(`- ${framework}, ${version}: ${read}`));
    }
  });

  it("are shown to Pulumi, in SARIF and in the documentation", () => {
    const log = sarifText(check({ "shop.yaml": COMPLIANT }));
    const tags = analyzerInfo("1.0.0")
      .getPoliciesList()
      .flatMap((policy) => policy.getTagsList());
    const sections = policiesPage(toYaml);
    for (const { references } of POLICIES) {
      for (const reference of references) {
        const { framework, control, title } = reference;
        assert.ok(tags.includes(referenceText(reference)));
        assert.ok(log.includes(`"${referenceText(reference)}"`));
        assert.ok(sections.includes(`${framework} ${control} (${title})`));
      }
    }
  });
});
