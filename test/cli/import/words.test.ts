import { strict as assert } from "node:assert";
import { reasonFor, reasonInName } from "../../../adopt/reasons";
import { commentFinder } from "../../../cli/import/comments";
import { wordsOf } from "../../../cli/import/words";
import { parseManifests } from "../../../cli/manifests/parse";
import { readWorld } from "../../../reachability/read";

const TEXT = `# ------------------------------------
# Only the web server reads the cart.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  ingress:
    # customers' requests
    - from: [{ podSelector: {} }]
    # - from: [{ podSelector: { app: old } }]
    #   ports: []
    - from: [{ podSelector: { matchLabels: { app: a } } }]
    - from:
        # nightly exports
        - podSelector: { matchLabels: { app: b } }
    - from: [{ podSelector: { matchLabels: { app: c } } }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  annotations: { example.com/description: "  orders are\\n  kept here " }
  labels: { team: orders }
spec: { podSelector: {} }
`;

describe("what manifests say in words", () => {
  const file = { name: "a.yaml", bytes: Buffer.from(TEXT) };
  const objects = parseManifests(file);
  const { world } = readWorld(objects);
  const words = wordsOf({ objects, files: [file] }, world, []);
  const [web, db] = world.written;

  it("finds comments above a policy and at its rules; what is commented out is no reason", () => {
    const find = commentFinder([file]);
    assert.deepEqual(find("a.yaml", 1, []), {
      above: "Only the web server reads the cart.",
      rules: new Map([
        ["spec.ingress[0]", "customers' requests"],
        ["spec.ingress[2]", "nightly exports"],
      ]),
    });
    assert.deepEqual(find("a.yaml", 2, []), { above: undefined, rules: new Map() });
  });

  it("takes a rule's comment before the policy's description, and the owner from what is in the namespace", () => {
    if (web === undefined || db === undefined) throw new Error("two policies");
    assert.equal(words.ruleReason(web, "spec.ingress[0]"), "customers' requests");
    assert.equal(words.policyReason(web), "Only the web server reads the cart.");
    assert.equal(words.policyReason(db), "orders are kept here");
    assert.equal(words.owner("shop"), "orders");
    assert.equal(reasonFor([{ policy: web, place: "spec.ingress[2]" }], [], words), "nightly exports");
    assert.equal(reasonFor([{ policy: db, place: "spec.ingress[0]" }], [], words), "orders are kept here");
  });

  it("reads a reason out of a name only where it says more than its ends", () => {
    assert.equal(reasonInName("allow-web-to-db", ["web", "db"]), undefined);
    assert.equal(reasonInName("allow-web-egress", ["web"]), undefined);
    assert.equal(reasonInName("web-netpol", ["web"]), undefined);
    assert.equal(reasonInName("allow-exchange-rates", ["web"]), "exchange rates");
    assert.equal(reasonInName("web-payment-webhooks", ["web", "shop"]), "payment webhooks");
  });

  it("never makes a reason up", () => {
    if (web === undefined) throw new Error("a policy");
    const silent = { ...words, ruleReason: () => undefined, policyReason: () => undefined };
    assert.equal(reasonFor([{ policy: web, place: "spec.ingress[1]" }], ["web", "a"], silent), "TODO: why?");
  });
});
