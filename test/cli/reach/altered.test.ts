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

  const fileOf = (name: string, items: readonly object[]): string => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    return path;
  };

  it("where a connection is only gained or lost, says which policy did it, once for all of one reason", async () => {
    const pods = ["web", "api", "job", "log", "sum"].map(pod);
    const [none, some] = [fileOf("none", pods), fileOf("some", [...pods, policy(8080)])];
    const { stdout: opened } = await captured(() => diff.run(some, none, {}));
    assert.match(opened, /^\+ /);
    assert.doesNotMatch(opened, /^[~-]/m);
    assert.deepEqual(opened.match(/^ .*/gm), [
      "  NetworkPolicy shop/api no longer isolates the destination: + shop/job[Pod] => shop/api[Pod], + shop/log[Pod] => shop/api[Pod], + shop/sum[Pod] => shop/api[Pod], 2 more",
    ]);
    const { stdout: closed } = await captured(() => diff.run(none, some, { format: "md" }));
    assert.match(
      closed,
      /\*\*Because\*\*\n\n.*\n.*\n\| NetworkPolicy shop\/api isolates the destination and doesn't let it in \| `- shop\/job\[Pod\] => shop\/api\[Pod\]`/,
    );
  });

  it("names no policy for more than 2,000 connections, and says so", async () => {
    const pods = Array.from({ length: 50 }, (_, i) => pod(`p${i}`));
    const shut = {
      ...policy(1),
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    };
    const { stdout } = await captured(() =>
      diff.run(fileOf("open", pods), fileOf("shut", [...pods, shut]), {}),
    );
    assert.match(
      stdout,
      /^ {2}More than 2000 connections: `palisade explain` names the policies behind each\.$/m,
    );
  });
});
