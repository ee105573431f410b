import { strict as assert } from "node:assert";
import { withoutLayout } from "../../../compile/networkPolicy/names";
import type { KubeObject } from "../kube/client";
import { eventually, run } from "../machine/process";
import type { SystemStage } from "./stage";

/** A workload's policy for what reaches it, as it is live. */
export async function ingressOf({ cluster, system }: SystemStage, workload: string): Promise<KubeObject> {
  const all = await cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy", system.kubeNamespace);
  const found = all.filter(({ metadata }) => withoutLayout(metadata.name) === `${workload}-ingress`);
  const [first] = found;
  assert.ok(first !== undefined && found.length === 1, `${found.length} policies of ${workload}`);
  return first;
}

/** Waits until both strangers connect to both pods of a cache, or none does. */
export async function strangersReach(stage: SystemStage, cache: string, open: boolean): Promise<void> {
  const probes = [0, 1].flatMap((from) =>
    [0, 1].map((to) => {
      const { namespace } = stage.end(`elsewhere/stranger-${from}`).host;
      const { address } = stage.end(`${cache}-${to}`).host;
      return { namespace, address, protocol: "tcp" as const, port: 6379 };
    }),
  );
  await eventually(`${cache} is ${open ? "open" : "closed"}`, async () => {
    const seen = await stage.bench.prober.probe(probes);
    return seen.every(({ verdict }) => (verdict === "connected") === open) || undefined;
  });
}

/** Gives pods' images tools, or takes them away, and waits until `kubectl exec` shows it. */
export async function haveTools(
  stage: SystemStage,
  pods: readonly string[],
  tools: "all" | "none",
): Promise<void> {
  const { cluster, system } = stage;
  for (const name of pods) {
    const envs = [
      { name: "POD_NETWORK", value: stage.end(name).host.namespace },
      { name: "POD_TOOLS", value: tools },
    ];
    await cluster.kube.merge({
      ...{ apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Exec" },
      metadata: { name, namespace: system.kubeNamespace },
      spec: { execs: [{ local: { envs } }] },
    });
    const asked = ["exec", "-n", system.kubeNamespace, name, "--", "true"];
    await eventually(`${name} has tools: ${tools}`, async () => {
      const { code } = await run("kubectl", ["--kubeconfig", cluster.controlPlane.kubeconfig, ...asked]);
      return (code === 0) === (tools === "all") || undefined;
    });
  }
}
