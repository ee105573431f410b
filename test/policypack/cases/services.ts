import { service, type TestResource, UNKNOWN } from "../helpers";
import type { Case } from "./case";

const OPEN = "service-no-open-exposure";
const BEYOND = [`${OPEN} web`];

const of = (
  id: string,
  idea: string,
  source: string,
  spec: object,
  expected: readonly string[],
  annotations?: unknown,
): Case => {
  const plain = service(spec);
  const metadata = { name: "web", namespace: "shop", annotations };
  const noted: TestResource = { ...plain, props: { ...plain.props, metadata } };
  return {
    id: `service-${id}`,
    idea,
    source,
    policies: [OPEN],
    stack: [annotations === undefined ? plain : noted],
    expected,
  };
};

const balancer = (change: object = {}) => ({ type: "LoadBalancer", ports: [{ port: 443 }], ...change });
const AWS = "AWS Load Balancer Controller's documentation";
const AWS_GROUPS = "service.beta.kubernetes.io/aws-load-balancer-security-groups";
const AWS_LISTS = "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists";
const CLOUD = "the cloud's documentation of internal load balancers";

export const SERVICE_CASES: readonly Case[] = [
  of(
    "cluster-ip",
    "A Service inside the cluster",
    "Kubernetes' documentation",
    { ports: [{ port: 80 }] },
    [],
  ),
  of(
    "node-port",
    "A Service on a port of every node",
    "Kubescape's control about NodePorts",
    { type: "NodePort" },
    BEYOND,
  ),
  of(
    "external-ips",
    "A Service that takes over an address",
    "CVE-2020-8554",
    { externalIPs: ["203.0.113.5"] },
    BEYOND,
  ),
  of(
    "balancer",
    "A load balancer without source ranges",
    "Kubescape's control about exposed Services",
    balancer(),
    BEYOND,
  ),
  of(
    "balancer-office",
    "A load balancer for an office's addresses",
    "Kubernetes' documentation",
    balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] }),
    [],
  ),
  of(
    "balancer-everyone",
    "A load balancer whose ranges are everyone",
    "an attacker with commit rights",
    balancer({ loadBalancerSourceRanges: ["0.0.0.0/0"] }),
    BEYOND,
  ),
  of(
    "balancer-halves",
    "A load balancer whose ranges add up to everyone",
    "an attacker with commit rights",
    balancer({ loadBalancerSourceRanges: ["0.0.0.0/1", "128.0.0.0/1"] }),
    BEYOND,
  ),
  of("aws-internal", "An internal load balancer by AWS's older annotation", AWS, balancer(), [], {
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
  }),
  of("aws-internal-off", "The same annotation as false", AWS, balancer(), BEYOND, {
    "service.beta.kubernetes.io/aws-load-balancer-internal": "false",
  }),
  of("aws-scheme", "An internal load balancer by its scheme", AWS, balancer(), [], {
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  }),
  of(
    "aws-scheme-public",
    "A public load balancer by its scheme, beside the older annotation",
    "an attacker with commit rights",
    balancer(),
    BEYOND,
    {
      "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
      "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    },
  ),
  of("gke-internal", "An internal load balancer on GKE", CLOUD, balancer(), [], {
    "networking.gke.io/load-balancer-type": "Internal",
  }),
  of("gke-external", "An external one on GKE", CLOUD, balancer(), BEYOND, {
    "networking.gke.io/load-balancer-type": "External",
  }),
  of("aks-internal", "An internal load balancer on AKS", CLOUD, balancer(), [], {
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
  }),
  of("openstack-internal", "An internal load balancer on OpenStack", CLOUD, balancer(), [], {
    "service.beta.kubernetes.io/openstack-internal-load-balancer": "true",
  }),
  of(
    "other-annotation",
    "An annotation that makes nothing internal",
    "an attacker with commit rights",
    balancer(),
    BEYOND,
    { "example.com/internal": "true" },
  ),
  of("noted-ranges", "Source ranges by annotation", "Kubernetes' cloud provider library", balancer(), [], {
    "service.beta.kubernetes.io/load-balancer-source-ranges": "198.51.100.0/24, 203.0.113.0/24",
  }),
  of(
    "noted-everyone",
    "Source ranges by annotation that are everyone",
    "an attacker with commit rights",
    balancer(),
    BEYOND,
    { "service.beta.kubernetes.io/load-balancer-source-ranges": "0.0.0.0/0" },
  ),
  of(
    "noted-beside-spec",
    "Narrow ranges by annotation beside wide ones in the spec, which count",
    "an attacker with commit rights",
    balancer({ loadBalancerSourceRanges: ["0.0.0.0/0"] }),
    BEYOND,
    { "service.beta.kubernetes.io/load-balancer-source-ranges": "198.51.100.0/24" },
  ),
  of("aws-groups", "Security groups of its own, whose rules aren't here", AWS, balancer(), [`${OPEN} web?`], {
    [AWS_GROUPS]: "sg-0123456789abcdef0",
  }),
  of(
    "aws-groups-beside-ranges",
    "Narrow ranges, which security groups by annotation put out of force",
    "an attacker with commit rights",
    balancer({ loadBalancerSourceRanges: ["198.51.100.0/24"] }),
    [`${OPEN} web?`],
    { [AWS_GROUPS]: "sg-0123456789abcdef0" },
  ),
  of("aws-groups-internal", "Security groups of an internal one", AWS, balancer(), [], {
    [AWS_GROUPS]: "frontend",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
  }),
  of("aws-groups-none", "The annotation for groups, empty", AWS, balancer(), BEYOND, { [AWS_GROUPS]: " " }),
  of("aws-lists", "Prefix lists in place of ranges", AWS, balancer(), [`${OPEN} web?`], {
    [AWS_LISTS]: "pl-0123456789abcdef0",
  }),
  of(
    "aws-lists-beside-everyone",
    "Prefix lists beside ranges that are everyone",
    "an attacker with commit rights",
    balancer({ loadBalancerSourceRanges: ["0.0.0.0/0"] }),
    BEYOND,
    { [AWS_LISTS]: "pl-0123456789abcdef0" },
  ),
  of(
    "unknown-annotations",
    "Annotations that aren't known yet",
    "a program that computes its annotations",
    balancer(),
    [`${OPEN} web?`],
    UNKNOWN,
  ),
  of(
    "unknown-note",
    "An annotation for internal load balancers whose value isn't known yet",
    "a program that computes its annotations",
    balancer(),
    [`${OPEN} web?`],
    { "service.beta.kubernetes.io/aws-load-balancer-internal": UNKNOWN },
  ),
];
