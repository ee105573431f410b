import type { TwinContainerPort, TwinPod, TwinService, TwinWorld } from "./world";

/** Containers with these ports: a name is one port's in a container, so whatever shares one is in the next. */
export function containersOf(ports: readonly TwinContainerPort[]): object[] {
  const isIn = (n: number) => (port: TwinContainerPort, i: number) =>
    ports.slice(0, i).filter(({ name }) => name !== undefined && name === port.name).length === n;
  const layers = [0, 1, 2].map((n) => ports.filter(isIn(n)));
  return layers.flatMap((own, n) => (own.length === 0 && n > 0 ? [] : [{ name: `main-${n}`, ports: own }]));
}

function podManifest(pod: TwinPod): object {
  const { namespace, name, labels, ips, hostNetwork, node, containerPorts, sidecarPorts, initPorts } = pod;
  const initContainers = [
    ...(initPorts === undefined ? [] : [{ name: "init", ports: initPorts }]),
    ...(sidecarPorts === undefined
      ? []
      : [{ name: "sidecar", restartPolicy: "Always", ports: sidecarPorts }]),
  ];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name, labels },
    spec: {
      ...(hostNetwork === undefined ? {} : { hostNetwork }),
      ...(node === undefined ? {} : { nodeName: node }),
      ...(initContainers.length === 0 ? {} : { initContainers }),
      containers: containersOf(containerPorts ?? []),
    },
    ...(ips === undefined ? {} : { status: { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) } }),
  };
}

function serviceManifest(service: TwinService): object {
  const { namespace, name, selector, clusterIP, nodePort, externalTrafficPolicy } = service;
  const { port, targetPort, protocol } = service;
  const ports = [{ port, targetPort, protocol, ...(nodePort === undefined ? {} : { nodePort }) }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace, name },
    spec: {
      type: nodePort === undefined ? "ClusterIP" : "NodePort",
      selector,
      clusterIP,
      ports,
      ...(externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy }),
    },
  };
}

/** The manifests of a world, as `kubectl get -o yaml` would give them. */
export function manifestsOf(world: TwinWorld): object[] {
  const { namespaces, pods, networkPolicies, tierPolicies = [], ciliumPolicies = [], services = [] } = world;
  return [
    ...namespaces.map(({ name, labels }) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    })),
    ...pods.map(podManifest),
    ...services.map(serviceManifest),
    ...networkPolicies.map((policy) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      ...policy,
    })),
    ...tierPolicies,
    ...ciliumPolicies,
  ];
}
