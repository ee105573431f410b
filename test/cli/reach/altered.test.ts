import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as diff from "../../../cli/diff";
import { captured } from "../../captured";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
});
const policy = (port: number) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "api", namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app: "api" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port }] }],
  },
});

describe("palisade diff of a port that changed", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-altered-"))));
  after(() => rmSync(folder, { recursive: true }));
  const file = (port: number): string => {
    const path = join(folder, `${port}.json`);
    writeFileSync(
      path,
      JSON.stringify({ apiVersion: "v1", kind: "List", items: [pod("web"), pod("api"), policy(port)] }),
    );
    return path;
  };
  const WHY =
    "NetworkPolicy shop/api spec.ingress[0] lets it in; NetworkPolicy shop/api spec.ingress[0] no longer lets it in";

  it("says that it changed, and which policy did it", async () => {
    const { stdout } = await captured(() => diff.run(file(8080), file(8081), {}));
    assert.equal(
      stdout,
      [
        "+ shop/web[Pod] => shop/api[Pod] : TCP 8081",
        "- shop/web[Pod] => shop/api[Pod] : TCP 8080",
        `~ shop/web[Pod] => shop/api[Pod] : changed, TCP 8081 instead of TCP 8080 (${WHY})`,
        "",
      ].join("\n"),
    );
  });

  it("says it to reviewers, too", async () => {
    const { stdout } = await captured(() => diff.run(file(8080), file(8081), { format: "md" }));
    const row = `| \`shop/web[Pod]\` | \`shop/api[Pod]\` | TCP 8081 | TCP 8080 | ${WHY} |`;
    assert.ok(
      stdout.includes(
        `**Changed**\n\n| From | To | Now | Before | Because |\n| --- | --- | --- | --- | --- |\n${row}\n`,
      ),
    );
  });

  it("says nothing of the kind where a connection is only gained or lost", async () => {
    const none = join(folder, "none.json");
    writeFileSync(none, JSON.stringify({ apiVersion: "v1", kind: "List", items: [pod("web"), pod("api")] }));
    const { stdout } = await captured(() => diff.run(file(8080), none, {}));
    assert.match(stdout, /^\+ /);
    assert.doesNotMatch(stdout, /^[~-]/m);
  });
});
