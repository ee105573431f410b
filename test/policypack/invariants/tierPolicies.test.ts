import { strict as assert } from "node:assert";
import { blur, spotsOf } from "../blur";
import { BROKEN_TIERS } from "../fuzz/tierCases";
import { neverHidden } from "../fuzz/neverHidden";
import { clusterPolicy, UNKNOWN } from "../helpers";
import { INGRESS, TWINS, named, networks, accept, deny, accepted, PRIVATE, judgeAll } from "../tierRules";

describe("policies of tiers: unknown values", () => {
  neverHidden(BROKEN_TIERS);

  it("are all that policies speak of on policies that break nothing", () => {
    const stack = [
      clusterPolicy("good", {
        ingress: [accepted(named("monitoring"))],
        egress: [deny(networks(...PRIVATE)), accept(networks("0.0.0.0/0"))],
      }),
    ];
    assert.deepEqual(judgeAll(stack), []);
    for (const spot of spotsOf(stack)) {
      const certain = judgeAll(blur(stack, [spot])).filter((verdict) => !verdict.endsWith("?"));
      assert.deepEqual(certain, [], JSON.stringify(spot));
    }
  });

  it("of a policy of which nothing is known are asked about", () => {
    const all = { ...clusterPolicy("bad", {}), props: { metadata: { name: "bad" }, spec: UNKNOWN } };
    assert.deepEqual([...new Set(judgeAll([all]))], TWINS.map((name) => `${name} bad?`).sort());
  });

  it("of a patch are what it leaves out, which is no mistake", () => {
    const patch = {
      type: "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicyPatch",
      name: "bad",
      props: { metadata: { name: "a" }, spec: { ingress: [accepted({ namespaces: {} })] } },
    };
    assert.deepEqual(judgeAll([patch]), [`${INGRESS} bad`]);
  });
});
