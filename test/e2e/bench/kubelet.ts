import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../machine/process";
import type { Cluster } from "./cluster";

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
    stage("pod-runs", "Pod", [alive, { key: ".status.podIP", operator: "DoesNotExist" }], {
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

/** Starts a KWOK for each node, inside the node's namespace, and waits until the nodes are ready. */
export async function startKubelets(cluster: Cluster): Promise<void> {
  const certificates = join(cluster.folder, "certificates");
  for (const node of cluster.nodes) {
    const config = join(cluster.folder, `kwok-${node.name}.json`);
    writeFileSync(
      config,
      stages(node.name, node.address)
        .map((each) => JSON.stringify(each))
        .join("\n---\n"),
    );
    cluster.run(
      {
        name: "kwok",
        args: [
          ...[
            "--kubeconfig",
            cluster.controlPlane.kubeconfig,
            "--config",
            config,
            "--manage-single-node",
            node.name,
          ],
          ...["--node-ip", node.address, "--node-port", String(port), "--enable-crds", "Exec"],
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
  await eventually(`${cluster.options.name}: the nodes are ready`, async () => {
    const nodes = await cluster.kube.list("v1", "Node");
    const ready = nodes.filter(
      (node) => (node["status"] as { phase?: string } | undefined)?.phase === "Running",
    );
    return ready.length === cluster.nodes.length || undefined;
  });
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
