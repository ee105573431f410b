import { strict as assert } from "node:assert";
import type { Cluster } from "../../compile";
import { keepsLabel } from "../../verify/ciliumLabels";
import { settingsChecks, type SettingsSnapshot } from "../../verify/settings";
import { devCluster } from "./lab";

const unseen: SettingsSnapshot = {
  ...{ nodes: undefined, daemonSets: undefined, nodeClasses: undefined },
  configMaps: new Map(),
};

const found = (cluster: Cluster, snapshot: Partial<SettingsSnapshot>, labels: readonly string[] = []) =>
  settingsChecks(cluster, { ...unseen, ...snapshot }, labels).map(({ subject, state, detail }) => [
    subject,
    state,
    detail,
  ]);
const states = (...given: Parameters<typeof found>) =>
  Object.fromEntries(found(...given).map(([subject = "", state = ""]) => [subject, state]));

describe("verify: the live settings that decide", () => {
  describe("of the VPC CNI", () => {
    let off: Cluster;
    let on: Cluster;
    before(async () => {
      off = (await devCluster("eks-dev")).cluster;
      assert.ok(off.aws);
      on = { ...off, aws: { ...off.aws, podSecurityGroups: "on", externalSnat: true } };
    });

    const awsNode = (env: object[]) => [
      {
        metadata: { name: "aws-node" },
        spec: { template: { spec: { containers: [{ name: "aws-node", env }] } } },
      },
    ];
    const right = [
      { name: "ENABLE_POD_ENI", value: "true" },
      { name: "POD_SECURITY_GROUP_ENFORCING_MODE", value: "standard" },
      { name: "AWS_VPC_K8S_CNI_EXTERNALSNAT", value: "true" },
      { name: "NETWORK_POLICY_ENFORCING_MODE", value: "standard" },
    ];

    it("as the config says: ok, each by its name", () => {
      assert.deepEqual(states(on, { daemonSets: awsNode(right) }), {
        "aws.networkPolicyEnforcingMode": "ok",
        "aws.externalSnat": "ok",
        "aws.podSecurityGroupEnforcingMode": "ok",
        "aws.podSecurityGroups": "ok",
      });
    });

    it("otherwise: wrong, with what is live and what the config is for", () => {
      const strict = right.map((each) => (each.value === "standard" ? { ...each, value: "strict" } : each));
      const checks = found(on, { daemonSets: awsNode(strict) });
      assert.deepEqual(
        checks.filter(([, state]) => state === "wrong"),
        [
          [
            "aws.networkPolicyEnforcingMode",
            "wrong",
            "aws-node has NETWORK_POLICY_ENFORCING_MODE=strict; the config is for standard. Correct the config, or set it on the VPC CNI.",
          ],
          [
            "aws.podSecurityGroupEnforcingMode",
            "wrong",
            "aws-node has POD_SECURITY_GROUP_ENFORCING_MODE=strict; the config is for standard. Correct the config, or set it on the VPC CNI.",
          ],
        ],
      );
    });

    it("what nobody sets has the VPC CNI's default", () => {
      assert.deepEqual(states(on, { daemonSets: awsNode([]) }), {
        "aws.networkPolicyEnforcingMode": "ok",
        "aws.externalSnat": "wrong",
        "aws.podSecurityGroupEnforcingMode": "wrong",
        "aws.podSecurityGroups": "wrong",
      });
      assert.match(
        found(on, { daemonSets: awsNode([]) })[3]?.[2] ?? "",
        /ENABLE_POD_ENI=false, its default;/,
      );
    });

    it("groups' settings are asked only where pods get groups", () => {
      assert.deepEqual(states(off, { daemonSets: awsNode([]) }), { "aws.networkPolicyEnforcingMode": "ok" });
    });

    it("what can't be read, or comes from elsewhere, is unknown; without aws-node the enforcement says so", () => {
      assert.deepEqual([...new Set(Object.values(states(on, {})))], ["unknown"]);
      const elsewhere = awsNode([{ name: "NETWORK_POLICY_ENFORCING_MODE", valueFrom: {} }]);
      assert.equal(states(off, { daemonSets: elsewhere })["aws.networkPolicyEnforcingMode"], "unknown");
      assert.deepEqual(found(on, { daemonSets: [] }), []);
    });

    it("EKS Auto Mode says by its NodeClasses how pods start", () => {
      const auto = [{ metadata: { name: "i-1", labels: { "eks.amazonaws.com/compute-type": "auto" } } }];
      const classes = (...all: object[]) => ({
        nodes: auto,
        daemonSets: [],
        nodeClasses: all.map((spec, i) => ({ metadata: { name: `class-${i}` }, spec })),
      });
      const subject = "aws.networkPolicyEnforcingMode";
      assert.deepEqual(states(off, classes({}, { networkPolicy: "DefaultAllow" })), { [subject]: "ok" });
      assert.deepEqual(found(off, classes({}, { networkPolicy: "DefaultDeny" })), [
        [
          subject,
          "wrong",
          "NodeClass class-1 has a networkPolicy other than DefaultAllow, which aws.networkPolicyEnforcingMode standard means. Correct the config, or the NodeClass.",
        ],
      ]);
      assert.deepEqual(states(off, { nodes: auto, daemonSets: [] }), { [subject]: "unknown" });
      // A node of another kind runs aws-node.
      const mixed = { nodes: [...auto, { metadata: { name: "i-2" } }], daemonSets: awsNode([]) };
      assert.deepEqual(states(off, mixed), { [subject]: "ok" });
    });
  });

  describe("of Cilium", () => {
    let cluster: Cluster;
    before(async () => {
      cluster = { ...(await devCluster("k3d-dev")).cluster, cni: "cilium" };
    });
    const config = (data: Record<string, string>) => ({ configMaps: new Map([["cilium-config", data]]) });
    const [cidr, sctp, labels] = ["policy-cidr-match-mode", "enable-sctp", "labels"].map(
      (key) => `cilium-config ${key}`,
    ) as [string, string, string];

    it("as it comes: ok", () => {
      assert.deepEqual(states(cluster, config({ "policy-cidr-match-mode": "" }), ["app", "component"]), {
        [cidr]: "ok",
        [sctp]: "ok",
        [labels]: "ok",
      });
    });

    it("blocks that match nodes or pods are named", () => {
      const [first] = found(cluster, config({ "policy-cidr-match-mode": "nodes pods" }));
      assert.ok(first);
      assert.equal(first[1], "wrong");
      assert.match(first[2] ?? "", /^blocks match nodes and pods too: /);
    });

    it("says what becomes of SCTP", () => {
      assert.match(found(cluster, config({}))[1]?.[2] ?? "", /SCTP from and to pods is dropped/);
      assert.match(found(cluster, config({ "enable-sctp": "true" }))[1]?.[2] ?? "", /SCTP is judged/);
    });

    it("labels that aren't part of an identity are named: policies that select by them select nobody", () => {
      const [, , third] = found(cluster, config({ labels: "k8s:app" }), [
        "app",
        "component",
        "app.kubernetes.io/name",
      ]);
      assert.deepEqual(third, [
        labels,
        "wrong",
        "component isn't part of an identity: policies that select by it select nobody. Add it to labels, and restart the agents.",
      ]);
      assert.equal(states(cluster, config({}), ["pod-template-hash"])[labels], "wrong");
    });

    it("a ConfigMap that can't be read is unknown", () => {
      assert.deepEqual(states(cluster, {}), { [cidr]: "unknown", [sctp]: "unknown", [labels]: "unknown" });
    });
  });

  it("other profiles have none", async () => {
    const { cluster } = await devCluster("k3d-dev");
    for (const cni of ["k3s", "calico", "azure"] as const)
      assert.deepEqual(found({ ...cluster, cni }, {}), []);
  });
});

describe("verify: which labels Cilium keeps, as its labelsfilter does", () => {
  const cases: readonly (readonly [setting: string, key: string, kept: boolean])[] = [
    ["", "app", true],
    ["", "pod-template-hash", false],
    ["", "app.kubernetes.io/name", true],
    ["", "kubernetes.io/metadata.name", false],
    ["", "topology.kubernetes.io/zone", false],
    ["k8s:app", "app", true],
    // A pattern from the key's beginning, not the whole key.
    ["k8s:app", "application", true],
    ["k8s:app", "component", false],
    ["k8s:app component", "component", true],
    ["container:app", "app", false],
    ["k8s:!app", "app", false],
    ["!app", "component", true],
    // The longer one decides.
    ["!foo foo.bar", "foo.bar", true],
    ["!foo foo.bar", "foo", false],
    ["k8s:app k8s:io.kubernetes.pod.namespace", "app.kubernetes.io/name", true],
    ["k8s:(", "app", false],
  ];
  for (const [setting, key, kept] of cases)
    it(`${key} with labels: "${setting}" is ${kept ? "kept" : "left out"}`, () => {
      assert.equal(keepsLabel(setting, key), kept);
    });
});
