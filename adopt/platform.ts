import type { PlatformService } from "../compile";
import type { PodChoice } from "../flows";
import { DNS_PORTS } from "../kubernetes";
import { PortSet } from "../net";
import type { World } from "../reachability/read";
import { podsMeant } from "./peers";
import type { ClusterProposal } from "./plan";

/** How services of the platform are known: by the name that their charts label pods with, or the namespace that they usually have. */
const KNOWN: readonly {
  readonly service: string;
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
}[] = [
  {
    service: "ingress",
    names: [
      "traefik",
      "ingress-nginx",
      "nginx-ingress",
      "haproxy-ingress",
      "kubernetes-ingress",
      "contour",
      "kong",
      "emissary-ingress",
      "istio-ingressgateway",
      "tenant-ingressgateway",
      "admin-ingressgateway",
    ],
    namespaces: [
      "ingress-nginx",
      "nginx-ingress",
      "traefik",
      "haproxy-controller",
      "projectcontour",
      "kong",
      "emissary",
      "istio-ingress",
    ],
  },
  {
    service: "monitoring",
    names: ["prometheus", "vmagent", "grafana-agent", "alloy", "opentelemetry-collector"],
    namespaces: [
      "monitoring",
      "prometheus",
      "observability",
      "openshift-monitoring",
      "cattle-monitoring-system",
    ],
  },
];

/** Labels that hold what runs in a pod. */
const NAME_KEYS = ["app.kubernetes.io/name", "app", "k8s-app", "name"];

const DNS_NAMES = ["kube-dns", "coredns", "dns-default", "dns"];

const USUAL_DNS = { namespace: "kube-system", pods: { "k8s-app": "kube-dns" } } as const;

/** The ports of name resolution. */
const NAME_RESOLUTION = PortSet.of(DNS_PORTS);

/** Whether ports are those of name resolution alone. */
export const isNameResolution = (ports: PortSet): boolean =>
  !ports.isEmpty() && NAME_RESOLUTION.covers(ports);

/** What a service of the platform is called: by its pods' labels or, where every pod of a namespace is meant, by that. */
function serviceOf(namespace: string, pods: PodChoice): string | undefined {
  if (pods === "every-pod")
    return KNOWN.find(({ namespaces }) => namespaces.includes(namespace))?.service ?? operatorIn([namespace]);
  const names = NAME_KEYS.flatMap((key) => pods[key] ?? []);
  return KNOWN.find((one) => names.some((name) => one.names.includes(name)))?.service ?? operatorIn(names);
}

const operatorIn = (names: readonly string[]): string | undefined =>
  names.find((name) => /^[a-z0-9]([-a-z0-9]*)-operator$/.test(name));

/**
 * The services of the platform that policies name, and where the cluster's DNS is. Of several places that may be one service, the
 * one that most rules name; the others stay pods of a namespace.
 */
export function proposePlatform(world: World): ClusterProposal {
  const uses = new Map<string, { count: number; service: string; place: PlatformService }>();
  const resolvers = new Map<string, { count: number; place: ClusterProposal["dns"] }>();
  for (const policy of world.policies) {
    for (const { peers, ports } of [...policy.ingress.rules, ...policy.egress.rules]) {
      for (const peer of peers === "everyone" ? [] : peers) {
        if (peer.kind !== "pods" || peer.namespaces === "own") continue;
        const meaning = podsMeant(peer, policy, world);
        for (const { namespace, pods } of meaning.kind === "pods" ? meaning.named : []) {
          if (pods === undefined || namespace === policy.namespace) continue;
          const key = `${namespace} ${JSON.stringify(pods)}`;
          if (pods !== "every-pod" && isNameResolution(ports.numbers) && isDns(pods)) {
            const known = resolvers.get(key) ?? { count: 0, place: { namespace, pods } };
            resolvers.set(key, { ...known, count: known.count + 1 });
            continue;
          }
          const service = serviceOf(namespace, pods);
          if (service === undefined) continue;
          const known = uses.get(key) ?? { count: 0, service, place: { namespace, pods } };
          uses.set(key, { ...known, count: known.count + 1 });
        }
      }
    }
  }
  const most = [...uses.values()].sort((a, b) => b.count - a.count);
  const platform = new Map<string, PlatformService>();
  for (const { service, place } of most) if (!platform.has(service)) platform.set(service, place);
  const [dns] = [...resolvers.values()].sort((a, b) => b.count - a.count);
  return {
    platform: Object.fromEntries([...platform].sort(([a], [b]) => (a < b ? -1 : 1))),
    dns: dns?.place ?? USUAL_DNS,
  };
}

const isDns = (pods: Exclude<PodChoice, "every-pod">): boolean =>
  Object.values(pods).some((value) => DNS_NAMES.includes(value));

/** The service that pods of a namespace are, by the proposal. */
export const platformServiceAt = (
  { platform }: ClusterProposal,
  namespace: string,
  pods: PodChoice,
): string | undefined =>
  Object.entries(platform).find(
    ([, place]) => place.namespace === namespace && JSON.stringify(place.pods) === JSON.stringify(pods),
  )?.[0];
