import { applications } from "../../applications";
import type { StackCluster, PlacedApplication } from "../../config/stack";
import { chosenClusters } from "../../cli/verify/stack";
import type { Surroundings } from "../../verify/ends";
import type { LivePod } from "../../verify/pods";
import { twoSystems } from "../twoSystems";

/** A cluster of the dev stack, with one application. */
export async function devCluster(
  cluster: string,
): Promise<StackCluster & { readonly placed: PlacedApplication }> {
  const [found] = await chosenClusters({ stack: "dev", cwd: twoSystems(), cluster });
  const placed = found?.applications[0];
  if (found === undefined || placed === undefined)
    throw new Error(`no ${cluster} among ${applications.length} applications`);
  return { ...found, placed };
}

let last = 0;

export const pod = (
  namespace: string,
  name: string,
  labels: Record<string, string>,
  node = "a",
): LivePod => ({
  ...{ namespace, name, labels, node, container: "main" },
  uid: `${namespace}/${name}`,
  addresses: [`10.42.${String((++last >> 8) & 255)}.${String(last & 255)}`],
});

/** A pod of every workload of an application, two where asked. */
export const podsOfAll = (
  { application, placement }: PlacedApplication,
  nodes: readonly string[] = ["a", "b"],
): LivePod[] =>
  application.workloads
    .flatMap(({ instances }) => instances)
    .flatMap(({ id, labels }) =>
      nodes.map((node) => pod(placement.namespace, `${id.replace("/", "-")}-${node}`, { ...labels }, node)),
    );

/** What surrounds an application that is complete. */
export function surroundings({ cluster, neighbours }: StackCluster, pods: readonly LivePod[]): Surroundings {
  const services = Object.entries(cluster.platform).map(([name, place]) =>
    pod(place.namespace, name, place.pods === "every-pod" ? {} : { ...place.pods }),
  );
  const dns = pod(cluster.dns.namespace, "coredns", { ...cluster.dns.pods });
  const stranger = pod("elsewhere", "stranger", { run: "stranger" });
  return {
    ...{ cluster, neighbours },
    pods: [...pods, ...services, dns, stranger],
    isolated: new Set(),
    apiServers: [{ host: "172.18.0.2", port: 6443 }],
    addresses: new Map([["internet", "203.0.113.9"]]),
  };
}
