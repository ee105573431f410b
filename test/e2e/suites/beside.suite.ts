import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type Beyond, WAYS } from "../../beside/ways";
import { bench } from "../bench/bench";
import { Engine, type Outcome } from "../engine/engine";
import { linkProject, packPolicies, root } from "../engine/project";
import { succeeded } from "../systems/outcomes";

/** What exactly-declared says of one difference. */
const messageOf = ({ connection, by, half }: Beyond): string =>
  half === true
    ? `application eks/fineract lets more through on one side than it declares: ${connection}, so it opens as soon as ` +
      `somebody widens the other side. Evidence: ${by}. Remedy: declare a flow for it, or remove or narrow what opens it.`
    : `application eks/fineract is open to more than it declares: ${connection}, so whoever reads the declaration is ` +
      `told less than what can connect. Evidence: ${by}. Remedy: declare a flow for it, or remove or narrow what opens it.`;

describe("beside: a policy or rule by hand, beside ours, fails the engine's own preview by exactly-declared", () => {
  let engine: Engine;
  let pack: string;

  before("a stack of one application, and the packed policies", async () => {
    const work = join(bench().folder, "beside");
    const project = linkProject(join(root, "test", "beside", "program"), join(work, "project"));
    pack = await packPolicies(join(work, "pack"));
    engine = new Engine(project, work, bench().parts.path, { AWS_ENDPOINT_URL: await bench().aws() });
    await engine.init("dev");
  });

  const preview = (way: string): Promise<Outcome> =>
    engine.preview("dev", ["--policy-pack", pack], { PALISADE_BESIDE: way });

  it("control: without one, nothing is violated", async () => {
    assert.deepEqual(succeeded(await preview("")).violations, []);
  });

  for (const [way, beyond] of Object.entries(WAYS)) {
    it(way, async () => {
      const { code, violations } = await preview(way);
      const said = violations.filter(({ policyName }) => policyName === "exactly-declared");
      assert.deepEqual(
        said.map(({ enforcementLevel, message }) => [enforcementLevel, message.trim().split("\n").at(-1)]),
        beyond.map((one) => ["mandatory", messageOf(one)]),
      );
      assert.notEqual(code, 0);
      bench().count("objects by hand that the engine's preview refuses", 1);
    });
  }
});
