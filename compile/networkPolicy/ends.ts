import { quote } from "../../problems";
import { formatPortSpec, PortSet } from "../../net";
import {
  type Application,
  type FlowEnd,
  type FlowSide,
  formatReference,
  type WorkloadReference,
} from "../../flows";
import { nearest } from "../../data";
import { hostAddresses, ofFamilies, validBlocks } from "../addresses";
import type { Cluster } from "../cluster";
import { resolveCloudEnd } from "./cloudEnds";
import type { CompileContext } from "./context";
import type { ResolvedPods } from "./peer";
import { outside, peers, refused, type ResolvedEnd } from "./resolvedEnd";

/** Services without which an application does not work as declared; others, such as operators, are optional. */
const MANDATORY_SERVICES: ReadonlySet<string> = new Set(["ingress", "monitoring"]);

const HTTPS = PortSet.of([{ protocol: "TCP", from: 443, to: 443 }]);

/** The peers that an end is, as one side of a flow on these ports. */
export function resolveEnd(
  end: FlowEnd,
  side: FlowSide,
  ports: PortSet,
  context: CompileContext,
): ResolvedEnd {
  const { application, placement, cluster } = context;
  switch (end.kind) {
    case "workload":
      return workloadPods(application, placement.namespace, end, ports, context);
    case "application": {
      const neighbour = context.neighbours.get(end.application);
      if (neighbour === undefined) {
        return refused(
          `${end.application} doesn't run on cluster ${cluster.name}`,
          `Place ${end.application} on ${cluster.name}, or remove the flow by an override`,
        );
      }
      return workloadPods(neighbour.application, neighbour.namespace, end, ports, context);
    }
    case "pods":
      return foreignPods({ kind: "pods", namespace: end.namespace, pods: end.pods }, ports, context);
    case "platform":
      return platformPods(end.service, ports, cluster);
    case "cidr":
      return outside(validBlocks(end.cidrs), ports, context, end.cidrs.join(", "));
    case "internet":
      if (context.addresses.internet.isEmpty()) {
        return refused(
          "the cluster's own ranges leave nothing of the internet",
          "Correct the cluster's CIDRs",
        );
      }
      return peers({ peer: { kind: "internet" }, ports });
    case "kubernetes-api":
      return kubernetesApi(side, ports, context);
    case "database":
    case "bucket":
    case "cloud-identity":
      return side === "source"
        ? refused(`a ${end.kind} opens no connections`, "Reverse the flow")
        : resolveCloudEnd(end, ports, context);
  }
}

function workloadPods(
  application: Application,
  namespace: string,
  end: WorkloadReference,
  ports: PortSet,
  { workloads }: CompileContext,
): ResolvedEnd {
  const peer = workloads.find(application, namespace, end);
  if (peer === undefined) {
    return refused(
      `${application.name} has no workload ${formatReference(end)}`,
      "Validate the applications together before compiling them",
    );
  }
  return somePods(peer, ports);
}

function somePods(peer: ResolvedPods, ports: PortSet): ResolvedEnd {
  const { namespace, pods } = peer;
  if (pods !== "every-pod" && Object.keys(pods).length === 0) {
    return refused(
      `the pods of ${namespace} have no labels`,
      'Write labels, or "every-pod" if all are meant',
    );
  }
  return peers({ peer, ports });
}

/** Pods that no application declares. By labels, a flow to an application's would need nobody's acceptance. */
function foreignPods(peer: ResolvedPods, ports: PortSet, context: CompileContext): ResolvedEnd {
  const { namespace } = peer;
  const { application, placement, neighbours } = context;
  if (namespace === placement.namespace) {
    return refused(`${namespace} is this application's own namespace`, "Name its workload");
  }
  const there = [...neighbours.values()].find((neighbour) => neighbour.namespace === namespace);
  if (there === undefined || there.application.name === application.name) {
    return somePods(peer, ports);
  }
  const { name } = there.application;
  return refused(
    `${namespace} is the namespace of application ${name}, which accepts flows by its workloads only`,
    `Name its workload: {"kind": "application", "application": ${quote(name)}, "workload": …}, and list the flow there under accepts`,
  );
}

function platformPods(service: string, ports: PortSet, cluster: Cluster): ResolvedEnd {
  const place = Object.hasOwn(cluster.platform, service) ? cluster.platform[service] : undefined;
  if (place !== undefined)
    return somePods({ kind: "pods", namespace: place.namespace, pods: place.pods }, ports);
  if (!MANDATORY_SERVICES.has(service)) {
    const near = nearest(service, [...MANDATORY_SERVICES, ...Object.keys(cluster.platform)]);
    if (near !== undefined) {
      return refused(
        `cluster ${cluster.name} has no platform service ${service}`,
        `Did you mean ${quote(near)}? If not, say where it runs: platform: { ${service}: { namespace: …, pods: … } }`,
      );
    }
    return { kind: "left-out", because: `cluster ${cluster.name} has no platform service ${service}` };
  }
  const alternative = service === "monitoring" ? ", or set monitoring: false in the overrides" : "";
  return refused(
    `cluster ${cluster.name} has no platform service ${service}`,
    `Say where it runs: platform: { ${service}: { namespace: …, pods: … } }${alternative}`,
  );
}

/**
 * The flow names the Service's port, 443; what a policy must admit is where the servers listen, and the Service's
 * own address too where the CNI sees that one.
 */
function kubernetesApi(side: FlowSide, ports: PortSet, context: CompileContext): ResolvedEnd {
  const { cluster, spelling, addresses } = context;
  if (!spelling.blocksMatchNodes) {
    return refused(
      `${cluster.cni} can't match the API server by its address`,
      "Remove the flow by an override and admit it with a CiliumNetworkPolicy (toEntities: kube-apiserver)",
    );
  }
  if (side === "source") {
    const servers = validBlocks(cluster.apiServer.endpoints.map(({ cidr }) => cidr));
    return outside(servers, ports, context, "the API server");
  }
  const listens = PortSet.of(
    cluster.apiServer.endpoints.map(({ port }) => ({ protocol: "TCP", from: port, to: port })),
  );
  if (!ports.equals(HTTPS) && !ports.equals(listens)) {
    const written = ports.ranges().map(formatPortSpec).join(", ");
    return refused(`the Kubernetes API doesn't listen on ${written}`, "Write tcp/443, its Service's port");
  }
  if (spelling.seesClusterIps && cluster.apiServer.serviceAddresses.length === 0) {
    return refused(
      `${cluster.cni} filters before a Service's address becomes a server's, and cluster ${cluster.name} has no apiServer.serviceAddresses`,
      "Give the cluster IP of the Service kubernetes.default",
    );
  }
  const servers = cluster.apiServer.endpoints.map(({ cidr, port }) => ({
    addresses: ofFamilies(validBlocks([cidr]), addresses.families),
    ports: PortSet.of([{ protocol: "TCP", from: port, to: port }]),
  }));
  const service = spelling.seesClusterIps
    ? [
        {
          addresses: ofFamilies(hostAddresses(cluster.apiServer.serviceAddresses), addresses.families),
          ports: HTTPS,
        },
      ]
    : [];
  const reachable = [...servers, ...service].filter((server) => !server.addresses.isEmpty());
  if (reachable.length === 0) {
    return refused(
      `cluster ${cluster.name} has no API server address of its pods' families`,
      "Correct apiServer.endpoints",
    );
  }
  return peers(
    ...reachable.map((server) => ({
      peer: { kind: "addresses" as const, addresses: server.addresses },
      ports: server.ports,
    })),
  );
}
