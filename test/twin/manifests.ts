import type { TwinWorld } from "./world";

/** The manifests of a world, as `kubectl get -o yaml` would give them. */
export function manifestsOf({ namespaces, pods, networkPolicies }: TwinWorld): object[] {
  return [
    ...namespaces.map(({ name, labels }) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    })),
    ...pods.map(({ namespace, name, labels, ips, hostNetwork, node, containerPorts }) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace, name, labels },
      spec: {
        ...(hostNetwork === undefined ? {} : { hostNetwork }),
        ...(node === undefined ? {} : { nodeName: node }),
        containers: [{ name: "main", ports: containerPorts ?? [] }],
      },
      ...(ips === undefined ? {} : { status: { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) } }),
    })),
    ...networkPolicies.map((policy) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      ...policy,
    })),
  ];
}
