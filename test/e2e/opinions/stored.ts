import { containersOf } from "../../twin/manifests";
import type { TwinContainerPort, TwinPod, TwinPolicy, TwinPort, TwinTierPolicy } from "../../twin/world";
import { OUTSIDE, type PlacedWorld } from "./placedWorld";

/** Objects as an API server gives them to controllers. */
export interface StoredObjects {
  readonly namespaces: readonly object[];
  readonly nodes: readonly object[];
  readonly pods: readonly object[];
  readonly networkPolicies: readonly object[];
  readonly clusterNetworkPolicies: readonly object[];
  readonly adminNetworkPolicies: readonly object[];
  readonly baselineAdminNetworkPolicies: readonly object[];
  readonly ciliumPolicies: readonly object[];
}

/** Addresses outside the cluster that some domain names have. */
export const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  "example.com": [OUTSIDE[4][0], OUTSIDE[6][0]],
  "*.example.org": [OUTSIDE[4][2], OUTSIDE[6][2]],
};

/**
 * A world's objects as an API server stores them: defaults filled in, empty lists gone (its storage format doesn't know
 * them), the name label on every namespace.
 * Source: k8s.io/kubernetes v1.36, pkg/apis/networking/v1/defaults.go, pkg/apis/core/v1/defaults.go and zz_generated.defaults.go.
 */
export function stored({ running, nodes }: PlacedWorld): StoredObjects {
  const tierPolicies = (running.tierPolicies ?? []).map(storedTierPolicy);
  return {
    namespaces: running.namespaces.map(({ name, labels }) => ({
      metadata: { name, labels: { ...labels, "kubernetes.io/metadata.name": name } },
    })),
    nodes: nodes.map(({ name, ips }) => ({
      metadata: { name },
      status: { addresses: ips.map((address) => ({ type: "InternalIP", address })) },
    })),
    pods: running.pods.map(storedPod),
    networkPolicies: running.networkPolicies.map(storedPolicy),
    clusterNetworkPolicies: tierPolicies.filter(({ kind }) => kind === "ClusterNetworkPolicy"),
    adminNetworkPolicies: tierPolicies.filter(({ kind }) => kind === "AdminNetworkPolicy"),
    baselineAdminNetworkPolicies: tierPolicies.filter(({ kind }) => kind === "BaselineAdminNetworkPolicy"),
    ciliumPolicies: running.ciliumPolicies ?? [],
  };
}

function storedPod(pod: TwinPod): object {
  const { namespace, name, labels = {}, ips = [], hostNetwork, node, initPorts, sidecarPorts } = pod;
  const ports = (all: readonly TwinContainerPort[] = []) =>
    all.map(({ protocol = "TCP", ...port }) => ({ ...port, protocol }));
  return {
    metadata: { namespace, name, labels },
    spec: {
      ...(hostNetwork === undefined ? {} : { hostNetwork }),
      nodeName: node,
      serviceAccountName: "default",
      initContainers: [
        { name: "init", ports: ports(initPorts) },
        { name: "sidecar", restartPolicy: "Always", ports: ports(sidecarPorts) },
      ],
      containers: containersOf(ports(pod.containerPorts)),
    },
    status: { phase: "Running", podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
  };
}

/** As stored: what its API calls SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort. */
export function storedPolicy({ metadata, spec = {} }: TwinPolicy): object {
  const { podSelector = {}, ingress = [], egress = [], policyTypes = [] } = spec;
  const types =
    policyTypes.length > 0 ? policyTypes : egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  return withoutEmptyLists({
    metadata: { namespace: metadata?.namespace ?? "default", name: metadata?.name },
    spec: {
      podSelector,
      policyTypes: types,
      ingress: ingress.map(({ from, ports }) => ({ from, ports: ports?.map(storedPort) })),
      egress: egress.map(({ to, ports }) => ({ to, ports: ports?.map(storedPort) })),
    },
  });
}

/** As stored: the older API's ports have a protocol, TCP where none is written (its CRDs' defaults). */
function storedTierPolicy(policy: TwinTierPolicy): TwinTierPolicy {
  return JSON.parse(
    JSON.stringify(policy, (key, each: object) =>
      key === "portNumber" || key === "portRange" ? { protocol: "TCP", ...each } : each,
    ),
  ) as TwinTierPolicy;
}

const storedPort = ({ protocol = "TCP", ...rest }: TwinPort): TwinPort => ({ ...rest, protocol });

function withoutEmptyLists(value: object): object {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      Array.isArray(each) && each.length === 0 ? undefined : each,
    ),
  ) as object;
}
