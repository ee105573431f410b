import { strict as assert } from "node:assert";
import { likelyMeant } from "../../data/nearest";

describe("likelyMeant: the name that a typing slip would turn into a word", () => {
  for (const [word, candidate] of [
    ["monitorng", "monitoring"],
    ["ingres-nginx", "ingress-nginx"],
    ["Monitoring", "monitoring"],
    ["app.kubernetes.io/nmae", "app.kubernetes.io/name"],
  ] as const)
    it(`${word}: ${candidate}`, () => assert.equal(likelyMeant(word, [candidate, "other"]), candidate));

  for (const [word, candidate] of [
    ["team-b", "team-a"],
    ["shop-prod", "shop-dev"],
    ["worker-2", "worker-1"],
    ["payments2", "payments1"],
    ["monitor", "monitoring"],
    ["web", "wbe"],
    ["ingress", "ingress-nginx"],
    ["monitoring", "monitoring"],
  ] as const)
    it(`${word} isn't ${candidate}`, () => assert.equal(likelyMeant(word, [candidate]), undefined));

  it("none where two are as near", () => {
    assert.equal(likelyMeant("monitoring", ["monitorin", "monitorings"]), undefined);
  });
});
