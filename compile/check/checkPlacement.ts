import { below, type Place, type Problem, quote } from "../../problems";
import { METADATA } from "../../net";
import { type Application, remedyForUnknown } from "../../flows";
import { clusterAddresses, validBlocks } from "../addresses";
import { checkBlocks, checkHosts } from "./checkCluster";
import type { BucketEndpoint, Cluster, Placement } from "../cluster";

/**
 * What is wrong with where an application is put: its namespace, names that the application doesn't have, addresses
 * that belong to the cluster. `at` begins each subject, as in `checkCluster`.
 */
export function checkPlacement(
  application: Application,
  placement: Placement,
  cluster: Cluster,
  at: Place,
): Problem[] {
  return [
    ...checkNamespace(placement.namespace, cluster, at),
    ...checkNames(placement, application, at),
    ...checkDatabases(placement, cluster, at),
    ...Object.entries(placement.buckets).flatMap(([name, { endpoint }]) =>
      checkEndpoint(endpoint, cluster, below(at, "buckets", name, "endpoint")),
    ),
    ...checkIdentity(placement, cluster, at),
  ];
}

/** Source: Kubernetes API conventions, RFC 1123 label names. */
const LABEL_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function checkNamespace(namespace: string, cluster: Cluster, at: Place): Problem[] {
  const place = below(at, "namespace");
  if (!LABEL_NAME.test(namespace)) {
    return [
      {
        place,
        message: `${quote(namespace)} isn't a namespace name`,
        remedy:
          "Write at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit",
      },
    ];
  }
  if (namespace === "default" || namespace.startsWith("kube-")) {
    return [
      {
        place,
        message: `${namespace} belongs to the cluster`,
        remedy: "Give the application a namespace of its own",
      },
    ];
  }
  const tenants = tenantsOf(namespace, cluster);
  return tenants.length === 0
    ? []
    : [
        {
          place,
          message: `${namespace} is where ${tenants.join(" and ")} of cluster ${cluster.name} runs`,
          remedy: "Give the application a namespace of its own: isolation would cut off what is there",
        },
      ];
}

/** What of the platform runs in a namespace, as a cluster's config calls it. */
const tenantsOf = (namespace: string, { dns, platform }: Cluster): string[] => [
  ...(dns.namespace === namespace ? ["dns"] : []),
  ...Object.keys(platform).filter((service) => platform[service]?.namespace === namespace),
];

function checkNames(placement: Placement, application: Application, at: Place): Problem[] {
  const unknown = (
    kind: string,
    path: string,
    given: readonly string[],
    known: readonly string[],
  ): Problem[] =>
    given
      .filter((name) => !known.includes(name))
      .map((name) => ({
        place: below(at, path),
        message: `${application.name} has no ${kind} ${quote(name)}`,
        remedy: remedyForUnknown(name, known, "Remove it"),
      }));
  const workloads = application.workloads.map(({ name }) => name);
  return [
    ...unknown("workload", "workloadStages", placement.observedWorkloads, workloads),
    ...unknown("database", "databases", Object.keys(placement.databases), Object.keys(application.databases)),
    ...unknown("bucket", "buckets", Object.keys(placement.buckets), Object.keys(application.buckets)),
  ];
}

function checkDatabases(placement: Placement, cluster: Cluster, at: Place): Problem[] {
  const { own } = clusterAddresses(cluster);
  const taken = own.union(METADATA.set);
  return Object.entries(placement.databases).flatMap(([name, { subnetCidrs }]) => {
    const place = below(at, "databases", name, "subnetCidrs");
    const both = validBlocks(subnetCidrs).intersect(taken);
    return [
      ...checkBlocks(subnetCidrs, place),
      ...(both.isEmpty()
        ? []
        : [
            {
              place,
              message: `holds addresses of the cluster itself (${both.toString()}), which would be admitted too`,
              remedy: "Give the database subnets of its own",
            },
          ]),
    ];
  });
}

function checkEndpoint(endpoint: BucketEndpoint, cluster: Cluster, at: Place): Problem[] {
  const { own } = clusterAddresses(cluster);
  switch (endpoint.kind) {
    case "gateway":
      return [
        ...checkBlocks(endpoint.prefixListCidrs, below(at, "prefixListCidrs")),
        ...checkHosts(endpoint.prefixListCidrs, own, below(at, "prefixListCidrs"), "the cluster itself"),
      ];
    case "interface":
      return [
        ...checkBlocks(endpoint.subnetCidrs, below(at, "subnetCidrs")),
        ...checkHosts(endpoint.subnetCidrs, own, below(at, "subnetCidrs"), "the cluster itself"),
      ];
  }
}

function checkIdentity({ identity }: Placement, cluster: Cluster, at: Place): Problem[] {
  if (identity?.kind !== "irsa") return [];
  const { own } = clusterAddresses(cluster);
  const place = below(at, "identity", "stsSubnetCidrs");
  return [
    ...checkBlocks(identity.stsSubnetCidrs, place),
    ...checkHosts(identity.stsSubnetCidrs, own, place, "the cluster itself"),
  ];
}
