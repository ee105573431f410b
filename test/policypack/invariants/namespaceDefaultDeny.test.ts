// Longer than most: the invariant with the most near misses.
import { strict as assert } from "node:assert";
import {
  defaultDeny,
  DNS,
  namespace,
  policy,
  run,
  type TestResource,
  UNKNOWN,
  verdicts,
  WEB,
} from "../helpers";

const NAME = "namespace-default-deny";
const own = (verdict: string) => verdict.startsWith(NAME);
const reportsOf = (resources: readonly TestResource[], config = {}, settings = {}) =>
  run(resources, { [NAME]: config, settings }).filter(({ policy: name }) => name === NAME);
const judge = (resources: readonly TestResource[], config = {}, settings = {}) =>
  verdicts(reportsOf(resources, config, settings)).filter(own);
const all = { podSelector: {} };
const workload = (type: string, namespaceName?: unknown, name = "web"): TestResource => ({
  type: `kubernetes:${type}`,
  name,
  props: { metadata: { name, namespace: namespaceName }, spec: {} },
});

describe(NAME, () => {
  for (const [claim, spec] of Object.entries({
    "only ingress is isolated": { ...all, policyTypes: ["Ingress"] },
    "only egress is isolated": { ...all, policyTypes: ["Egress"] },
    "policyTypes is left to the API server": { ...all, ingress: [], egress: [] },
    "some pods only are selected": {
      podSelector: { matchLabels: { a: "b" } },
      policyTypes: ["Ingress", "Egress"],
    },
    "pods are left out by expression": {
      podSelector: { matchExpressions: [{ key: "a", operator: "DoesNotExist" }] },
      policyTypes: ["Ingress", "Egress"],
    },
    "the policy for all pods has a rule": { ...all, policyTypes: ["Ingress", "Egress"], egress: [DNS] },
    "the policy allows everything": {
      ...all,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    },
  })) {
    it(`reports a namespace where ${claim}`, () => {
      assert.deepEqual(judge([namespace(), policy("isolation", spec)]), [`${NAME} shop`]);
    });
  }

  it("reports a namespace without any policy, and in another namespace than the policy", () => {
    assert.deepEqual(judge([namespace()]), [`${NAME} shop`]);
    assert.deepEqual(judge([namespace(), namespace("other"), defaultDeny("other")]), [`${NAME} shop`]);
  });

  it("names a CNI's own policies that may deny it, there or in no namespace, and stays a violation", () => {
    const cni = (type: string, name: string, home?: string): TestResource => ({
      type: `kubernetes:${type}`,
      name,
      props: { metadata: { name, namespace: home }, spec: { endpointSelector: {} } },
    });
    const [report, ...more] = reportsOf([
      namespace(),
      cni("cilium.io/v2:CiliumNetworkPolicy", "deny", "shop"),
      cni("cilium.io/v2:CiliumNetworkPolicy", "elsewhere", "other"),
      cni("crd.projectcalico.org/v1:GlobalNetworkPolicy", "all"),
      cni("cilium.io/v2:CiliumNode", "node"),
    ]);
    assert.deepEqual(more, []);
    assert.equal(report?.undecided, false);
    assert.match(
      report.message,
      /; CiliumNetworkPolicy deny and GlobalNetworkPolicy all may deny it, but no policy judges that kind\./,
    );
    assert.match(report.message, /; where those policies deny it, name shop in this policy's `exempt`\.$/);
  });

  it("says both directions in one violation, and which policy only looks like it", () => {
    const [report, ...more] = reportsOf([namespace(), policy("near", { ...all, ingress: [], egress: [] })]);
    assert.deepEqual(more, []);
    assert.match(report?.message ?? "", /^Namespace shop \(resource "shop"\) doesn't deny egress by default/);
    assert.match(
      report?.message ?? "",
      /NetworkPolicy shop\/near \(resource "near"\) isn't it: it has no policyTypes/,
    );
    assert.match(reportsOf([namespace()])[0]?.message ?? "", /doesn't deny ingress and egress by default/);
  });

  it("is silent on one policy for both directions, and on one for each", () => {
    assert.deepEqual(judge([namespace(), defaultDeny()]), []);
    const each = [
      policy("in", { ...all, policyTypes: ["Ingress"], ingress: [] }),
      policy("out", { podSelector: { matchLabels: {} }, policyTypes: ["Egress"], egress: null }),
    ];
    assert.deepEqual(judge([namespace(), ...each]), []);
  });

  const expression = (operator: string, key = "nobody", values?: readonly string[]) => ({
    ...{ key, operator },
    ...(values === undefined ? {} : { values }),
  });
  const matching = (...matchExpressions: object[]) => ({ podSelector: { matchExpressions } });
  const nobody = matching(expression("Exists"), expression("DoesNotExist"));
  const isolation = (...peers: object[]) =>
    policy("isolation", {
      ...all,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: peers }],
      egress: [{ to: peers }],
    });

  for (const [claim, peer] of Object.entries({
    "whose label has to be there and has to be absent": nobody,
    "whose label has to have a value and has to be absent": matching(
      expression("In", "a", ["b"]),
      expression("DoesNotExist", "a"),
    ),
    "whose namespace can't be": {
      namespaceSelector: { matchLabels: { a: "b" }, matchExpressions: [expression("DoesNotExist", "a")] },
      podSelector: {},
    },
    "that asks for more, unknown yet": matching(expression("Exists"), expression("DoesNotExist"), {
      key: UNKNOWN,
      operator: "Exists",
    }),
  })) {
    it(`is silent on rules for a peer ${claim}: nobody can be it`, () => {
      assert.deepEqual(judge([namespace(), isolation(peer)]), []);
    });
  }

  it("is silent on such rules without policyTypes: the API server isolates the directions that have rules", () => {
    const both = { ...all, ingress: [{ from: [nobody] }], egress: [{ to: [nobody] }] };
    assert.deepEqual(judge([namespace(), policy("isolation", both)]), []);
  });

  for (const [claim, peers] of Object.entries({
    "no peer": [],
    "a peer whose labels differ": [matching(expression("Exists", "a"), expression("DoesNotExist", "b"))],
    "a peer whose label must only be absent": [matching(expression("DoesNotExist"))],
    "a peer whose label must only be there, which whoever makes pods can do": [
      matching(expression("Exists")),
    ],
    "a peer whose label must be there with another value": [
      matching(expression("Exists"), expression("NotIn", "nobody", ["a"])),
    ],
    "another peer beside nobody": [nobody, { podSelector: {} }],
    "addresses beside nobody": [nobody, { ipBlock: { cidr: "10.0.0.0/8" } }],
  })) {
    it(`reports a namespace where the policy for all pods has rules with ${claim}`, () => {
      assert.deepEqual(judge([namespace(), isolation(...peers)]), [`${NAME} shop`]);
    });
  }

  it("reports a rule appended to one for nobody", () => {
    const spec = { ...all, policyTypes: ["Ingress", "Egress"], ingress: [{ from: [nobody] }, {}] };
    assert.deepEqual(judge([namespace(), policy("isolation", spec)]), [`${NAME} shop`]);
  });

  for (const type of [
    "apps/v1:Deployment",
    "apps/v1:StatefulSet",
    "apps/v1:DaemonSet",
    "apps/v1:ReplicaSet",
    "core/v1:Pod",
    "core/v1:ReplicationController",
    "batch/v1:Job",
    "batch/v1beta1:CronJob",
    "apps/v1:DeploymentPatch",
  ]) {
    it(`asks for it where the stack puts a ${type}, though it doesn't declare the namespace`, () => {
      assert.deepEqual(judge([workload(type, "elsewhere")]), [`${NAME} web`]);
      assert.deepEqual(judge([workload(type, "elsewhere"), defaultDeny("elsewhere")]), []);
    });
  }

  it("asks for it where the stack puts a NetworkPolicy or a Helm release, and in `default`", () => {
    assert.deepEqual(judge([policy("web", WEB, "elsewhere")]), [`${NAME} web`]);
    const release = {
      type: "kubernetes:helm.sh/v3:Release",
      name: "chart",
      props: { namespace: "redis", chart: "redis" },
    };
    assert.deepEqual(judge([release]), [`${NAME} chart`]);
    assert.deepEqual(judge([workload("core/v1:Pod"), defaultDeny("default")]), []);
    assert.deepEqual(judge([workload("core/v1:Pod"), defaultDeny("shop")]), [`${NAME} web`]);
  });

  it("asks for it in a namespace that a patch adopts, and doesn't take a patch for a policy", () => {
    const patch = { ...namespace(), type: "kubernetes:core/v1:NamespacePatch" };
    assert.deepEqual(judge([patch]), [`${NAME} shop`]);
    const part = { ...defaultDeny(), type: "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch" };
    assert.deepEqual(judge([namespace(), part]), [`${NAME} shop?`]);
  });

  describe("NetworkPolicyPatch", () => {
    const patch = (spec: unknown, { name = "isolation", where = "shop" } = {}) => ({
      type: "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch",
      name: "patch",
      props: { metadata: { name, namespace: where }, spec },
    });
    const stack = (...patches: TestResource[]) => [namespace(), defaultDeny(), ...patches];
    const peer = { from: [{ podSelector: {} }] };

    for (const [claim, spec] of Object.entries({
      "selects some pods only": { podSelector: { matchLabels: { none: "x" } } },
      "lets pods in": { ingress: [peer] },
      "lets pods out": { egress: [{ to: [{ podSelector: {} }] }] },
      "leaves a direction out": { policyTypes: ["Ingress"] },
      "leaves the types to the API server": { policyTypes: [] },
    })) {
      it(`reports a default deny whose patch ${claim}`, () => {
        const [report, ...more] = reportsOf(stack(patch(spec)));
        assert.deepEqual([report?.undecided, more], [false, []]);
        assert.match(
          report?.message ?? "",
          /isolation"\) isn't it: NetworkPolicy shop\/isolation \(NetworkPolicyPatch resource "patch"\) changes it/,
        );
      });
    }

    for (const [claim, spec] of Object.entries({
      "changes labels only": undefined,
      "keeps it a default deny": { podSelector: {}, policyTypes: ["Egress", "Ingress"], ingress: [] },
    })) {
      it(`is silent on a patch that ${claim}`, () => assert.deepEqual(judge(stack(patch(spec))), []));
    }

    it("is silent on a patch of another policy, namespace or cluster", () => {
      const spec = { ingress: [peer] };
      const elsewhere = { provider: { name: "other", props: { kubeconfig: "other" } } };
      assert.deepEqual(judge(stack(patch(spec, { name: "web" }))), []);
      assert.deepEqual(judge([...stack(patch(spec, { where: "b" })), defaultDeny("b", "b")]), []);
      assert.deepEqual(judge([...stack(), { ...patch(spec), ...elsewhere }]), [`${NAME} patch`]);
    });

    it("names what isn't known of a patch: its target or what it writes", () => {
      const spec = { ingress: [peer] };
      const [report, ...more] = reportsOf(stack(patch(spec, { name: UNKNOWN })));
      assert.deepEqual([report?.undecided, more], [true, []]);
      assert.match(report?.message ?? "", /\(NetworkPolicyPatch resource "patch"\) metadata\.name \(not yet/);
      const unknown = [`${NAME} shop?`];
      assert.deepEqual(judge(stack(patch(UNKNOWN))), unknown);
      assert.deepEqual(judge(stack(patch({ podSelector: UNKNOWN }))), unknown);
      assert.deepEqual(judge(stack(patch({ ingress: UNKNOWN }))), unknown);
      assert.deepEqual(judge(stack(patch({ policyTypes: UNKNOWN }))), unknown);
      assert.deepEqual(judge(stack(patch(spec, { where: UNKNOWN }))), [`${NAME} patch?`, ...unknown]);
    });

    it("follows an unknown name to the policy that it was made from", () => {
      const widening = patch({ ingress: [peer] }, { name: UNKNOWN });
      const from = (source: string) => ({ ...widening, madeFrom: { metadata: [source] } });
      const both = [namespace(), defaultDeny(), policy("web", WEB)];
      assert.deepEqual(judge([...both, from("web")]), []);
      assert.deepEqual(judge([...both, from("isolation")]), [`${NAME} shop?`]);
    });

    it("lets a second, unpatched default deny stand", () => {
      assert.deepEqual(judge(stack(patch({ ingress: [peer] }), defaultDeny("shop", "second"))), []);
    });
  });

  it("exempts Kubernetes' own namespaces by default and what config names, but nothing by label or annotation", () => {
    for (const name of ["kube-system", "kube-public", "kube-node-lease"]) {
      assert.deepEqual(judge([namespace(name)]), []);
    }
    assert.deepEqual(judge([namespace("kube-evil")]), [`${NAME} kube-evil`]);
    assert.deepEqual(judge([namespace("istio-system")], { exempt: ["istio-system"] }), []);
    const marked = namespace("shop", { "palisade.dev/stage": "observe", "palisade.dev/exempt": "true" });
    assert.deepEqual(judge([marked]), [`${NAME} shop`]);
  });

  it("lets an observed namespace wait until its day, which ends in UTC", () => {
    const observe = (until: string) => ({
      observe: [{ namespace: "shop", until, reason: "adoption", owner: "team-shop" }],
    });
    assert.deepEqual(judge([namespace()], {}, observe("2026-11-22")), []);
    const [report] = reportsOf([namespace()], {}, observe("2026-11-21"));
    assert.match(report?.message ?? "", /let it wait until 2026-11-21 \(adoption, team-shop\)/);
    assert.deepEqual(judge([namespace("other")], {}, observe("2026-11-22")), [`${NAME} other`]);
    const [entry] = observe("2026-11-22").observe;
    const workload = { observe: [{ ...entry, labels: { app: "web" } }] };
    assert.deepEqual(judge([namespace()], {}, workload), [`${NAME} shop`]);
  });

  it("keeps clusters apart by their providers' connection, not by their names", () => {
    const on = (name: string, props: object, resource: TestResource) => ({
      ...resource,
      provider: { name, props },
    });
    const a = { kubeconfig: "a" };
    assert.deepEqual(judge([on("one", a, namespace()), on("two", a, defaultDeny())]), []);
    assert.deepEqual(judge([on("one", a, namespace()), on("two", { kubeconfig: "b" }, defaultDeny())]), [
      `${NAME} shop`,
    ]);
    const unknown = { kubeconfig: UNKNOWN };
    assert.deepEqual(judge([on("one", unknown, namespace()), on("one", unknown, defaultDeny())]), []);
    assert.deepEqual(judge([on("one", unknown, namespace()), on("two", unknown, defaultDeny())]), [
      `${NAME} shop`,
    ]);
  });

  it("takes a provider's namespace for what names none", () => {
    const on = (resource: TestResource) => ({
      ...resource,
      provider: { name: "p", props: { namespace: "shop" } },
    });
    assert.deepEqual(judge([on(workload("core/v1:Pod")), on(defaultDeny("shop"))]), []);
  });

  it("names what isn't known yet, by policy and field", () => {
    const part = policy("isolation", { podSelector: UNKNOWN, policyTypes: ["Ingress", "Egress"] });
    const [report, ...more] = reportsOf([namespace(), part]);
    assert.deepEqual([report?.undecided, more], [true, []]);
    assert.match(
      report?.message ?? "",
      /whether the namespace denies ingress and egress by default\. It depends on NetworkPolicy shop\/isolation \(resource "isolation"\) spec\.podSelector \(not yet known\)\.$/,
    );
  });

  it("follows an unknown namespace to the resource that it was made from", () => {
    const unnamed = (name: string) => ({ ...namespace(name), props: { metadata: { labels: {} } } });
    const from = (source: string, resource: TestResource) => ({
      ...resource,
      madeFrom: { metadata: [source] },
    });
    assert.deepEqual(judge([unnamed("a"), from("a", defaultDeny(UNKNOWN))]), [`${NAME} a?`]);
    assert.deepEqual(judge([unnamed("a"), unnamed("b"), from("a", defaultDeny(UNKNOWN))]), [
      `${NAME} a?`,
      `${NAME} b`,
    ]);
    assert.deepEqual(judge([unnamed("a")]), [`${NAME} a`]);
  });

  it("counts: one policy whose namespace isn't known can't be the default deny of two namespaces", () => {
    const stack = [namespace("a"), namespace("b"), defaultDeny(UNKNOWN)];
    const reports = reportsOf(stack);
    assert.deepEqual(verdicts(reports), [`${NAME} a`, `${NAME} a?`, `${NAME} b?`, `${NAME} isolation?`]);
    assert.match(
      reports.find(({ undecided }) => !undecided)?.message ?? "",
      /\(a, b\) of which at least 1 can't deny/,
    );
    assert.deepEqual(judge([...stack, defaultDeny(UNKNOWN, "second")]), [
      `${NAME} a?`,
      `${NAME} b?`,
      `${NAME} isolation?`,
      `${NAME} second?`,
    ]);
  });

  it("asks where a workload goes whose namespace isn't known", () => {
    assert.deepEqual(judge([workload("core/v1:Pod", UNKNOWN)]), [`${NAME} web?`]);
  });
});
