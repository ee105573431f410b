import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMMAND = join(__dirname, "..", "..", "bin", "palisade.js");

/** A namespace with all its labels, closed by default: nothing to find fault with. */
const CLOSED = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    palisade.dev/owner: shop
    palisade.dev/environment: dev
    app.kubernetes.io/part-of: shop
    pod-security.kubernetes.io/enforce: restricted
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: isolation, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`;
const WEB = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
`;

/** Objects whose controllers make others. */
const MAKERS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease"],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
  ["argoproj.io/v1alpha1", "Application"],
];

describe("what an object makes that isn't in the input: diff and check", () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-makers-"));
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (...args: string[]): { code: number | null; stdout: string } => {
    const { status, stdout } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
    return { code: status, stdout };
  };

  for (const [apiVersion, kind] of MAKERS) {
    const maker = (version: string): string =>
      `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: db, namespace: shop }\nspec: { interval: 1h, version: "${version}" }\n`;

    it(`diff: a ${kind} whose spec changed may have opened something; one that didn't hasn't`, () => {
      const before = file(`${kind}-1.yaml`, CLOSED + WEB + maker("1"));
      const after = file(`${kind}-2.yaml`, CLOSED + WEB + maker("2"));
      const same = file(`${kind}-3.yaml`, maker("1").replace("---\n", "") + "---\n" + CLOSED + WEB);
      assert.deepEqual(run("diff", before, after, "--fail-on", "unknown"), {
        code: 3,
        stdout: `? policies that aren't computed differ, and so may what they open or close: ${kind} shop/db\n`,
      });
      assert.deepEqual(run("diff", before, same, "--fail-on", "unknown"), {
        code: 0,
        stdout: "no connection gained or lost\n",
      });
    });

    it(`diff: where a ${kind} is new or gone, nothing about its namespace is sure`, () => {
      const without = file(`${kind}-0.yaml`, CLOSED + WEB);
      const withIt = file(`${kind}-4.yaml`, CLOSED + WEB + maker("1"));
      for (const [sides, sign] of [
        [[without, withIt], "+"],
        [[withIt, without], "-"],
      ] as const) {
        const { code, stdout } = run("diff", ...sides, "--fail-on", "unknown");
        assert.equal(code, 3, stdout);
        const lines = stdout.trimEnd().split("\n");
        assert.deepEqual(
          lines.filter((line) => !line.startsWith(`${sign} `) || !line.endsWith(" (unknown)")),
          [`? policies that aren't computed differ, and so may what they open or close: ${kind} shop/db`],
        );
        assert.ok(lines.some((line) => line.includes("=> shop/web[Deployment] : All Connections (unknown)")));
      }
    });

    it(`check: beside a ${kind} nothing is CLEAN`, () => {
      const clean = file(`${kind}-5.yaml`, CLOSED);
      const beside = file(`${kind}-6.yaml`, CLOSED + maker("1"));
      assert.deepEqual(run("check", clean, "--fail-on", "unknown"), {
        code: 0,
        stdout: "CLEAN  2 objects of 1 file judged\n",
      });
      assert.deepEqual(run("check", beside, "--fail-on", "unknown"), {
        code: 3,
        stdout: `UNDECIDED  2 objects of 1 file judged, 1 resource of a kind that no policy judges (${apiVersion.split("/")[0] ?? ""} ${kind} 1)\n`,
      });
    });
  }
});
