import type { Cluster } from "../compile";
import {
  type Application,
  describeEnd,
  type FlowEnd,
  type FlowSide,
  formatReference,
  type Workload,
} from "../flows";
import { awsGroups } from "./aws";
import type { DeclaredAddresses, DeclaredEnd, DeclaredPods } from "./declaration";
import type { ApplicationToDeclare } from "./toDeclare";

/** What an end is on this cluster; undefined where it isn't there. Its name is the one that reports use. */
export function endOf(end: FlowEnd, side: FlowSide, declared: ApplicationToDeclare): DeclaredEnd | undefined {
  const { cluster, placement } = declared;
  const named = (parts: Partial<Pick<DeclaredEnd, "pods" | "addresses">>): DeclaredEnd => ({
    name: describeEnd(end),
    kind: end.kind,
    pods: parts.pods ?? [],
    addresses: parts.addresses ?? [],
    groups: awsGroups(end, declared),
  });
  const blocks = (cidrs: readonly string[], ports?: readonly string[]) => ({
    addresses: blocksOf(cidrs, cluster, ports),
  });
  switch (end.kind) {
    case "workload":
      return named({ pods: applicationPods(declared.application, placement.namespace, end) });
    case "application": {
      const neighbour = declared.neighbours?.find(({ application }) => application.name === end.application);
      if (neighbour === undefined) return undefined;
      return named({ pods: applicationPods(neighbour.application, neighbour.namespace, end) });
    }
    case "pods":
      return named({ pods: [{ namespace: end.namespace, labels: end.pods }] });
    case "platform": {
      const service = Object.hasOwn(cluster.platform, end.service)
        ? cluster.platform[end.service]
        : undefined;
      if (service === undefined) return undefined;
      return named({ pods: [{ namespace: service.namespace, labels: service.pods }] });
    }
    case "cidr":
      return named(blocks(end.cidrs));
    case "internet":
      return named({ addresses: [internetOf(cluster)] });
    case "kubernetes-api":
      return named({ addresses: apiServerOf(cluster, side) });
    case "database":
      return named(blocks(placement.databases[end.database]?.subnetCidrs ?? []));
    case "bucket": {
      const endpoint = placement.buckets[end.bucket]?.endpoint;
      if (endpoint === undefined) return named({});
      return named(blocks(endpoint.kind === "gateway" ? endpoint.prefixListCidrs : endpoint.subnetCidrs));
    }
    case "cloud-identity": {
      const { identity } = placement;
      if (identity === undefined) return named({});
      return named(
        identity.kind === "irsa"
          ? blocks(identity.stsSubnetCidrs)
          : // Source: AWS EKS user guide, "Set up the Pod Identity Agent".
            blocks(["169.254.170.23/32", "fd00:ec2::23/128"], ["tcp/80", "tcp/2703"]),
      );
    }
  }
}

export function podsOf({ labels, instances }: Workload, namespace: string): DeclaredPods {
  const [only] = instances;
  const single = instances.length === 1 && only?.instance === undefined;
  return {
    namespace,
    labels,
    ...(single && only?.serviceAccount !== undefined ? { serviceAccount: only.serviceAccount } : {}),
    ...(single
      ? {}
      : {
          instances: instances.map(({ labels: own, serviceAccount }) => ({
            labels: own,
            ...(serviceAccount === undefined ? {} : { serviceAccount }),
          })),
        }),
  };
}

function applicationPods(
  { workloads }: Application,
  namespace: string,
  end: { readonly workload: string; readonly instance?: string },
): DeclaredPods[] {
  const workload = workloads.find(({ name }) => name === end.workload);
  if (workload === undefined) return [];
  if (end.instance === undefined) return [podsOf(workload, namespace)];
  const id = formatReference(end);
  return workload.instances
    .filter((instance) => instance.id === id)
    .map(({ labels, serviceAccount }) => ({
      namespace,
      labels,
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    }));
}

/** The servers listen where the config says; a CNI that sees a Service's address has to let that pass, too. */
function apiServerOf(cluster: Cluster, side: FlowSide): DeclaredAddresses[] {
  const { endpoints, serviceAddresses } = cluster.apiServer;
  if (side === "source") {
    return blocksOf(
      endpoints.map(({ cidr }) => cidr),
      cluster,
    );
  }
  return [
    ...endpoints.flatMap(({ cidr, port }) => blocksOf([cidr], cluster, [`tcp/${port}`])),
    ...(seesServices(cluster)
      ? blocksOf(serviceAddresses.map(host), cluster, ["tcp/443"]).map((part) => ({
          ...part,
          service: true as const,
        }))
      : []),
  ];
}

const internetOf = (cluster: Cluster): DeclaredAddresses => ({
  kind: "internet",
  families: familiesOf(cluster),
  except: [...new Set([...cluster.podCidrs, ...cluster.serviceCidrs, ...cluster.nodeCidrs])],
});

function blocksOf(
  cidrs: readonly string[],
  cluster: Cluster,
  ports?: readonly string[],
): DeclaredAddresses[] {
  const kept = ofFamilies(cidrs, cluster);
  return kept.length === 0 ? [] : [{ kind: "blocks", cidrs: kept, ...(ports && { ports }) }];
}

/**
 * Whether policies see a Service's address before it becomes a pod's. Said here by itself, so that no mistake of the compiler's hides in
 * its own proof. Source: docs/e2e.md, seen with packets.
 */
export const seesServices = ({ cni }: Cluster): boolean => cni === "aws-vpc-cni";

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);

export const host = (address: string): string => `${address}/${familyOf(address) === 6 ? 128 : 32}`;

/** The families that pods have: packets of another one don't leave them. */
export const familiesOf = ({ podCidrs }: Cluster): (4 | 6)[] =>
  ([4, 6] as const).filter((family) => podCidrs.some((cidr) => familyOf(cidr) === family));

export function ofFamilies(cidrs: readonly string[], cluster: Cluster): string[] {
  const families = familiesOf(cluster);
  return cidrs.filter((cidr) => families.includes(familyOf(cidr)));
}
