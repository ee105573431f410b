import { isForbidden, isNotFound, type KubeObject, type KubeReader } from "../kube";
import { livePods } from "./pods";
import type { Listing, Snapshot } from "./snapshot";

/** What is read of a cluster: for the preflight, and for what the live policies say. */
export interface Live extends Snapshot {
  /** Namespaces, Pods and NetworkPolicies as listed. */
  readonly world: readonly KubeObject[];
  readonly policies: readonly KubeObject[];
}

/** Reads a cluster once. @throws ApiError where pods, namespaces or policies may not be listed */
export async function readLive(kube: KubeReader): Promise<Live> {
  const [namespaces, pods, policies] = await Promise.all([
    kube.list("v1", "Namespace"),
    kube.list("v1", "Pod"),
    kube.list("networking.k8s.io/v1", "NetworkPolicy"),
  ]);
  const [nodes, daemonSets, slices, services, crd, configMaps, nodeClasses] = await Promise.all([
    listing(kube, "v1", "Node"),
    listing(kube, "apps/v1", "DaemonSet"),
    listing(kube, "discovery.k8s.io/v1", "EndpointSlice", "default"),
    listing(kube, "v1", "Service"),
    servesGroupPolicies(kube),
    readConfigMaps(kube),
    listing(kube, "eks.amazonaws.com/v1", "NodeClass"),
  ]);
  return {
    world: [...namespaces, ...pods, ...policies],
    policies,
    namespaces: namespaces.map(({ metadata }) => metadata.name),
    pods: livePods(pods),
    nodes,
    daemonSets,
    configMaps,
    nodeClasses,
    endpointSlices: slices?.filter((slice) => labelsOf(slice)["kubernetes.io/service-name"] === "kubernetes"),
    serviceAddresses: services && serviceAddresses(services),
    securityGroupPolicies: crd,
  };
}

/** Undefined where it may not be read: that is unknown, not absent. */
async function listing(
  kube: KubeReader,
  apiVersion: string,
  kind: string,
  namespace?: string,
): Promise<readonly KubeObject[] | undefined> {
  try {
    return await kube.list(apiVersion, kind, namespace);
  } catch (error) {
    if (isForbidden(error) || isNotFound(error)) return undefined;
    throw error;
  }
}

async function servesGroupPolicies(kube: KubeReader): Promise<boolean> {
  try {
    const answer = (await kube.rest.call("GET", "/apis/vpcresources.k8s.aws/v1beta1")) as {
      resources?: { kind: string }[];
    };
    return answer.resources?.some(({ kind }) => kind === "SecurityGroupPolicy") ?? false;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function readConfigMaps(kube: KubeReader): Promise<Snapshot["configMaps"]> {
  const names = ["amazon-vpc-cni", "cilium-config"];
  const found = await Promise.all(
    names.map(async (name) => {
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" } };
      try {
        const live = await kube.read(object);
        return live === undefined ? [] : [[name, (live["data"] ?? {}) as Record<string, string>] as const];
      } catch (error) {
        if (isForbidden(error)) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}

function serviceAddresses(services: NonNullable<Listing>): ReadonlyMap<string, string> {
  return new Map(
    (services as readonly KubeObject[]).flatMap(({ metadata, ...rest }) => {
      const { clusterIP } = (rest["spec"] ?? {}) as { clusterIP?: string };
      return clusterIP === undefined
        ? []
        : [[`${metadata.namespace ?? ""}/${metadata.name}`, clusterIP] as const];
    }),
  );
}

const labelsOf = ({ metadata }: KubeObject): Readonly<Record<string, string>> =>
  (metadata["labels"] ?? {}) as Record<string, string>;
