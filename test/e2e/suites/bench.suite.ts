import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { run } from "../machine/process";
import { eventually } from "../machine/process";
import { execReady, runPods, type RunningPod } from "../bench/pods";

/** The bench proves itself: what the other suites take for granted. */
describe("bench: real parts stand up, enforce and answer", () => {
  let cluster: Cluster;
  let pods: RunningPod[];

  before("a cluster with three pods", async () => {
    cluster = await bench().startCluster(
      { name: "bench", index: 9, serviceCidr: "10.43.0.0/16" },
      "enforced",
    );
    await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    const [a, b] = cluster.nodes;
    const ports = [
      { protocol: "tcp", port: 80 },
      { protocol: "udp", port: 80 },
    ] as const;
    const pod = (name: string, address: string, node: typeof a) => ({
      ...{ name, kubeNamespace: "shop", labels: { app: name }, address, node, listeners: ports },
    });
    pods = await runPods(cluster, bench().prober, [
      pod("web", "10.42.0.1", a),
      pod("near", "10.42.0.2", a),
      pod("far", "10.42.1.1", b),
    ]);
    await execReady(cluster, pods);
  });

  after(async () => {
    await bench().stopCluster(cluster);
  });

  async function everyone(protocol: "tcp" | "udp"): Promise<string[]> {
    const probes = pods.flatMap((from) =>
      pods
        .filter((to) => to !== from)
        .map((to) => ({ namespace: from.host.namespace, protocol, address: to.address, port: 80, from, to })),
    );
    const seen = await bench().prober.probe(probes);
    return probes.flatMap(({ from, to }, i) => {
      const observation = seen[i];
      if (observation?.verdict === "failed") throw new Error(observation.detail);
      if (observation?.verdict !== "connected") return [];
      assert.equal(observation.detail, `shop/${to.name}`, "the probe reached whom it asked for");
      return [`${from.name} → ${to.name}`];
    });
  }

  const all = ["web → near", "web → far", "near → web", "near → far", "far → web", "far → near"];

  it("without policies, every pod reaches every other, over TCP and UDP", async () => {
    assert.deepEqual(await everyone("tcp"), all);
    assert.deepEqual(await everyone("udp"), all);
  });

  it("a policy admits whom it names, on the same node and across nodes, and nobody else", async () => {
    await cluster.kube.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "only-far-to-web", namespace: "shop" },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: "far" } } }] }],
      },
    });
    await eventually("the policy is in force", async () =>
      (await everyone("tcp")).length === 2 ? true : undefined,
    );
    assert.deepEqual(await everyone("tcp"), ["far → web", "far → near"]);
    assert.deepEqual(await everyone("udp"), ["far → web", "far → near"]);
    await cluster.kube.remove({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "only-far-to-web", namespace: "shop" },
    });
    await eventually("the policy is gone", async () =>
      (await everyone("tcp")).length === 6 ? true : undefined,
    );
  });

  it("kubectl exec runs a command in the pod's network", async () => {
    const kubectl = (...args: string[]) =>
      run("kubectl", ["--kubeconfig", cluster.controlPlane.kubeconfig, ...args]);
    const told = await kubectl("exec", "-n", "shop", "near", "--", "nc", "-w", "1", "10.42.1.1", "80");
    assert.equal(told.stdout, "shop/far\n", told.stderr);
    const own = await kubectl(
      "exec",
      "-n",
      "shop",
      "near",
      "--",
      "ip",
      "-brief",
      "-4",
      "address",
      "show",
      "eth0",
    );
    assert.match(own.stdout, /10\.42\.0\.2\/32/, "not its node's network");
  });
});
