import { type Cluster, clusterAddresses, type Placement } from "../compile";
import type { Neighbour } from "../compile/networkPolicy";
import type { PlacedApplication } from "../config";
import type { Application, FlowEnd, Instance, Labels, PodChoice } from "../flows";
import { carries, type LivePod, sample } from "./pods";
import type { QuestionEnd } from "./question";

/** What runs on a cluster and where its outside ends are. */
export interface Surroundings {
  readonly cluster: Cluster;
  readonly neighbours: readonly Neighbour[];
  readonly pods: readonly LivePod[];
  /** Namespaces that have NetworkPolicies: their pods may be isolated themselves. */
  readonly isolated: ReadonlySet<string>;
  /** Of the API server, as its EndpointSlice says: "10.0.0.1:6443". */
  readonly apiServers: readonly { readonly host: string; readonly port: number }[];
  /** Where ends outside the cluster are, by name: "internet", "database/fineract"; from the command line. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** The instance metadata service, where a cloud has one. */
export const METADATA_HOST = "169.254.169.254";

/** Pods of a group, or why there are none. */
export function podsEnd(name: string, pods: readonly LivePod[], where: string): QuestionEnd {
  const some = sample(pods);
  return some.length === 0
    ? { kind: "missing", name, cause: `no pod of ${name} runs in ${where}` }
    : { kind: "pods", name, pods: some };
}

/** The pods of one instance of an application. */
export function instanceEnd(
  application: Application,
  instance: Instance,
  namespace: string,
  { pods }: Surroundings,
  own: boolean,
): QuestionEnd {
  const name = own ? instance.id : `${instance.id} of ${application.name}`;
  return podsEnd(
    name,
    pods.filter((pod) => pod.namespace === namespace && carries(pod, instance.labels)),
    `namespace ${namespace}`,
  );
}

/** The pods of a namespace that are chosen by labels, or all. */
export function chosenPodsEnd(
  name: string,
  namespace: string,
  choice: PodChoice,
  { pods }: Surroundings,
): QuestionEnd {
  const wanted: Labels = choice === "every-pod" ? {} : choice;
  return podsEnd(
    name,
    pods.filter((pod) => pod.namespace === namespace && carries(pod, wanted)),
    `namespace ${namespace}`,
  );
}

/** A workload's instances, or the one that is meant. */
const meant = (application: Application, workload: string, instance?: string): readonly Instance[] =>
  (application.workloads.find(({ name }) => name === workload)?.instances ?? []).filter(
    (each) => instance === undefined || each.instance === instance,
  );

/** Everything that an end of a flow is on this cluster: one for each instance, service or address. Empty: left out here. */
export function questionEndsOf(
  end: FlowEnd,
  { application, placement }: PlacedApplication,
  world: Surroundings,
): QuestionEnd[] {
  const { cluster } = world;
  switch (end.kind) {
    case "workload":
      return meant(application, end.workload, end.instance).map((one) =>
        instanceEnd(application, one, placement.namespace, world, true),
      );
    case "application": {
      const neighbour = world.neighbours.find((each) => each.application.name === end.application);
      if (neighbour === undefined) return [];
      return meant(neighbour.application, end.workload, end.instance).map((one) =>
        instanceEnd(neighbour.application, one, neighbour.namespace, world, false),
      );
    }
    case "pods":
      return [chosenPodsEnd(`pods of ${end.namespace}`, end.namespace, end.pods, world)];
    case "platform": {
      const service = cluster.platform[end.service];
      return service === undefined
        ? []
        : [chosenPodsEnd(end.service, service.namespace, service.pods, world)];
    }
    case "cidr":
      return end.cidrs.map((cidr) => cidrEnd(cidr, world));
    case "kubernetes-api":
      return apiServerEnds(world);
    case "internet":
    case "database":
    case "bucket":
    case "cloud-identity":
      return [addressEnd(end, placement, world)];
  }
}

function apiServerEnds({ apiServers }: Surroundings): QuestionEnd[] {
  if (apiServers.length > 0) {
    // A question is known by its ends' names: of several servers, each has its own.
    return apiServers.slice(0, 2).map(({ host, port }) => ({
      kind: "address",
      name: apiServers.length === 1 ? "kubernetes-api" : `kubernetes-api ${host}`,
      host,
      port,
    }));
  }
  return [{ kind: "missing", name: "kubernetes-api", cause: "the API server's EndpointSlice can't be read" }];
}

function cidrEnd(cidr: string, { addresses }: Surroundings): QuestionEnd {
  const given = addresses.get(cidr);
  const single = /^(.*)\/(?:32|128)$/.exec(cidr)?.[1];
  const host = given ?? single;
  if (host !== undefined) return { kind: "address", name: cidr, host };
  return {
    kind: "missing",
    name: cidr,
    cause: `which address of ${cidr} listens isn't known: give it with --address ${cidr}=ADDRESS`,
  };
}

type Outside = Extract<FlowEnd, { kind: "internet" | "database" | "bucket" | "cloud-identity" }>;

/** What `--address` calls an end outside. */
function outsideName(end: Outside): string {
  switch (end.kind) {
    case "internet":
    case "cloud-identity":
      return end.kind;
    case "database":
      return `database/${end.database}`;
    case "bucket":
      return `bucket/${end.bucket}`;
  }
}

/** An end outside by the address that was given, or the one that is known without asking. */
export function addressEnd(
  end: Outside,
  placement: Placement,
  { cluster, addresses }: Surroundings,
): QuestionEnd {
  const name = outsideName(end);
  const host = addresses.get(name) ?? knownHost(end, placement, cluster);
  if (host !== undefined) return { kind: "address", name, host };
  return {
    kind: "missing",
    name,
    cause: `where ${name} is isn't in the config: give it with --address ${name}=HOST`,
  };
}

function knownHost(end: Outside, placement: Placement, { aws }: Cluster): string | undefined {
  switch (end.kind) {
    case "internet":
      // A public resolver that answers TCP 443 and 53 everywhere.
      return "1.1.1.1";
    case "database":
      return undefined;
    case "bucket":
      return aws === undefined ? undefined : `s3.${aws.region}.amazonaws.com`;
    case "cloud-identity":
      if (placement.identity?.kind === "pod-identity") return "169.254.170.23";
      return aws === undefined ? undefined : `sts.${aws.region}.amazonaws.com`;
  }
}

/** Whether a host is, or by its name may be, in what a flow to the internet opens. */
export function mayBeInternet(host: string, cluster: Cluster): boolean {
  const literal = /^[\d.]+$|:/.test(host);
  return !literal || clusterAddresses(cluster).internet.containsAddress(host);
}
