import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import path from "node:path";
import { importOfPath, linesOf, unexplained } from "./importing";

const SCENARIOS = path.join(__dirname, "..", "scenarios");

/**
 * What becomes of each. Most recipes isolate one direction, or admit everyone, which no application does: what is open
 * because of that is closed, and named.
 */
const VERDICTS: Readonly<Record<string, string>> = {
  "allow-all-after-deny": "nothing",
  "allow-external-clients": "nothing",
  "allow-from-a-namespace": "narrower",
  "allow-from-all-namespaces": "nothing",
  "allow-one-port": "narrower",
  "allow-pods-of-a-namespace": "narrower",
  "deny-all-egress-of-a-namespace": "nothing",
  "deny-all-in-a-namespace": "nothing",
  "deny-all-ingress-to-an-app": "nothing",
  "deny-egress-from-an-app": "nothing",
  "deny-external-egress": "nothing",
  "deny-from-other-namespaces": "narrower",
  "dns-only": "nothing",
  "limit-traffic-to-an-app": "narrower",
  "named-port-of-two-protocols": "nothing",
  "no-one-is-given": "narrower",
  "no-policies": "nothing",
  // Its one workload isolates its egress without name resolution, which the language adds.
  "outside-by-address": "wider",
  "several-selectors": "narrower",
  "tiers-around-a-namespace": "narrower",
};

describe("import of the well-known recipes", () => {
  const folders = readdirSync(SCENARIOS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it("has a verdict for each", () => {
    assert.deepEqual(folders.map(({ name }) => name).sort(), Object.keys(VERDICTS).sort());
  });

  for (const { name } of folders) {
    it(`${name}: ${VERDICTS[name] ?? ""}, and all that would be closed is named`, () => {
      const imported = importOfPath(path.join(SCENARIOS, name, "manifests.yaml"));
      const { plan, proof } = imported;
      assert.equal(proof.verdict, VERDICTS[name]);
      assert.deepEqual(unexplained(imported), []);
      assert.deepEqual(linesOf(proof.unknown), []);
      assert.deepEqual(
        linesOf(proof.wider),
        name === "outside-by-address"
          ? ["shop/web[Deployment] → kube-system/{k8s-app=kube-dns}[Pod]: TCP 53; UDP 53"]
          : [],
      );
      assert.equal(plan.applications.length, proof.verdict === "nothing" ? 0 : 1);
    });
  }
});
