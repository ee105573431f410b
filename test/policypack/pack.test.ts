import { strict as assert } from "node:assert";
import { POLICIES } from "../../policypack/policies";
import { APPLICATION } from "../../proof";
import { planOn } from "../proof/everyEnd";
import { COMPLIANT_AWS } from "./aws";
import { COMPLIANT, policy, run, verdicts } from "./helpers";

describe("policy pack", () => {
  it("is silent on a well-made stack, without any configuration", () => {
    const only = POLICIES.map(({ name }) => name);
    assert.deepEqual(run(COMPLIANT, {}, { only }), []);
  });

  it("is silent on well-made groups, databases and buckets, whose ids aren't known", () => {
    assert.deepEqual(run(COMPLIANT_AWS), []);
  });

  it("is silent on resources that are none of its business", () => {
    const props = { ingress: [{ from: [] }], metadata: {}, policyTypes: "?" };
    const types = ["aws:ec2/vpc:Vpc", "kubernetes:core/v1:ConfigMap", "my:own:NetworkPolicy"];
    assert.deepEqual(run(types.map((type) => ({ type, name: "x", props }))), []);
  });

  it("says one paragraph: resource, what is wrong, why, evidence, remedy", () => {
    const stack = [
      ...COMPLIANT,
      policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }),
    ];
    assert.deepEqual(
      run(stack).map(({ message, level }) => ({ message, level })),
      [
        {
          level: "mandatory",
          message:
            'NetworkPolicy shop/open (resource "open") opens ingress to everyone on every port: spec.ingress[0] names ' +
            "no peer, so every pod, node and outside address may connect to these pods. Evidence: spec.ingress[0] has " +
            "no `from` entry, or an empty one, which the API reads as everyone. Remedy: name the peers in " +
            "spec.ingress[0], such as from: [{ podSelector: { matchLabels: { app: NAME } } }].",
        },
      ],
    );
  });

  it("tells what isn't enforced as advice, whatever the policy's level", () => {
    const declared = planOn("calico").flatMap(({ type, name, outputs }) =>
      type === APPLICATION
        ? [{ type, name, props: { declared: { ...(outputs["declared"] as object), stage: "observe" } } }]
        : [],
    );
    const reports = run(declared, {}, { only: "exactly-declared" });
    assert.deepEqual(
      reports.map(({ level, undecided, urn, message }) => [level, undecided, urn, message.split(",")[0]]),
      ["shop", "bank"].map((name) => [
        "advisory",
        false,
        `urn:pulumi:test::test::${APPLICATION}::lab/${name}`,
        `application lab/${name} isn't proven to be open exactly as it declares`,
      ]),
    );
  });

  it("judges the same rules in every spelling of the resource", () => {
    const { props } = policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
    const stacks = [
      { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", props },
      { type: "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch", props },
      { type: "kubernetes:networking.k8s.io/v1:NetworkPolicyList", props: { items: [props] } },
      { type: "kubernetes:extensions/v1beta1:NetworkPolicy", props },
      { type: "kubernetes:extensions/v1beta1:NetworkPolicyList", props: { items: [props] } },
    ];
    for (const resource of stacks) {
      const reports = run([...COMPLIANT, { ...resource, name: "open" }]);
      assert.deepEqual(verdicts(reports), ["network-policy-no-everyone-ingress open"], resource.type);
    }
  });
});
