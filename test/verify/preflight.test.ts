// Longer than most: each check before probing, a test for each way that a cluster may be.
import { strict as assert } from "node:assert";
import { enforcementCheck } from "../../verify/enforcementCheck";
import { apiServers, preflight } from "../../verify/preflight";
import type { Snapshot } from "../../verify/snapshot";
import { devCluster, pod, surroundings } from "./lab";

const empty = {
  nodes: undefined,
  daemonSets: undefined,
  configMaps: new Map<string, Record<string, string>>(),
  nodeClasses: undefined,
};
const daemonSet = (name: string, containers: object[] = []) => ({
  metadata: { name },
  spec: { template: { spec: { containers } } },
});
const node = (kubeletVersion: string, args = "[]") => ({
  metadata: { name: "n1", annotations: { "k3s.io/node-args": args } },
  status: { nodeInfo: { kubeletVersion } },
});
const autoNode = { metadata: { name: "i-1", labels: { "eks.amazonaws.com/compute-type": "auto" } } };
const agent = (...args: string[]) => [{ name: "aws-node" }, { name: "aws-eks-nodeagent", args }];

const ciliumWith = (config: Readonly<Record<string, string>>) => ({
  ...empty,
  daemonSets: [daemonSet("cilium")],
  configMaps: new Map([["cilium-config", config]]),
});

