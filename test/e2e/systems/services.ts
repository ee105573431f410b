import type { KubeObject } from "../kube/client";
import type { End } from "../matrix/cells";
import type { Expectation } from "../matrix/compare";
import type { Prediction } from "../matrix/prediction";
import type { SystemEnd, SystemStage } from "./stage";
import { membersOf } from "./system";

/** A Service of a workload: the port that it listens on leads to `target` of the workload's first pod. */
export interface ServiceEnd extends End {
  readonly pod: SystemEnd;
  readonly ports: readonly { readonly port: number; readonly target: number }[];
}

/**
 * Makes two Services of each workload, for every TCP port that is asked about: one that listens on the ports that it leads to, one that
 * listens elsewhere. Their objects alone: who leads packets to the pod is the caller's to say.
 * @param network the first three numbers of their addresses
 */
export async function addServices(stage: SystemStage, network: string): Promise<readonly ServiceEnd[]> {
  const services: ServiceEnd[] = [];
  for (const [i, { name, labels }] of membersOf(stage.system.application).members.entries()) {
    const same = (target: number): number => target;
    const elsewhere = (_: number, n: number): number => 30_000 + n;
    for (const [suffix, host, portOf] of [
      ["", 100 + i, same],
      ["-else", 150 + i, elsewhere],
    ] as const) {
      const pod = stage.end(`${name}-0`);
      const ports = stage.listeners
        .filter(({ protocol }) => protocol === "tcp")
        .map(({ port }, n) => ({ port: portOf(port, n), target: port }));
      const address = `${network}.${host}`;
      await stage.cluster.kube.apply({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: `${name}${suffix}`, namespace: stage.system.kubeNamespace },
        spec: {
          clusterIP: address,
          selector: { ...labels },
          ports: ports.map(({ port, target }) => ({
            ...{ name: `tcp-${target}`, protocol: "TCP" },
            ...{ port, targetPort: target },
          })),
        },
      });
      services.push({
        ...{ name: `service/${name}${suffix}`, answer: pod.answer, pod, ports },
        host: { namespace: pod.host.namespace, address },
      });
    }
  }
  return services;
}

/** What the controller manager's endpoints controller, which the bench runs none of, would write of a Service. */
export function endpointSlice(stage: SystemStage, { name, pod, ports }: ServiceEnd): KubeObject {
  const service = name.replace("service/", "");
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: service,
      namespace: stage.system.kubeNamespace,
      labels: { "kubernetes.io/service-name": service },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [pod.host.address], conditions: { ready: true } }],
    ports: ports.map(({ target }) => ({ name: `tcp-${target}`, protocol: "TCP", port: target })),
  };
}

/** Every pod to every Service but its own: what the analyzer says of the pod and port that the Service leads to. */
export function throughServices(
  stage: SystemStage,
  services: readonly ServiceEnd[],
  prediction: Prediction,
): readonly Expectation[] {
  const pods = stage.ends.filter(({ known }) => !("address" in known));
  return pods.flatMap((from) =>
    services
      .filter(({ pod }) => pod !== from)
      .flatMap((to) =>
        to.ports.map(({ port, target }) => ({
          cell: { from, to, protocol: "tcp" as const, port },
          expected: prediction.verdict(from.known, to.pod.known, "tcp", target),
        })),
      ),
  );
}
