import { strict as assert } from "node:assert";
import { clusterPolicy, namespace, policy, run, type TestResource, verdicts } from "../helpers";

const NAME = "namespace-default-deny";
const reports = (stack: readonly TestResource[], config: object = {}) =>
  run(stack, { [NAME]: config }, { only: NAME });
const judge = (stack: readonly TestResource[], config: object = {}) => verdicts(reports(stack, config));

const ALL = [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }];
const DENY = { action: "Deny", to: ALL };
const baseline = (spec: object = {}, name = "baseline") =>
  clusterPolicy(name, {
    tier: "Baseline",
    ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
    egress: [DENY],
    ...spec,
  });
/** The ingress half by a NetworkPolicy, so that only egress is in question. */
const INGRESS = policy("ingress", { podSelector: {}, policyTypes: ["Ingress"] });
const shop = (...more: readonly TestResource[]) => [namespace(), INGRESS, ...more];

describe(`${NAME} by a Baseline tier`, () => {
  it("counts egress that is denied to every pod and every address", () => {
    assert.deepEqual(judge(shop(baseline())), []);
    assert.deepEqual(judge(shop()), [`${NAME} shop`]);
    const ours = { matchLabels: { "palisade.dev/owner": "team-shop" } };
    assert.deepEqual(judge(shop(baseline({ subject: { namespaces: ours } }))), []);
  });

  it("reads the BaselineAdminNetworkPolicy", () => {
    const old = (egress: readonly object[]): TestResource => ({
      type: "kubernetes:policy.networking.k8s.io/v1alpha1:BaselineAdminNetworkPolicy",
      name: "baseline",
      props: { metadata: { name: "default" }, spec: { subject: { namespaces: {} }, egress } },
    });
    assert.deepEqual(judge(shop(old([DENY]))), []);
    assert.deepEqual(judge(shop(old([{ ...DENY, action: "Allow" }]))), [`${NAME} shop`]);
  });

  for (const [claim, spec] of Object.entries({
    "of the Admin tier": { tier: "Admin" },
    "about other namespaces": {
      subject: { namespaces: { matchLabels: { "kubernetes.io/metadata.name": "bank" } } },
    },
    "about some pods only": {
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } } },
    },
    "that denies no addresses": { egress: [{ action: "Deny", to: [{ namespaces: {} }] }] },
    "that denies no IPv6": {
      egress: [{ action: "Deny", to: [{ namespaces: {} }, { networks: ["0.0.0.0/0"] }] }],
    },
    "that denies some ports": {
      egress: [{ ...DENY, protocols: [{ tcp: { destinationPort: { number: 80 } } }] }],
    },
    "that accepts first": { egress: [{ action: "Accept", to: [{ networks: ["10.0.0.0/8"] }] }, DENY] },
    "that has no egress rules": { egress: [] },
  })) {
    it(`doesn't count a policy ${claim}`, () => {
      assert.deepEqual(judge(shop(baseline(spec))), [`${NAME} shop`]);
    });
  }

  it("doesn't count one before which another of the tier accepts", () => {
    const opens = baseline({ priority: 5, egress: [{ action: "Accept", to: ALL }] }, "opens");
    assert.deepEqual(judge(shop(baseline(), opens)), [`${NAME} shop`]);
    const later = baseline({ priority: 50, egress: [{ action: "Accept", to: ALL }] }, "later");
    assert.deepEqual(judge(shop(baseline(), later)), []);
  });

  it("counts ingress by configuration only, and says why not otherwise", () => {
    const stack = [namespace(), baseline()];
    assert.deepEqual(judge(stack, { baselineIngress: true }), []);
    const [report, ...more] = reports(stack);
    assert.deepEqual(more, []);
    assert.match(report?.message ?? "", /doesn't deny ingress by default/);
    assert.match(
      report?.message ?? "",
      /ClusterNetworkPolicy baseline .* isn't it for ingress: a tier's ingress rules name pods only, so hosts outside the cluster come in/,
    );
  });

  it("asks where the stack doesn't show the namespace's labels", () => {
    const tenants = { namespaces: { matchLabels: { tenant: "a" } } };
    const workload = policy("web", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] });
    const verdict = judge([INGRESS, workload, baseline({ subject: tenants })]);
    assert.deepEqual(verdict, [`${NAME} ingress?`]);
  });
});
