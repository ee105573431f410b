// Longer than most: each live setting, a test for each way that it may be.
import { strict as assert } from "node:assert";
import type { Cluster } from "../../compile";
import type { PolicyUses } from "../../compile/networkPolicy";
import { settingsChecks, type SettingsSnapshot } from "../../verify/settings";
import { devCluster } from "./lab";

const unseen: SettingsSnapshot = {
  ...{ nodes: undefined, daemonSets: undefined, nodeClasses: undefined },
  configMaps: new Map(),
};

const found = (cluster: Cluster, snapshot: Partial<SettingsSnapshot>, uses: Partial<PolicyUses> = {}) =>
  settingsChecks(cluster, { ...unseen, ...snapshot }, { labels: [], sctp: false, ...uses }).map(
    ({ subject, state, detail }) => [subject, state, detail],
  );
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

    const awsNode = (env: object[], agent: readonly string[] = []) => [
      {
        metadata: { name: "aws-node" },
        spec: {
          template: {
            spec: {
              containers: [
                { name: "aws-node", env },
                { name: "aws-eks-nodeagent", args: agent },
              ],
            },
          },
        },
      },
    ];
    /** On a cluster of IPv4, with nothing set about families. */
    const oneFamily = { "the agent's IP family": "ok", "egress by IPv6": "ok" };
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
        ...oneFamily,
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
        ...oneFamily,
      });
      assert.match(
        found(on, { daemonSets: awsNode([]) })[3]?.[2] ?? "",
        /ENABLE_POD_ENI=false, its default;/,
      );
    });

    it("groups' settings are asked only where pods get groups", () => {
      assert.deepEqual(states(off, { daemonSets: awsNode([]) }), {
        "aws.networkPolicyEnforcingMode": "ok",
        ...oneFamily,
      });
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
      assert.deepEqual(states(off, mixed), { [subject]: "ok", ...oneFamily });
    });

    describe("in a cluster of IPv6", () => {
      let six: Cluster;
      before(() => {
        six = { ...off, podCidrs: ["2600:1f13:abc:de00::/56"] };
      });
      const blind = { name: "ENABLE_V4_EGRESS", value: "false" };
      const filters = "--enable-ipv6=true";

      it("an agent for IPv6, and no egress by IPv4: ok", () => {
        assert.deepEqual(states(six, { daemonSets: awsNode([blind], [filters]) }), {
          "aws.networkPolicyEnforcingMode": "ok",
          "the agent's IP family": "ok",
          "egress by IPv4": "ok",
        });
      });

      it("as it comes: the agent filters nothing of theirs, and what they send by IPv4 passes", () => {
        assert.deepEqual(
          found(six, { daemonSets: awsNode([]) }).filter(([, state]) => state === "wrong"),
          [
            [
              "the agent's IP family",
              "wrong",
              "DaemonSet aws-node runs its agent without --enable-ipv6=true, so it filters IPv4, and podCidrs are IPv6: nothing filters what these pods exchange. Correct podCidrs, or the add-on.",
            ],
            [
              "egress by IPv4",
              "wrong",
              "aws-node has ENABLE_V4_EGRESS=true, its default: what pods send by IPv4 passes whatever policies say. Set it to false, and replace the nodes.",
            ],
          ],
        );
      });

      it("what can't be read is unknown", () => {
        assert.deepEqual([...new Set(Object.values(states(six, {})))], ["unknown"]);
      });

      it("in a cluster of IPv4 likewise, the other way round", () => {
        const open = [{ name: "ENABLE_V6_EGRESS", value: "true" }];
        const seen = states(off, { daemonSets: awsNode(open, [filters]) });
        assert.deepEqual(seen, {
          "aws.networkPolicyEnforcingMode": "ok",
          "the agent's IP family": "wrong",
          "egress by IPv6": "wrong",
        });
      });

      it("EKS Auto Mode says by its NodeClasses whether they send by IPv4", () => {
        const nodes = [{ metadata: { name: "i-1", labels: { "eks.amazonaws.com/compute-type": "auto" } } }];
        const classes = (...all: object[]) => ({
          nodes,
          nodeClasses: all.map((spec, i) => ({ metadata: { name: `class-${i}` }, spec })),
        });
        const closed = { advancedNetworking: { enableV4Egress: false } };
        assert.equal(states(six, classes(closed))["egress by IPv4"], "ok");
        assert.deepEqual(found(six, classes(closed, {}))[1], [
          "egress by IPv4",
          "wrong",
          "NodeClass class-1 doesn't have advancedNetworking.enableV4Egress: false: what pods send by IPv4 passes whatever policies say. Set it, and replace the nodes.",
        ]);
        assert.equal(states(six, { nodes })["egress by IPv4"], "unknown");
      });
    });
  });

  describe("of Cilium", () => {
    let cluster: Cluster;
    before(async () => {
      cluster = { ...(await devCluster("k3d-dev")).cluster, cni: "cilium" };
    });
    const config = (data: Record<string, string>) => ({ configMaps: new Map([["cilium-config", data]]) });
    const [cidr, sctp, labels, local, nodes] = [
      ...["policy-cidr-match-mode", "enable-sctp", "labels"],
      ...["policy-default-local-cluster", "enable-node-selector-labels"],
    ].map((key) => `cilium-config ${key}`) as [string, string, string, string, string];

    it("as it comes: ok", () => {
      assert.deepEqual(
        states(cluster, config({ "policy-cidr-match-mode": "" }), { labels: ["app", "component"] }),
        {
          [cidr]: "ok",
          [sctp]: "ok",
          [labels]: "ok",
          [local]: "ok",
          [nodes]: "ok",
        },
      );
    });

    it("says whether selectors match other clusters' pods, and nodes", () => {
      const said = (data: Record<string, string>) =>
        found(cluster, config(data))
          .slice(3)
          .map(([, ...rest]) => rest.join(": "));
      const everybody =
        "selectors match pods of every cluster of a mesh, and a namespaceSelector that only leaves out (NotIn, DoesNotExist) matches nodes and addresses outside too. Set it to true, and restart the agents.";
      const noNodes = "ok: no selector matches nodes";
      assert.deepEqual(said({ "policy-default-local-cluster": "true", "cluster-id": "3" }), [
        "ok: selectors match pods of this cluster only",
        noNodes,
      ]);
      assert.deepEqual(said({ "policy-default-local-cluster": "false" }), [`wrong: ${everybody}`, noNodes]);
      assert.deepEqual(said({ "cluster-id": "0", "enable-node-selector-labels": "true" }), [
        "ok: selectors match pods of this cluster only: it is part of no mesh",
        "ok: nodes have labels, so a namespaceSelector that only leaves out (NotIn, DoesNotExist) matches nodes too; plans have none",
      ]);
      assert.deepEqual(said({ "cluster-id": "3" }), [
        `unknown: it isn't set, which before Cilium 1.19 means that ${everybody}`,
        noNodes,
      ]);
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

    it("SCTP that policies admit and Cilium drops is wrong", () => {
      assert.deepEqual(found(cluster, config({ "enable-sctp": "false" }), { sctp: true })[1], [
        sctp,
        "wrong",
        'SCTP from and to pods is dropped, whatever policies say, and policies admit some. Set enable-sctp: "true", and restart the agents.',
      ]);
      assert.equal(states(cluster, config({ "enable-sctp": "true" }), { sctp: true })[sctp], "ok");
    });

    it("labels that aren't part of an identity are named: policies that select by them select nobody", () => {
      const used = { labels: ["app", "component", "app.kubernetes.io/name"] };
      const [, , third] = found(cluster, config({ labels: "k8s:app" }), used);
      assert.deepEqual(third, [
        labels,
        "wrong",
        "component isn't part of an identity: policies that select by it select nobody. Add it to labels, and restart the agents.",
      ]);
      assert.equal(states(cluster, config({}), { labels: ["pod-template-hash"] })[labels], "wrong");
    });

    it("a ConfigMap that can't be read is unknown", () => {
      assert.deepEqual(states(cluster, {}), {
        ...{ [cidr]: "unknown", [sctp]: "unknown", [labels]: "unknown" },
        ...{ [local]: "unknown", [nodes]: "unknown" },
      });
    });
  });

  it("other profiles have none", async () => {
    const { cluster } = await devCluster("k3d-dev");
    for (const cni of ["k3s", "calico", "azure"] as const)
      assert.deepEqual(found({ ...cluster, cni }, {}), []);
  });
});
