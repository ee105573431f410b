import { below, type Place, type Problem } from "../../problems";
import { AddressSet, LINK_LOCAL, METADATA } from "../../net";
import { clusterAddresses, hostAddresses, ofFamilies } from "../addresses";
import { checkAddresses, checkInside, isCanonicalAddress } from "./checkAddresses";
import type { Cluster, ClusterDns } from "../cluster";
import { SPELLINGS } from "../networkPolicy/cniProfiles";

/** What is wrong with where a cluster's pods resolve names: what no policy could admit, or what would admit more. */
export function checkDns(dns: ClusterDns, cluster: Cluster, at: Place): Problem[] {
  const { services } = clusterAddresses(cluster);
  const problems = [
    ...checkAddresses(dns.nodeLocalAddresses, below(at, "nodeLocalAddresses")),
    ...checkAddresses(dns.serviceAddresses, below(at, "serviceAddresses")),
    ...checkInside(dns.serviceAddresses, services, below(at, "serviceAddresses")),
  ];
  if (Object.keys(dns.pods).length === 0) {
    problems.push({
      place: below(at, "pods"),
      message: "no labels would mean every pod of its namespace",
      remedy: "Write the DNS pods' labels, usually k8s-app: kube-dns",
    });
  }
  if (dns.nodeLocalAddresses.length > 0 && !SPELLINGS[cluster.cni].blocksMatchNodes) {
    problems.push({
      place: below(at, "nodeLocalAddresses"),
      message: `${cluster.cni} can't match node-local addresses, so no policy could admit name resolution`,
      remedy:
        "Redirect the DNS Service to the cache's pods (CiliumLocalRedirectPolicy), name these in dns.pods, and leave the addresses out",
    });
  }
  problems.push(...checkDnsService(dns, cluster, at), ...checkNodeLocal(dns, cluster, at));
  return problems;
}

/** Where a node-local cache may listen. Source: Kubernetes documentation, "Using NodeLocal DNSCache". */
const NODE_LOCAL = LINK_LOCAL.set.union(AddressSet.of("fd00::/8"));

/** A node-local cache's addresses are nobody else's: policies open them to every workload. */
function checkNodeLocal(dns: ClusterDns, cluster: Cluster, at: Place): Problem[] {
  const given = hostAddresses(dns.nodeLocalAddresses.filter(isCanonicalAddress));
  const outside = given.subtract(NODE_LOCAL).union(given.intersect(clusterAddresses(cluster).own));
  const messages = [
    ...(given.overlaps(METADATA.set) ? ["holds the address of instance metadata"] : []),
    ...(outside.isEmpty() ? [] : [`${outside.toString()} isn't a node-local address`]),
  ];
  const remedy = "Write the cache's own address, usually 169.254.20.10";
  return messages.map((message) => ({ place: below(at, "nodeLocalAddresses"), message, remedy }));
}

/** Where pods' packets go to the DNS Service's own address, policies have to admit that address, in every family. */
function checkDnsService(dns: ClusterDns, cluster: Cluster, at: Place): Problem[] {
  const before = SPELLINGS[cluster.cni].seesClusterIps;
  if (!before && dns.nodeLocalAddresses.length === 0) return [];
  const { families } = clusterAddresses(cluster);
  const given = hostAddresses(dns.serviceAddresses.filter(isCanonicalAddress));
  if (families.length === 0 || !ofFamilies(given, families).isEmpty()) return [];
  return [
    {
      place: below(at, "serviceAddresses"),
      message: `has no address that pods could resolve names at, and ${
        before
          ? `${cluster.cni} filters before a Service's address becomes a pod's`
          : "a node-local cache listens on the Service's address too"
      }`,
      remedy: "Give the cluster IP of the DNS Service: kubectl -n kube-system get service kube-dns",
    },
  ];
}
