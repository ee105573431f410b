import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { execReady, runPods, type PodSpec } from "../bench/pods";
import type { LiveCommand } from "./live";

const shop = "jewelry-shop";

const ports = [80, 443, 8000, 9113, 5432, 8008, 9187, 6379, 9121].map((port) => ({
  protocol: "tcp" as const,
  port,
}));

/** The application with a workload that listens nowhere, one without tools, one where exec fails, and one that is missing. */
export async function deployWithMistakes(cluster: Cluster, command: LiveCommand): Promise<void> {
  await command.deploy();
  for (const name of ["elsewhere", "monitoring", "postgres-operator"]) {
    await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const [a, b] = cluster.nodes;
  const pod = (
    name: string,
    kubeNamespace: string,
    labels: Record<string, string>,
    last: number,
    more: Partial<PodSpec> = {},
  ): PodSpec => ({
    ...{ name, kubeNamespace, labels, listeners: ports },
    ...{ address: `10.42.9.${last}`, node: last % 2 === 0 ? a : b },
    ...more,
  });
  const own = (name: string, last: number, more: Partial<PodSpec> = {}) =>
    pod(name, shop, { component: name }, last, more);
  const running = await runPods(cluster, bench().prober, [
    own("django", 1),
    own("postgresql", 2),
    own("redis", 3, { listeners: [] }),
    own("nginx", 4, { tools: "none" }),
    own("celery-worker", 5),
    pod("stranger", "elsewhere", { run: "stranger" }, 6),
    pod("coredns", "kube-system", { "k8s-app": "kube-dns" }, 7, {
      listeners: [
        { protocol: "tcp", port: 53 },
        { protocol: "udp", port: 53 },
      ],
    }),
    pod("traefik", "kube-system", { "app.kubernetes.io/name": "traefik" }, 8),
    pod("prometheus", "monitoring", { "app.kubernetes.io/name": "prometheus" }, 9),
    pod("operator", "postgres-operator", { "app.kubernetes.io/name": "postgres-operator" }, 10),
  ]);
  await execReady(cluster, running);
  const exec = { apiVersion: "kwok.x-k8s.io/v1alpha1", kind: "Exec" };
  await cluster.kube.remove({ ...exec, metadata: { name: "celery-worker", namespace: shop } });
}

/** A kubeconfig of an account that may do nothing yet. */
export async function kubeconfigOfNewAccount(cluster: Cluster): Promise<string> {
  await cluster.kube.apply({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "verifier", namespace: "default" },
  });
  const { status } = (await cluster.kube.rest.call(
    "POST",
    "/api/v1/namespaces/default/serviceaccounts/verifier/token",
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {},
    },
  )) as { status: { token: string } };
  const config = load(readFileSync(cluster.controlPlane.kubeconfig, "utf8")) as {
    users: { user: { token: string } }[];
  };
  for (const each of config.users) each.user.token = status.token;
  const path = join(bench().folder, "verifier.json");
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
