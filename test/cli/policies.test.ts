import { strict as assert } from "node:assert";
import { run } from "../../cli/policies";
import { configurationSchema, levelIn, POLICIES } from "../../policypack/index";
import { captured } from "../captured";

describe("palisade policies", () => {
  it("prints a line for each policy, with its level in each profile", async () => {
    const { code, stdout } = await captured(() => run({}));
    assert.equal(code, 0);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    assert.match(head ?? "", /^policy +severity +strict +baseline +what holds$/);
    assert.deepEqual(
      lines.map((line) => line.split(/ {2,}/).slice(0, 4).join(" ")),
      POLICIES.map((one) =>
        [one.name, one.severity, levelIn("strict", one), levelIn("baseline", one)].join(" "),
      ),
    );
  });

  it("prints the same as JSON, and the schema of the configuration", async () => {
    const { stdout } = await captured(() => run({ json: true }));
    const { policies } = JSON.parse(stdout) as { policies: { name: string; levels: object }[] };
    assert.deepEqual(policies.find(({ name }) => name === "namespace-labels")?.levels, {
      strict: "mandatory",
      baseline: "disabled",
    });
    const printed = await captured(() => run({ schema: true }));
    assert.deepEqual(JSON.parse(printed.stdout), JSON.parse(JSON.stringify(configurationSchema())));
  });
});
