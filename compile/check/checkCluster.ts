import { below, type Path, type Place, placeText, type Problem } from "../../problems";
import { type AddressSet, IPV4_MAPPED, METADATA, parseCidr } from "../../net";
import { type Fault, labelsFaults, nameFault, namespaceFault } from "../../flows";
import { cidrProblem, clusterAddresses, ofFamilies, validBlocks } from "../addresses";
import { checkAddresses, checkInside } from "./checkAddresses";
import { checkDns } from "./checkDns";
import type { ApiServer, Cluster } from "../cluster";
import { SPELLINGS } from "../networkPolicy/cniProfiles";

/**
 * What is wrong with a cluster's facts, whatever runs on it: CIDRs, their overlaps, empty lists, what its CNI can't
 * express. `at` begins each subject: "cluster k3d-dev: ", or the path in a stack's config.
 */
export function checkCluster(cluster: Cluster, at: Place): Problem[] {
  const addresses = clusterAddresses(cluster);
  return [
    ...checkBlocks(cluster.podCidrs, below(at, "podCidrs")),
    ...checkBlocks(cluster.serviceCidrs, below(at, "serviceCidrs")),
    ...checkBlocks(cluster.nodeCidrs, below(at, "nodeCidrs")),
    ...checkOverlaps(cluster, at),
    ...checkFamilies(cluster, at),
    ...checkDns(cluster.dns, cluster, below(at, "dns")),
    ...checkApiServer(cluster.apiServer, addresses.pods, addresses.services, below(at, "apiServer")),
    ...checkNames(cluster, at),
    ...Object.entries(cluster.platform).flatMap(([name, { pods }]) =>
      pods !== "every-pod" && Object.keys(pods).length === 0
        ? [
            {
              place: below(at, "platform", name, "pods"),
              message: "no labels would mean every pod",
              remedy: 'Write the labels of its pods, or "every-pod" if all are meant',
            },
          ]
        : [],
    ),
  ];
}

/** Names and labels that Kubernetes would refuse, or that would select nothing. */
function checkNames({ name, aliases = [], dns, platform }: Cluster, at: Place): Problem[] {
  const faults: (readonly [path: Path, fault: Fault | undefined])[] = [
    [["name"], nameFault("cluster", name)],
    ...aliases.map((alias, index) => [["aliases", index], nameFault("cluster", alias)] as const),
    [["dns", "namespace"], namespaceFault(dns.namespace)],
    ...labelsFaults(dns.pods).map((fault) => [["dns", "pods"], fault] as const),
    ...Object.entries(platform).flatMap(([service, { namespace, pods }]) => [
      [["platform", service], nameFault("platform service", service)] as const,
      [["platform", service, "namespace"], namespaceFault(namespace)] as const,
      ...(pods === "every-pod" ? [] : labelsFaults(pods)).map(
        (fault) => [["platform", service, "pods"], fault] as const,
      ),
    ]),
  ];
  return faults.flatMap(([path, fault]) =>
    fault === undefined ? [] : [{ place: below(at, ...path), ...fault }],
  );
}

/** A list of CIDRs: canonical, none twice, and not empty, which nothing may read as everyone. */
export function checkBlocks(texts: readonly string[], place: Place): Problem[] {
  if (texts.length === 0) {
    return [{ place, message: "an empty list", remedy: "Write at least one CIDR" }];
  }
  return texts.flatMap((text, index) => {
    const at = below(place, index);
    const problem = cidrProblem(at, text);
    if (problem !== undefined) return [problem];
    if (parseCidr(text).prefix === 0) {
      return [{ place: at, message: `${text} is every address`, remedy: "Write the range that is meant" }];
    }
    if (validBlocks([text]).overlaps(IPV4_MAPPED.set)) {
      return [
        {
          place: at,
          message: `${text} holds the IPv4-mapped addresses (::ffff:0:0/96), which many programs read as all of IPv4`,
          remedy: "Write the range that is meant",
        },
      ];
    }
    const first = texts.indexOf(text);
    if (first === index) return [];
    return [
      {
        place: at,
        message: `${text} is ${placeText(below(place, first))} again`,
        remedy: "Remove one of them",
      },
    ];
  });
}

function checkOverlaps(cluster: Cluster, at: Place): Problem[] {
  const { pods, services, nodes } = clusterAddresses(cluster);
  const overlap = (a: string, setA: AddressSet, b: string, setB: AddressSet): Problem[] => {
    const both = setA.intersect(setB);
    if (both.isEmpty()) return [];
    return [
      {
        place: below(at, a),
        message: `overlaps ${b} in ${both.toString()}`,
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

/** Pods' families are the families that policies are written for: the CNI and the services have to have them. */
function checkFamilies(cluster: Cluster, at: Place): Problem[] {
  const { families, services } = clusterAddresses(cluster);
  const problems: Problem[] = [];
  if (families.length > 1 && SPELLINGS[cluster.cni].oneFamily) {
    problems.push({
      place: below(at, "podCidrs"),
      message: `has IPv4 and IPv6, and ${cluster.cni} ignores the policies' rules of one of them`,
      remedy: "Write the ranges of the cluster's one IP family",
    });
  }
  if (families.length > 0 && !services.isEmpty() && ofFamilies(services, families).isEmpty()) {
    problems.push({
      place: below(at, "serviceCidrs"),
      message: "has no addresses of the pods' family, so no pod could reach a Service",
      remedy: "Write the range that the cluster's Services have",
    });
  }
  return problems;
}

function checkApiServer(api: ApiServer, pods: AddressSet, services: AddressSet, at: Place): Problem[] {
  const problems = [
    ...checkBlocks([...new Set(api.endpoints.map(({ cidr }) => cidr))], below(at, "endpoints")),
    ...checkAddresses(api.serviceAddresses, below(at, "serviceAddresses")),
    ...checkInside(api.serviceAddresses, services, below(at, "serviceAddresses")),
  ];
  for (const [index, { cidr }] of api.endpoints.entries()) {
    problems.push(
      ...checkServerWidth(cidr, below(at, "endpoints", index, "cidr")),
      ...checkHosts(
        [cidr],
        pods.union(METADATA.set),
        below(at, "endpoints", index, "cidr"),
        "the cluster's pods or metadata",
      ),
    );
  }
  return problems;
}

/** The widest block that may be API servers': the subnets of their own that a provider moves them in. */
const SERVERS_PREFIX = { 4: 16, 6: 48 } as const;

function checkServerWidth(text: string, place: Place): Problem[] {
  const [cidr] = validBlocks([text]).toCidrs();
  if (cidr === undefined || cidr.prefix >= SERVERS_PREFIX[cidr.family]) return [];
  return [
    {
      place,
      message: `${text} is far too wide for API servers`,
      remedy: "Write their addresses, or the subnets that they have to themselves",
    },
  ];
}

/** Blocks of several addresses must not hold any of `taken`; a single address may lie in a range that others use. */
export function checkHosts(
  texts: readonly string[],
  taken: AddressSet,
  place: Place,
  what: string,
): Problem[] {
  return texts.flatMap((text) => {
    const block = validBlocks([text]);
    if (block.isEmpty() || block.size() === 1n) return [];
    const both = block.intersect(taken);
    if (both.isEmpty()) return [];
    return [
      {
        place,
        message: `${text} holds addresses of ${what} (${both.toString()}), which would be admitted too`,
        remedy: "Write the single addresses that are meant, as /32 or /128",
      },
    ];
  });
}
