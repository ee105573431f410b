import { strict as assert } from "node:assert";
import { block, policy, type Report, run, type TestResource, UNKNOWN, verdicts, workload } from "../helpers";
import { app, of, tcp, to } from "../shop";

describe("network-policy-cni-safe", () => {
  const NAME = "network-policy-cni-safe";
  /** What no rule could change is told without being held against a policy. */
  const isRemark = ({ level, undecided }: Report) => level === "advisory" && !undecided;
  const heldAgainst = (reports: readonly Report[]) => verdicts(reports.filter((report) => !isRemark(report)));
  const judge = (cni: readonly string[], egress: unknown) =>
    heldAgainst(
      run(
        [of("web", { egress })],
        { [NAME]: { cni }, settings: { clusterRanges: ["10.42.0.0/16"] } },
        { only: NAME },
      ),
    );
  const many = Array.from({ length: 25 }, (_, index) => 1000 + 2 * index);

  const CNIS = ["aws-vpc-cni", "calico", "cilium", "flannel", "k3s"] as const;
  const HASH = { podSelector: { matchLabels: { "pod-template-hash": "x" } } };

  for (const [claim, cnis, rule] of [
    ["an exception", ["aws-vpc-cni"], { to: [block("10.0.0.0/8", "10.1.0.0/16")] }],
    [
      "an exception in another block of its rule",
      ["aws-vpc-cni", "k3s"],
      { to: [block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.0.0/20")] },
    ],
    ["host bits", ["aws-vpc-cni"], { to: [block("10.20.0.1/24")] }],
    [
      "a port's name beside a block",
      ["aws-vpc-cni", "k3s"],
      { to: [block("10.20.0.0/24")], ports: tcp("pg") },
    ],
    ["a port's name to everybody", ["aws-vpc-cni", "k3s"], { ports: tcp("pg") }],
    ["25 ports", ["aws-vpc-cni"], { to: [app("db")], ports: tcp(...many) }],
    ["a block of pods", ["cilium"], { to: [block("10.42.1.0/24")] }],
    ["the Pod Identity agent", ["cilium"], { to: [block("169.254.170.23/32")] }],
    ["SCTP", ["cilium"], { to: [app("db")], ports: [{ protocol: "SCTP", port: 80 }] }],
    ["a label that a controller sets", ["cilium"], { to: [HASH] }],
    [
      "a namespace's label that Cilium leaves out",
      ["cilium"],
      { to: [{ namespaceSelector: { matchLabels: { "beta.kubernetes.io/zone": "x" } } }] },
    ],
    [
      "a namespace's label that Cilium keeps",
      [],
      { to: [{ namespaceSelector: { matchLabels: { "topology.kubernetes.io/zone": "x" } } }] },
    ],
    ["nothing but that there is one", [], { to: [app("db")] }],
  ] as const) {
    it(`reports ${claim} on ${[...cnis, "flannel"].join(", ")}, and nowhere else`, () => {
      const told = CNIS.filter((cni) => judge([cni], [rule]).length > 0);
      assert.deepEqual(told, [...cnis, "flannel"].sort());
      for (const cni of told) assert.deepEqual(judge([cni], [rule]), [`${NAME} web`]);
      assert.deepEqual(judge([], [rule]), []);
    });
  }

  const by = (cni: string, ...stack: TestResource[]) =>
    heldAgainst(run(stack, { [NAME]: { cni: [cni] } }, { only: NAME }));
  const telling = (...stack: TestResource[]) =>
    CNIS.filter((cni) => cni !== "flannel" && by(cni, ...stack).length > 0);

  it("reports rules in a direction that policyTypes leaves out on aws-vpc-cni and cilium, and nowhere else", () => {
    const web = policy("web", { ...app("web"), policyTypes: ["Ingress"], egress: [to("db", 5432)] });
    assert.deepEqual(telling(web), ["aws-vpc-cni", "cilium"]);
  });

  it("reports a label that Cilium doesn't see among whom a policy selects", () => {
    assert.deepEqual(telling(policy("web", { ...HASH, policyTypes: ["Ingress"] })), ["cilium"]);
  });

  it("sums the ports of one peer over rules, blocks around it and rules for everybody, on aws-vpc-cni", () => {
    const [some, rest] = [many.slice(0, 13), many.slice(13)];
    const split = (first: object, second: object) =>
      of("web", {
        egress: [
          { ...first, ports: tcp(...some) },
          { ...second, ports: tcp(...rest) },
        ],
      });
    const narrow = { to: [block("10.1.0.0/16")] };
    for (const second of [narrow, { to: [block("10.0.0.0/8")] }, {}])
      assert.deepEqual(telling(split(narrow, second)), ["aws-vpc-cni"], JSON.stringify(second));
    assert.deepEqual(telling(split({ to: [app("db")] }, { to: [app("db")] })), ["aws-vpc-cni"]);
    assert.deepEqual(telling(split(narrow, { to: [block("10.2.0.0/16")] })), []);
  });

  it("sums them over the policies that hold for the same pods", () => {
    const half = (name: string, ports: readonly number[], labels = app("web")) =>
      policy(name, { ...labels, policyTypes: ["Egress"], egress: [to("db", ...ports)] });
    const web = workload("apps/v1:Deployment");
    const [some, rest] = [many.slice(0, 13), many.slice(13)];
    assert.deepEqual(by("aws-vpc-cni", web, half("one", some), half("two", rest)), [`${NAME} one`]);
    assert.deepEqual(by("aws-vpc-cni", web, half("one", some), half("two", rest, app("other"))), []);
    assert.deepEqual(by("aws-vpc-cni", web, half("one", many), half("two", rest)), [`${NAME} one`]);
  });

  const pods = (name: string, ports: object[], more: object = {}) =>
    workload(
      "apps/v1:Deployment",
      { containers: [{ ports }], ...more },
      { name: `${name}-pods`, labels: { app: name, tier: "x" } },
    );
  const http = (containerPort: number, protocol = "TCP") => ({ name: "http", containerPort, protocol });
  const tier = policy("tier", {
    podSelector: { matchLabels: { tier: "x" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [app("web")], ports: tcp("http") }],
  });

  it("reports a port's name that selected pods have for several numbers, on aws-vpc-cni", () => {
    assert.deepEqual(telling(tier, pods("web", [http(80)]), pods("db", [http(81)])), ["aws-vpc-cni"]);
    assert.deepEqual(telling(tier, pods("web", [http(80)]), pods("db", [http(80)])), []);
  });

  it("reports a port's name that no pod has, on k3s, where every port is open then", () => {
    assert.deepEqual(telling(tier, pods("web", [])), ["k3s"]);
    assert.deepEqual(telling(tier), []);
  });

  it("reports a sidecar's port name on k3s and cilium, and one of two protocols on cilium", () => {
    const sidecar = { initContainers: [{ restartPolicy: "Always", ports: [http(80)] }] };
    assert.deepEqual(telling(tier, pods("web", [], sidecar)), ["cilium", "k3s"]);
    assert.deepEqual(telling(tier, pods("web", [http(80), http(80, "UDP")])), ["cilium"]);
  });

  it("reports rules of both directions that mean the policy's own pods, on k3s", () => {
    const chain = (ingress: object[], egress: object[]) =>
      policy("web", { ...app("web"), policyTypes: ["Ingress", "Egress"], ingress, egress });
    const own = { ports: tcp(80) };
    for (const peer of [app("web"), { podSelector: {} }, { namespaceSelector: {} }])
      assert.deepEqual(
        telling(chain([{ from: [peer], ...own }], [to("db", 5432)])),
        ["k3s"],
        JSON.stringify(peer),
      );
    assert.deepEqual(telling(chain([{ from: [app("web")], ...own }], [{ to: [app("web")], ...own }])), []);
    assert.deepEqual(telling(chain([{ from: [app("db")], ...own }], [to("db", 5432)])), []);
    assert.deepEqual(telling(chain([{ from: [app("web")], ...own }], [])), []);
    const nobody = {
      matchExpressions: [
        { key: "x", operator: "Exists" },
        { key: "x", operator: "DoesNotExist" },
      ],
    };
    const closed = [{ podSelector: nobody }];
    assert.deepEqual(
      telling(
        policy("isolation", {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: closed }],
          egress: [{ to: closed }],
        }),
      ),
      [],
    );
  });

  it("reports workloads whose pods share a rule set on a node, if policies tell them apart, on aws-vpc-cni", () => {
    const set = workload("apps/v1:StatefulSet", {}, { name: "web", labels: { app: "web" } });
    const job = workload("batch/v1:Job", {}, { name: "web", labels: { app: "web-job" } });
    const bare = workload("core/v1:Pod", {}, { name: "web-debug", labels: { app: "debug" } });
    const web = policy("only-web", { ...app("web"), policyTypes: ["Ingress"] });
    for (const other of [job, bare]) assert.deepEqual(telling(set, other, web), ["aws-vpc-cni"]);
    assert.deepEqual(telling(set, job, policy("all", { podSelector: {}, policyTypes: ["Ingress"] })), []);
    assert.deepEqual(telling(workload("apps/v1:Deployment", {}, { name: "web" }), job, web), []);
  });

  it("is silent on near misses", () => {
    assert.deepEqual(
      judge(["aws-vpc-cni"], [{ to: [app("db")], ports: tcp("pg") }, to("db", ...many.slice(1))]),
      [],
    );
    // The destination is the policy's own pods, whose number the name is.
    const named = { from: [block("10.20.0.0/24")], ports: tcp("http") };
    const web = policy("web", { ...app("web"), policyTypes: ["Ingress"], ingress: [named] });
    assert.deepEqual(verdicts(run([web], { [NAME]: { cni: ["aws-vpc-cni"] } }, { only: NAME })), []);
    assert.deepEqual(judge(["cilium"], [{ to: [block("10.0.0.0/8", "10.42.0.0/16")] }]), []);
  });

  it("names what isn't known, and reports what is", () => {
    assert.deepEqual(judge(["cilium"], UNKNOWN), [`${NAME} web?`]);
    assert.deepEqual(
      judge(["aws-vpc-cni"], [{ to: [{ ipBlock: UNKNOWN }, block("10.0.0.0/8", "10.1.0.0/16")] }]),
      [`${NAME} web`, `${NAME} web?`],
    );
  });
});
