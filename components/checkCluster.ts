import type { AddressSet } from "../net/addressSet";
import { parseAddress, parseCidr, width } from "../net/cidr";
import { IPV4_MAPPED, METADATA } from "../net/specialRanges";
import { type Problem, quote } from "../flows/problem";
import { cidrProblem, clusterAddresses, hostAddresses, ofFamilies, validBlocks } from "./addresses";
import type { ApiServer, Cluster, ClusterDns } from "./cluster";
import { SPELLINGS } from "./networkPolicy/spelling";

/**
 * What is wrong with a cluster's facts, whatever runs on it: CIDRs, their overlaps, empty lists, what its CNI can't
 * express. `at` begins each subject: "cluster k3d-dev: ", or the path in a stack's config.
 */
export function checkCluster(cluster: Cluster, at: string): Problem[] {
  const addresses = clusterAddresses(cluster);
  return [
    ...checkBlocks(cluster.podCidrs, `${at}podCidrs`),
    ...checkBlocks(cluster.serviceCidrs, `${at}serviceCidrs`),
    ...checkBlocks(cluster.nodeCidrs, `${at}nodeCidrs`),
    ...checkOverlaps(cluster, at),
    ...checkDns(cluster.dns, cluster, `${at}dns.`),
    ...checkApiServer(cluster.apiServer, addresses.pods, addresses.services, `${at}apiServer.`),
    ...Object.entries(cluster.platform).flatMap(([name, { pods }]) =>
      pods !== "every-pod" && Object.keys(pods).length === 0
        ? [
            {
              subject: `${at}platform.${name}.pods`,
              value: "no labels would mean every pod",
              remedy: 'Write the labels of its pods, or "every-pod" if all are meant',
            },
          ]
        : [],
    ),
  ];
}

/** A list of CIDRs: canonical, none twice, and not empty, which nothing may read as everyone. */
export function checkBlocks(texts: readonly string[], subject: string): Problem[] {
  if (texts.length === 0) {
    return [{ subject, value: "an empty list", remedy: "Write at least one CIDR" }];
  }
  return texts.flatMap((text, index) => {
    const at = `${subject}[${index}]`;
    const problem = cidrProblem(at, text);
    if (problem !== undefined) return [problem];
    if (parseCidr(text).prefix === 0) {
      return [{ subject: at, value: `${text} is every address`, remedy: "Write the range that is meant" }];
    }
    if (validBlocks([text]).overlaps(IPV4_MAPPED.set)) {
      return [
        {
          subject: at,
          value: `${text} holds the IPv4-mapped addresses (::ffff:0:0/96), which many programs read as all of IPv4`,
          remedy: "Write the range that is meant",
        },
      ];
    }
    const first = texts.indexOf(text);
    if (first === index) return [];
    return [{ subject: at, value: `${text} is ${subject}[${first}] again`, remedy: "Remove one of them" }];
  });
}

function checkOverlaps(cluster: Cluster, at: string): Problem[] {
  const { pods, services, nodes } = clusterAddresses(cluster);
  const overlap = (a: string, setA: AddressSet, b: string, setB: AddressSet): Problem[] => {
    const both = setA.intersect(setB);
    if (both.isEmpty()) return [];
    return [
      {
        subject: `${at}${a}`,
        value: `overlaps ${b} in ${both.toString()}`,
        remedy: "Give each kind of address its own range, as the cluster does",
      },
    ];
  };
  const podsShareNodeRanges = SPELLINGS[cluster.cni].podsShareNodeRanges;
  return [
    ...overlap("podCidrs", pods, "serviceCidrs", services),
    ...overlap("nodeCidrs", nodes, "serviceCidrs", services),
    ...(podsShareNodeRanges ? [] : overlap("podCidrs", pods, "nodeCidrs", nodes)),
  ];
}

