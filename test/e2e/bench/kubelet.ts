import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, type Daemon } from "../machine/process";
import type { Cluster } from "./cluster";
import type { NodeHost } from "./network";

/** Where a pod object says which address its network namespace has. */
export const addressAnnotation = "palisade.test/address";

const port = 10247;

/**
 * What KWOK does instead of a kubelet, as its Stage objects: a node becomes ready, a pod runs at the address of its
 * network namespace, and what is deleted goes.
 */
function stages(node: string, address: string): object[] {
  const stage = (name: string, kind: string, matchExpressions: object[], next: object): object => ({
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, next },
  });
  const alive = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
  const plugged = { key: `.metadata.annotations["${addressAnnotation}"]`, operator: "Exists" };
  return [
    stage("node-ready", "Node", [{ key: ".status.phase", operator: "NotIn", values: ["Running"] }], {
      statusTemplate: `
conditions:
- { type: Ready, status: "True", reason: Bench, message: ready }
addresses:
- { type: InternalIP, address: "${address}" }
- { type: Hostname, address: "${node}" }
daemonEndpoints: { kubeletEndpoint: { Port: ${port} } }
allocatable: { cpu: 1k, memory: 1Ti, pods: 1k }
capacity: { cpu: 1k, memory: 1Ti, pods: 1k }
phase: Running
`,
    }),
    stage("pod-runs", "Pod", [alive, plugged, { key: ".status.podIP", operator: "DoesNotExist" }], {
      statusTemplate: `
{{ $now := Now }}
{{ $address := index .metadata.annotations "${addressAnnotation}" }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "True", lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  state: { running: { startedAt: {{ $now | Quote }} } }
{{ end }}
hostIP: "${address}"
podIP: {{ $address | Quote }}
podIPs: [ { ip: {{ $address | Quote }} } ]
phase: Running
startTime: {{ $now | Quote }}
`,
    }),
    stage("pod-goes", "Pod", [{ key: ".metadata.deletionTimestamp", operator: "Exists" }], {
      finalizers: { empty: true },
      delete: true,
    }),
  ];
}

/**
 * Starts a KWOK for each node, inside the node's namespace, and waits until the nodes are ready. One that has missed its
 * node, as happens now and then to one that starts with its API server, is started again.
 * @throws Error with what the last one said, when that doesn't help either
 */
export async function startKubelets(cluster: Cluster): Promise<void> {
  await Promise.all(
    cluster.nodes.map(async (node) => {
      for (let attempt = 1; ; attempt++) {
        const kubelet = startKubelet(cluster, node);
        try {
          await eventually(`${node.name} is ready`, () => isReady(cluster, node), { timeoutMs: 20_000 });
          return;
        } catch (error) {
          await kubelet.stop();
          if (attempt === 4)
            throw new Error(readFileSync(kubelet.log, "utf8").slice(-2000), { cause: error });
        }
      }
    }),
  );
}

async function isReady(cluster: Cluster, { name }: NodeHost): Promise<true | undefined> {
  const node = await cluster.kube.read({ apiVersion: "v1", kind: "Node", metadata: { name } });
  const { phase } = (node?.["status"] ?? {}) as { phase?: string };
  return phase === "Running" || undefined;
}

function startKubelet(cluster: Cluster, node: NodeHost): Daemon {
  const certificates = join(cluster.folder, "certificates");
  const config = join(cluster.folder, `kwok-${node.name}.json`);
  const all = stages(node.name, node.address).map((each) => JSON.stringify(each));
  writeFileSync(config, all.join("\n---\n"));
  return cluster.run(
    {
      name: "kwok",
      args: [
        ...["--kubeconfig", cluster.controlPlane.kubeconfig, "--config", config],
        ...["--manage-single-node", node.name, "--node-ip", node.address, "--node-port", String(port)],
        ...["--enable-crds", "Exec"],
        // The API server checks no certificate of a kubelet; its own serves.
        ...["--tls-cert-file", join(certificates, "apiserver.crt")],
        ...["--tls-private-key-file", join(certificates, "apiserver.key")],
      ],
    },
    node.name,
    // KWOK looks a command up in its own PATH, whatever the Exec object's says.
    podTools(join(cluster.folder, "..")),
  );
}

/** Commands that an image with tools would have; `kubectl exec` runs them in the pod's network namespace. */
const tools = ["nc", "sh", "cat", "true", "ip"];

const podTools = (folder: string): string => join(folder, "pod-tools");

/**
 * A folder of wrappers that run a tool in the network namespace that POD_NETWORK names; where POD_TOOLS is "none", the
 * image has none: said in a container runtime's words.
 */
export function wrapTools(folder: string): string {
  const bin = podTools(folder);
  mkdirSync(bin, { recursive: true });
  for (const tool of tools) {
    const path = join(bin, tool);
    writeFileSync(
      path,
      [
        "#!/bin/sh",
        `[ "$POD_TOOLS" = none ] && { echo 'exec: "${tool}": executable file not found in $PATH' >&2; exit 127; }`,
        `PATH=/usr/sbin:/usr/bin:/sbin:/bin exec ip netns exec "$POD_NETWORK" ${tool} "$@"`,
        "",
      ].join("\n"),
    );
    chmodSync(path, 0o755);
  }
  return bin;
}
