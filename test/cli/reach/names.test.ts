import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as explain from "../../../cli/explain";
import * as reach from "../../../cli/reach";
import { captured } from "../../captured";

const pod = (name: string, ports: readonly (readonly [string, number, string?])[] = []) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: `${name}-app` } },
  spec: {
    containers: [
      {
        name: "main",
        ports: ports.map(([called, containerPort, protocol = "TCP"]) => ({
          name: called,
          containerPort,
          protocol,
        })),
      },
    ],
  },
});
const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "front", namespace: "shop" },
  spec: { selector: { app: "api-app" }, ports: [{ name: "web", port: 80, targetPort: "http" }] },
};
const WORLD = [
  pod("web"),
  pod("api", [
    ["http", 8080],
    ["dns", 53],
    ["dns-udp", 53, "UDP"],
  ]),
  SERVICE,
];

describe("palisade reach and explain: names that people write", () => {
  let folder = "";
  let file = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-names-"));
    file = join(folder, "world.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: WORLD }));
  });
  after(() => rmSync(folder, { recursive: true }));
  const ask = (to: string, port: string) => captured(() => explain.run("web", to, port, [file], {}));

  const meant: readonly (readonly [string, string])[] = [
    ["apii", "api"],
    ["shpo/api", "shop/api"],
    ["shpo/*", "shop/*"],
    ["api-ap", "api-app"],
    ["svc/frnt", "svc/front"],
    ["shop/apu[Pod]", "shop/api[Pod]"],
  ];
  for (const [written, name] of meant) {
    it(`asks whether ${written} is ${name}`, async () => {
      const { code, stderr } = await captured(() => reach.run([file], { to: written }));
      assert.equal(code, 2);
      assert.equal(stderr, `error: --to ${written}: no such end. Did you mean "${name}"?\n`);
    });
  }

  it("lists what is there where nothing is near", async () => {
    const { stderr } = await captured(() => reach.run([file], { from: "payments" }));
    assert.match(
      stderr,
      /^error: --from payments: no such end; there are shop\/api\[Pod\], shop\/web\[Pod\]\n$/,
    );
  });

  it("takes the name of a destination's port, with or without its protocol", async () => {
    for (const [port, number] of [
      ["http", "TCP 8080"],
      ["tcp/http", "TCP 8080"],
      ["udp/dns-udp", "UDP 53"],
    ] as const) {
      const { code, stdout } = await ask("api", port);
      assert.equal(code, 0);
      const name = port.split("/").at(-1);
      assert.match(stdout, new RegExp(`^Port ${name} of shop/api\\[Pod\\] is ${number}\\.\n`));
      assert.match(stdout, new RegExp(`^shop/web\\[Pod\\] reaches shop/api\\[Pod\\] on ${number}\\.$`, "m"));
    }
  });

  it("takes a Service's name of a port as the Service's, not as the pods'", async () => {
    const { stdout } = await ask("svc/front", "web");
    assert.match(stdout, /^Port web of Service shop\/front is TCP 80\.\n/);
    assert.match(stdout, /reaches shop\/api\[Pod\] on TCP 8080/);
    const { code, stderr } = await ask("svc/front", "http");
    assert.equal(code, 2);
    assert.match(stderr, /^error: Service shop\/front: no port is called "http"; it has web\. /);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ["api", "htp", 'shop/api[Pod]: no port is called "htp". Did you mean "http"?'],
    ["api", "udp/http", 'shop/api[Pod]: no port is called "http"; it has dns-udp. Write the port\'s number.'],
    ["web", "http", 'shop/web[Pod]: no port is called "http". Write the port\'s number.'],
    ["192.0.2.1", "http", "192.0.2.1: is outside, where ports have no names. Write the port's number."],
  ];
  for (const [to, port, message] of wrong) {
    it(`refuses port ${port} of ${to}: no answer is better than one to another question`, async () => {
      assert.deepEqual(await ask(to, port), { code: 2, stdout: "", stderr: `error: ${message}\n` });
    });
  }
});