function checkDns(dns: ClusterDns, cluster: Cluster, at: string): Problem[] {
  const { services } = clusterAddresses(cluster);
  const problems = [
    ...checkAddresses(dns.nodeLocalAddresses, `${at}nodeLocalAddresses`),
    ...checkAddresses(dns.serviceAddresses, `${at}serviceAddresses`),
    ...checkInside(dns.serviceAddresses, services, `${at}serviceAddresses`),
  ];
  if (Object.keys(dns.pods).length === 0) {
    problems.push({
      subject: `${at}pods`,
      value: "no labels would mean every pod of its namespace",
      remedy: "Write the DNS pods' labels, usually k8s-app: kube-dns",
    });
  }
  if (dns.nodeLocalAddresses.length > 0 && !SPELLINGS[cluster.cni].blocksMatchNodes) {
    problems.push({
      subject: `${at}nodeLocalAddresses`,
      value: `${cluster.cni} matches no node-local address, so no policy could admit name resolution`,
      remedy:
        "Redirect the DNS Service to the cache's pods (CiliumLocalRedirectPolicy), name these in dns.pods, and leave the addresses out",
    });
  }
  problems.push(...checkDnsService(dns, cluster, at));
  if (hostAddresses(dns.nodeLocalAddresses).overlaps(METADATA.set)) {
    problems.push({
      subject: `${at}nodeLocalAddresses`,
      value: "holds the address of instance metadata",
      remedy: "Write the cache's own address, usually 169.254.20.10",
    });
  }
  return problems;
}

/** Where pods' packets go to the DNS Service's own address, policies have to admit that address, in every family. */
function checkDnsService(dns: ClusterDns, cluster: Cluster, at: string): Problem[] {
  const before = SPELLINGS[cluster.cni].seesClusterIps;
  if (!before && dns.nodeLocalAddresses.length === 0) return [];
  const { families } = clusterAddresses(cluster);
  const given = hostAddresses(dns.serviceAddresses.filter(isCanonicalAddress));
  if (families.length === 0 || !ofFamilies(given, families).isEmpty()) return [];
  return [
    {
      subject: `${at}serviceAddresses`,
      value: `has no address that pods could resolve names at, and ${
        before
          ? `${cluster.cni} filters before a Service's address becomes a pod's`
          : "a node-local cache listens on the Service's address too"
      }`,
      remedy: "Give the cluster IP of the DNS Service: kubectl -n kube-system get service kube-dns",
    },
  ];
}

function checkApiServer(api: ApiServer, pods: AddressSet, services: AddressSet, at: string): Problem[] {
  const problems = [
    ...checkBlocks([...new Set(api.endpoints.map(({ cidr }) => cidr))], `${at}endpoints`),
    ...checkAddresses(api.serviceAddresses, `${at}serviceAddresses`),
    ...checkInside(api.serviceAddresses, services, `${at}serviceAddresses`),
  ];
  for (const [index, { cidr }] of api.endpoints.entries()) {
    problems.push(
      ...checkHosts(
        [cidr],
        pods.union(METADATA.set),
        `${at}endpoints[${index}].cidr`,
        "the cluster's pods or metadata",
      ),
    );
  }
  return problems;
}

/** Blocks of several addresses must not hold any of `taken`; a single address may lie in a range that others use. */
export function checkHosts(
  texts: readonly string[],
  taken: AddressSet,
  subject: string,
  what: string,
): Problem[] {
  return texts.flatMap((text) => {
    const block = validBlocks([text]);
    if (block.isEmpty() || block.size() === 1n) return [];
    const both = block.intersect(taken);
    if (both.isEmpty()) return [];
    return [
      {
        subject,
        value: `${text} holds addresses of ${what} (${both.toString()}), which would be admitted too`,
        remedy: "Write the single addresses that are meant, as /32 or /128",
      },
    ];
  });
}

function checkAddresses(texts: readonly string[], subject: string): Problem[] {
  return texts.flatMap((text, index) =>
    isCanonicalAddress(text)
      ? []
      : [
          {
            subject: `${subject}[${index}]`,
            value: `${quote(text)} is not an IP address`,
            remedy: "Write a plain address, such as 10.96.0.10",
          },
        ],
  );
}

function isCanonicalAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && cidrProblem("", `${text}/${width(address.family)}`) === undefined;
}

function checkInside(texts: readonly string[], services: AddressSet, subject: string): Problem[] {
  const outside = hostAddresses(texts.filter(isCanonicalAddress)).subtract(services);
  if (outside.isEmpty()) return [];
  return [
    {
      subject,
      value: `${outside.toString()} is outside serviceCidrs`,
      remedy: "Write the Service's cluster IP, or correct serviceCidrs",
    },
  ];
}
