import { strict as assert } from "node:assert";
import path from "node:path";
import * as explain from "../../cli/explain";
import { lineOfDeclaration } from "../../config";
import { captured } from "../captured";

const cwd = path.join(__dirname, "..", "..");

describe("palisade explain --stack: what to declare", function () {
  this.timeout(60_000);
  const proposed = async (from: string, to: string, port: string) => {
    const { code, stdout } = await captured(() => explain.run(from, to, port, [], { stack: "dev", cwd }));
    assert.equal(code, 0);
    assert.doesNotMatch(
      stdout,
      /NetworkPolicy.*:\n {2}-|podSelector/,
      "no edit of a policy that is generated",
    );
    return /^To allow it, declare in the flows of (\S+) \((\S+?):\d+\):\n {2}(.*)$/m.exec(stdout)?.slice(1);
  };
  const SHOP = ["jewelry-shop", "applications/jewelryShop.ts"];

  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      "nginx",
      "redis",
      "6379",
      [...SHOP, '{ from: "nginx", to: "redis", ports: ["tcp/6379"], because: "…" },'],
    ],
    [
      "fineract-redis",
      "fineract-dev/{app=fineract,instance=read}[Pod]",
      "8080",
      [
        "fineract",
        "applications/fineract.ts",
        '{ from: "fineract-redis", to: "fineract/read", ports: ["tcp/8080"], because: "…" },',
      ],
    ],
    [
      "nginx",
      "203.0.113.9",
      "443",
      [...SHOP, '{ from: "nginx", to: cidr("203.0.113.9/32"), ports: ["tcp/443"], because: "…" },'],
    ],
    [
      "prometheus",
      "redis",
      "6379",
      [
        ...SHOP,
        '{ from: podsOf("monitoring", {"app.kubernetes.io/name":"prometheus"}), to: "redis", ports: ["tcp/6379"], because: "…" },',
      ],
    ],
  ];
  for (const [from, to, port, expected] of cases) {
    it(`is a flow from ${from} to ${to}, with its file`, async () => {
      assert.deepEqual(await proposed(from, to, port), expected);
    });
  }

  it("is nothing where the flow is declared", async () => {
    const { stdout } = await captured(() =>
      explain.run("django", "redis", "6379", [], { stack: "dev", cwd }),
    );
    assert.doesNotMatch(stdout, /declare/);
  });

  it("stands at the line where the application's own list begins", () => {
    const text =
      'application("a", {\n  flows: [],\n});\napplication("b", {\n  owner: "o",\n  flows: [\n  ],\n});\n';
    assert.equal(lineOfDeclaration(text, "a", "flows"), 2);
    assert.equal(lineOfDeclaration(text, "b", "flows"), 6);
    assert.equal(lineOfDeclaration(text, "a", "accepts"), 1);
    assert.equal(lineOfDeclaration(text, "c", "flows"), undefined);
  });
});
