import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../cli/check";
import { captured } from "../../captured";
import { COMPLIANT, OPEN } from "./support";

const EVERYONE = "network-policy-no-everyone-ingress";
const soon = new Date(Date.now() + 20 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
const annotated = (value: string) =>
  OPEN.replace(
    "  namespace: shop\n",
    `  namespace: shop\n  annotations:\n    exempt.palisade.dev/${EVERYONE}: '${value}'\n`,
  );

describe("palisade check: exemptions in manifests", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-exempt-"))));
  after(() => rmSync(folder, { recursive: true }));

  async function check(text: string, policies: readonly string[]) {
    const [shop, config] = [join(folder, "shop.yaml"), join(folder, "policies.json")];
    writeFileSync(shop, `${COMPLIANT}---\n${text}`);
    writeFileSync(config, JSON.stringify({ settings: { codeExemptions: { policies } } }));
    return captured(() => run([shop], { config }));
  }

  it("count where the configuration lets manifests exempt, and are listed with what they cover", async () => {
    const text = annotated(JSON.stringify({ until: soon, reason: "public page", owner: "team-web" }));
    const { code, stdout } = await check(text, [EVERYONE]);
    assert.equal(code, 0);
    const said = stdout.replace(/\s+/g, " ");
    assert.match(said, /in code \(team-web: public page\) covers 1 violation until/);
    assert.match(said, /CLEAN 1 advisory, 3 objects/);
    assert.equal((await check(text, [])).code, 1);
  });

  it("that are incomplete are an input error, each with its place, all at once", async () => {
    const { code, stderr, stdout } = await check(annotated(`{"until": "${soon}"}`), [EVERYONE]);
    assert.deepEqual([code, stdout], [2, ""]);
    const lines = stderr.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => line.replace(folder, "").replace(/;.*/, "")),
      ["reason", "owner"].map(
        (key) =>
          `error: /shop.yaml: document 3: NetworkPolicy shop/web: metadata.annotations["exempt.palisade.dev/${EVERYONE}"]: ${key}: is missing`,
      ),
    );
  });
});
