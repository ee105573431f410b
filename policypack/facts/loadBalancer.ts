import { type Cursor, type Field, known, type Unread, unreadOf } from "../values";

/** What a Service's annotations say of its load balancer. */
export interface LoadBalancerNotes {
  /** Whether only the private network reaches it. */
  readonly internal: Field<boolean>;
  /** Source ranges by annotation, which count where the spec has none. */
  readonly sourceRanges: Field<readonly string[]>;
  /** Security groups that admit in place of any ranges: who comes in stands in their rules, not here. */
  readonly groups: readonly Unread[];
  /** Prefix lists that admit beside ranges, and keep everyone out where there are none. */
  readonly prefixLists: readonly Unread[];
}

/**
 * Annotations by which clouds' controllers make a load balancer private, and the values that do. Sources: the controllers' documentation
 * (AWS Load Balancer Controller and the in-tree provider, GKE, AKS, OCI, OpenStack, Alibaba, IBM, DigitalOcean, Hetzner).
 */
const INTERNAL: Readonly<Record<string, (value: string) => boolean>> = {
  // The in-tree provider takes any text but "false", such as 0.0.0.0/0.
  "service.beta.kubernetes.io/aws-load-balancer-internal": (value) => value !== "" && value !== "false",
  "networking.gke.io/load-balancer-type": (value) => value === "Internal",
  "cloud.google.com/load-balancer-type": (value) => value === "Internal",
  "service.beta.kubernetes.io/azure-load-balancer-internal": isTrue,
  "service.beta.kubernetes.io/oci-load-balancer-internal": isTrue,
  "service.beta.kubernetes.io/openstack-internal-load-balancer": isTrue,
  "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": (value) => value === "intranet",
  "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": (value) => value === "private",
  "service.beta.kubernetes.io/do-loadbalancer-network": (value) => value === "INTERNAL",
  "load-balancer.hetzner.cloud/disable-public-network": isTrue,
};

/** AWS's newer spelling, which goes before the older one. */
const SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme";

/** Kubernetes' own, and Azure's. Source: k8s.io/cloud-provider, service helpers; AKS's documentation. */
const RANGES = [
  "service.beta.kubernetes.io/load-balancer-source-ranges",
  "service.beta.kubernetes.io/azure-allowed-ip-ranges",
] as const;

function isTrue(value: string): boolean {
  return value === "true";
}

/**
 * Annotations of the AWS Load Balancer Controller and, the first, of the in-tree provider. Source: the controller's guide to annotations, and
 * what it builds: with groups it makes no group for ranges; ranges are everyone's only where there are neither ranges nor lists.
 */
const GROUPS = "service.beta.kubernetes.io/aws-load-balancer-security-groups";
const PREFIX_LISTS = "service.beta.kubernetes.io/aws-load-balancer-security-group-prefix-lists";

/** Reads the annotations of a Service. */
export function readLoadBalancerNotes(annotations: Cursor): LoadBalancerNotes {
  const map = annotations.map();
  if (!map.known) return { internal: map, sourceRanges: map, groups: [map], prefixLists: [map] };
  return {
    internal: internalBy(annotations),
    sourceRanges: rangesBy(annotations),
    groups: elsewhere(annotations.at(GROUPS), "its security groups admit, whatever the ranges say"),
    prefixLists: elsewhere(annotations.at(PREFIX_LISTS), "its prefix lists admit too"),
  };
}

/** What an annotation refers to; nothing where it is absent or empty. */
function elsewhere(annotation: Cursor, because: string): readonly Unread[] {
  const text = annotation.text();
  if (!text.known) return [text];
  return (text.value ?? "").trim() === "" ? [] : [{ known: false, path: annotation.path, because }];
}

function internalBy(annotations: Cursor): Field<boolean> {
  const scheme = annotations.at(SCHEME).text();
  if (!scheme.known) return scheme;
  if (scheme.value !== undefined) return known(scheme.value === "internal");
  const notes = Object.entries(INTERNAL).map(([key, means]) => ({
    value: annotations.at(key).text(),
    means,
  }));
  if (notes.some(({ value, means }) => value.known && value.value !== undefined && means(value.value)))
    return known(true);
  const [unread]: Unread[] = unreadOf(notes.map(({ value }) => value));
  return unread ?? known(false);
}

function rangesBy(annotations: Cursor): Field<readonly string[]> {
  const texts = RANGES.map((key) => annotations.at(key).text());
  const [unread] = unreadOf(texts);
  if (unread !== undefined) return unread;
  const listed = texts.flatMap((text) => (text.known ? (text.value ?? "").split(",") : []));
  return known(listed.map((range) => range.trim()).filter((range) => range !== ""));
}
