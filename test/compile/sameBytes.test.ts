import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { manifests } from "./printManifests";

const elsewhere = async (stack: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const script = `${__dirname}/printManifests.ts`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-r", "./scripts/transpile-cache.cjs", "-r", "ts-node/register/transpile-only", script, stack],
    { env: { ...process.env, ...env }, maxBuffer: 1 << 26 },
  );
  return stdout;
};

describe("the same input gives the same bytes", () => {
  for (const stack of ["dev", "uat", "prod"]) {
    it(`${stack}: a second time, and with every key in the opposite order`, () => {
      const first = manifests(stack, "as-written");
      assert.ok(first.length > 10_000);
      assert.equal(manifests(stack, "as-written"), first);
      assert.equal(manifests(stack, "turned"), first);
    });
  }

  it("whatever the locale and the time zone", async function () {
    // A whole process starts, which on a busy machine takes its time.
    this.timeout(60_000);
    const here = manifests("prod", "as-written");
    // Turkish has another upper case for i, and sorts otherwise.
    const env = { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" };
    assert.equal(await elsewhere("prod", env), here);
  });
});
