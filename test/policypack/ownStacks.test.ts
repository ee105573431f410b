import { strict as assert } from "node:assert";
import { join } from "node:path";
import { preview, readPackSource, readProject } from "../../engine";

const ROOT = join(__dirname, "..", "..");

/** The pack as its sources make it: a change to it that leaves something of our own open is seen here, and not first by a deployment. */
describe("policy pack: the stacks of this repository", function () {
  this.timeout(120_000);
  let pack: string;

  before(async () => {
    const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
    ({ directory: pack } = await buildPolicyPack());
  });

  for (const stack of ["dev", "uat", "prod"])
    it(`finds nothing in ${stack}, and leaves nothing undecided`, async () => {
      const project = readProject(ROOT);
      const { findings, leftOut, resources } = await preview({
        project,
        stack,
        packs: [readPackSource(pack, join(ROOT, `Pulumi.${stack}.policies.json`))],
        answersFile: join(ROOT, `Pulumi.${stack}.answers.json`),
        answerRemedy: "Record it",
        output: () => undefined,
      });
      assert.ok(resources.length > 40);
      assert.deepEqual(
        findings.map(({ message }) => message),
        [],
      );
      assert.deepEqual(leftOut, []);
    });
});
