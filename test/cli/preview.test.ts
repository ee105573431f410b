import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packSources } from "../../cli/preview";
import { readProject } from "../../engine";
import { captured } from "../captured";

describe("palisade preview: the configuration of the project's own pack", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-preview-"));
    mkdirSync(join(folder, "policypack"));
    writeFileSync(join(folder, "policypack", "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ours\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const configure = (stack: string) => writeFileSync(join(folder, `Pulumi.${stack}.policies.json`), "{}");
  const noted = async (flags: object = {}) => {
    const { stderr } = await captured(async () => {
      await packSources(readProject(folder), { stack: "dev", cwd: folder, ...flags });
      return 0;
    });
    return stderr;
  };

  it("is noted where it is missing and other stacks have one: it may have been removed", async () => {
    configure("prod");
    configure("uat");
    assert.equal(
      await noted(),
      "note: there is no Pulumi.dev.policies.json, so the policies judge as they are by default; other stacks have Pulumi.prod.policies.json, Pulumi.uat.policies.json\n",
    );
  });

  it("is no matter where it is there, another one is given, or no stack has one", async () => {
    assert.equal(await noted(), "");
    configure("prod");
    const other = join(folder, "Pulumi.prod.policies.json");
    const own = { policyPack: [join(folder, "policypack")], policyPackConfig: [other] };
    assert.equal(await noted(own), "");
    configure("dev");
    assert.equal(await noted(), "");
  });
});
