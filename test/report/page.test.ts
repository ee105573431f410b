import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { analyze } from "../../reachability/compute";
import { encodeWorld, pageScript, pictureOf, reportPage } from "../../report";
import { randomWorld } from "../twin/randomWorld";
import { analysisOf } from "../reachability/worlds";
import { blockOf } from "./pageData";

const HOSTILE = `</script><img src=x onerror=alert(1)>"'&<!--`;

async function page(): Promise<string> {
  const { world } = analysisOf(randomWorld(7));
  const picture = await pictureOf(analyze(world).units, undefined);
  const flows = [{ from: HOSTILE, to: HOSTILE, ports: "tcp/1", because: HOSTILE, verdict: HOSTILE }];
  const cluster = {
    cluster: HOSTILE,
    picture,
    world: encodeWorld(world),
    flows,
    changes: [],
    isolation: [],
    access: [],
    quotas: [],
    warnings: [HOSTILE],
  };
  const findings = [{ level: HOSTILE, policy: HOSTILE, resource: HOSTILE, message: HOSTILE }];
  const heading = {
    title: HOSTILE,
    sentences: [HOSTILE],
    findings,
    exemptions: [],
    controls: [],
    judged: [],
  };
  return reportPage(heading, [cluster], pageScript());
}

describe("a report's page", () => {
  it("holds hostile names as data, never as markup", async () => {
    const text = await page();
    assert.equal(text.includes("<img"), false);
    assert.equal(text.match(/<\/script>/g)?.length, 3);
    const { heading } = JSON.parse(blockOf(text, "data")) as { heading: { title: string } };
    assert.equal(heading.title, HOSTILE);
  });

  it("runs its own script and style by their hashes, and may ask for nothing", async () => {
    const text = await page();
    const script = /<script>(.*?)<\/script>/s.exec(text)?.[1] ?? "";
    const style = /<style>(.*?)<\/style>/s.exec(text)?.[1] ?? "";
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? "";
    const hash = (of: string) => `'sha256-${createHash("sha256").update(of).digest("base64")}'`;
    assert.equal(
      policy,
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    );
    assert.equal(/\b(?:src|href)="(?:https?:)?\/\//.test(text), false);
  });
});
