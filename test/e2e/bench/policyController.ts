import { readFileSync } from "node:fs";
import { eventually, type Daemon } from "../machine/process";
import type { Cluster } from "./cluster";
import { inNamespace } from "./network";

/**
 * kube-router's network policy controller in k3s's build, one for each node, as k3s runs it: no routes, no service
 * proxy, only the firewall. It REJECTs what no policy allows, so a blocked connection is refused at once.
 */
export async function startPolicyControllers(cluster: Cluster): Promise<readonly Daemon[]> {
  const started = cluster.nodes.map((node) =>
    cluster.run(
      {
        name: "kube-router",
        args: [
          ...[
            "--kubeconfig",
            cluster.controlPlane.kubeconfig,
            "--master",
            cluster.controlPlane.server,
            "--hostname-override",
            node.name,
          ],
          ...[
            "--run-router=false",
            "--run-service-proxy=false",
            "--run-firewall=true",
            "--run-loadbalancer=false",
          ],
          ...[
            "--service-cluster-ip-range",
            cluster.options.serviceCidr,
            "--health-port=0",
            "--metrics-port=0",
          ],
        ],
      },
      node.name,
    ),
  );
  for (const [index, node] of cluster.nodes.entries()) {
    await eventually(`${node.name}: the policy controller filters`, async () => {
      const controller = started[index];
      if (controller?.exited() !== undefined)
        throw new Error(readFileSync(controller.log, "utf8").slice(-2000));
      const rules = await inNamespace(node.name, "iptables-save", ["-t", "filter"]);
      return rules.includes("KUBE-ROUTER-FORWARD") || undefined;
    });
  }
  return started;
}