describe("verify: preflight", () => {
  const cases: [string, Parameters<typeof enforcementCheck>, "ok" | "wrong" | "unknown", RegExp][] = [
    ["k3s as it comes", ["k3s", { ...empty, nodes: [node("v1.34.1+k3s1")] }], "ok", /1 nodes run k3s/],
    [
      "k3s with its policy controller off",
      ["k3s", { ...empty, nodes: [node("v1.34.1+k3s1", '["server","--disable-network-policy"]')] }],
      "wrong",
      /--disable-network-policy: nothing enforces/,
    ],
    [
      "k3s on nodes that aren't",
      ["k3s", { ...empty, nodes: [node("v1.34.1")] }],
      "unknown",
      /only a blocked probe proves it/,
    ],
    ["nodes that may not be read", ["k3s", empty], "unknown", /can't be read/],
    [
      "the VPC CNI as it comes",
      [
        "aws-vpc-cni",
        { ...empty, daemonSets: [daemonSet("aws-node", agent("--enable-network-policy=false"))] },
      ],
      "wrong",
      /enableNetworkPolicy: "true"/,
    ],
    [
      "the VPC CNI, switched on",
      [
        "aws-vpc-cni",
        { ...empty, daemonSets: [daemonSet("aws-node", agent("--enable-network-policy=true"))] },
      ],
      "ok",
      /runs with/,
    ],
    [
      "the VPC CNI, its controller off",
      [
        "aws-vpc-cni",
        {
          ...empty,
          daemonSets: [daemonSet("aws-node", agent("--enable-network-policy=true"))],
          configMaps: new Map([["amazon-vpc-cni", { "enable-network-policy-controller": "false" }]]),
        },
      ],
      "wrong",
      /enable-network-policy-controller/,
    ],
    [
      "an old VPC CNI",
      ["aws-vpc-cni", { ...empty, daemonSets: [daemonSet("aws-node", [{ name: "aws-node" }])] }],
      "wrong",
      /before VPC CNI 1\.14/,
    ],
    [
      "EKS Auto Mode as it comes",
      [
        "aws-vpc-cni",
        { ...empty, nodes: [autoNode], daemonSets: [], configMaps: new Map([["amazon-vpc-cni", {}]]) },
      ],
      "wrong",
      /until ConfigMap amazon-vpc-cni in kube-system has enable-network-policy-controller: "true"/,
    ],
    [
      "EKS Auto Mode, switched on",
      [
        "aws-vpc-cni",
        {
          ...empty,
          nodes: [autoNode],
          daemonSets: [],
          configMaps: new Map([["amazon-vpc-cni", { "enable-network-policy-controller": "true" }]]),
        },
      ],
      "ok",
      /EKS Auto Mode/,
    ],
    [
      "EKS Auto Mode whose ConfigMap isn't seen",
      ["aws-vpc-cni", { ...empty, nodes: [autoNode], daemonSets: [] }],
      "unknown",
      /isn't there or can't be read/,
    ],
    ["no VPC CNI", ["aws-vpc-cni", { ...empty, daemonSets: [] }], "wrong", /no DaemonSet aws-node/],
    ["Calico", ["calico", { ...empty, daemonSets: [daemonSet("calico-node")] }], "ok", /calico-node/],
    [
      "no Calico",
      ["calico", { ...empty, daemonSets: [daemonSet("flannel")] }],
      "wrong",
      /no DaemonSet calico-node/,
    ],
    ["Cilium", ["cilium", ciliumWith({})], "ok", /cilium/],
    [
      "Cilium whose settings can't be read",
      ["cilium", { ...empty, daemonSets: [daemonSet("cilium")] }],
      "unknown",
      /only a blocked probe proves it/,
    ],
    ["no Cilium", ["cilium", { ...ciliumWith({}), daemonSets: [] }], "wrong", /no DaemonSet cilium/],
    [
      "Cilium that only watches",
      ["cilium", ciliumWith({ "policy-audit-mode": "true" })],
      "wrong",
      /policy-audit-mode: true/,
    ],
    [
      "Cilium that reads no NetworkPolicies",
      ["cilium", ciliumWith({ "enable-k8s-networkpolicy": "False" })],
      "wrong",
      /enable-k8s-networkpolicy: False/,
    ],
    [
      "Cilium as it says by itself what it does by default",
      [
        "cilium",
        ciliumWith({
          ...{ "enable-policy": "default", "policy-audit-mode": "false", "enable-k8s-networkpolicy": "true" },
        }),
      ],
      "ok",
      /cilium/,
    ],
    [
      "Cilium that never enforces",
      ["cilium", ciliumWith({ "enable-policy": "never" })],
      "wrong",
      /enable-policy: never/,
    ],
  ];
  for (const [title, given, state, detail] of cases) {
    it(`enforcement: ${title} is ${state}`, () => {
      const check = enforcementCheck(...given);
      assert.equal(check.state, state);
      assert.match(check.detail, detail);
    });
  }

  const slice = (host: string, port: number) => ({ endpoints: [{ addresses: [host] }], ports: [{ port }] });

  async function states(
    change: (snapshot: Snapshot) => Partial<Snapshot>,
    cluster = "k3d-dev",
  ): Promise<Record<string, string>> {
    const given = await devCluster(cluster);
    const { pods } = surroundings(given, []);
    const good: Snapshot = {
      ...empty,
      pods,
      namespaces: [...new Set(pods.map(({ namespace }) => namespace))],
      endpointSlices: [slice("172.18.0.2", 6443)],
      serviceAddresses: new Map([
        ["default/kubernetes", "10.43.0.1"],
        ["kube-system/kube-dns", "10.43.0.10"],
      ]),
      securityGroupPolicies: false,
    };
    const checks = preflight(given.cluster, { ...good, ...change(good) }, { labels: [], sctp: false });
    return Object.fromEntries(
      checks.flatMap(({ subject, state }) => (state === "ok" ? [] : [[subject, state]])),
    );
  }

  const enforced = "NetworkPolicy is enforced";

  it("finds nothing where the cluster is as the config says", async () => {
    assert.deepEqual(await states(() => ({})), { [enforced]: "unknown" });
  });

  it("names each thing that the config says otherwise", async () => {
    assert.deepEqual(await states(() => ({ endpointSlices: [slice("172.18.0.9", 6443)] })), {
      [enforced]: "unknown",
      "apiServer.endpoints": "wrong",
    });
    assert.deepEqual(await states(() => ({ endpointSlices: [slice("172.18.0.2", 443)] })), {
      [enforced]: "unknown",
      "apiServer.endpoints": "wrong",
    });
    const traefik = await states(({ pods }) => ({ pods: pods.filter(({ name }) => name !== "ingress") }));
    assert.deepEqual(traefik, { [enforced]: "unknown", "platform.ingress": "wrong" });
    const monitoring = await states(({ namespaces }) => ({
      namespaces: namespaces.filter((name) => name !== "monitoring"),
    }));
    assert.deepEqual(monitoring, { [enforced]: "unknown", "platform.monitoring": "wrong" });
    const dns = await states(() => ({ serviceAddresses: new Map([["kube-system/kube-dns", "10.43.0.53"]]) }));
    assert.deepEqual(dns, {
      [enforced]: "unknown",
      "apiServer.serviceAddresses": "unknown",
      "dns.serviceAddresses": "wrong",
    });
    const elsewhere = await states(({ pods }) => ({
      pods: [...pods, { ...pod("x", "far", {}), addresses: ["10.99.0.1"] }],
    }));
    assert.deepEqual(elsewhere, { [enforced]: "unknown", podCidrs: "wrong" });
  });

  it("needs the SecurityGroupPolicy kind only where pods get groups", async () => {
    const given = await devCluster("eks-dev");
    const aws = given.cluster.aws;
    assert.ok(aws);
    const snapshot = {
      ...empty,
      pods: [],
      namespaces: [],
      endpointSlices: undefined,
      serviceAddresses: undefined,
      securityGroupPolicies: false,
    };
    const about = (mode: "off" | "on") =>
      preflight({ ...given.cluster, aws: { ...aws, podSecurityGroups: mode } }, snapshot, {
        labels: [],
        sctp: false,
      }).filter(({ subject }) => subject === "SecurityGroupPolicy");
    assert.deepEqual(about("off"), []);
    assert.equal(about("on")[0]?.state, "wrong");
  });

  it("what can't be read is unknown, never ok", async () => {
    const found = await states(() => ({ endpointSlices: undefined, serviceAddresses: undefined }));
    assert.deepEqual(found, {
      [enforced]: "unknown",
      "apiServer.endpoints": "unknown",
      "apiServer.serviceAddresses": "unknown",
      "dns.serviceAddresses": "unknown",
    });
    assert.deepEqual(apiServers(undefined), []);
  });
});
