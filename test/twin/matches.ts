import { AddressSet } from "../../net/addressSet";
import { CidrError, type Family } from "../../net/cidr";
import type { Protocol } from "../../net/ports";
import type { TwinPod, TwinSelector, TwinWorld } from "./world";

/** What one policy rule or peer says about a connection: yes, no, or not known from the world. */
export type Match = boolean | "unknown";

/** One packet's circumstances. */
export interface Packet {
  readonly world: TwinWorld;
  readonly destination: Resolved;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: Family;
}

const EITHER: readonly Family[] = [4, 6];

/** The families of an end's addresses; a pod whose addresses aren't known has those of the cluster's pods. */
export function familiesOf(world: TwinWorld, { pod, address }: Resolved): readonly Family[] {
  const families = (texts: readonly string[]) =>
    EITHER.filter((family) => texts.some((text) => text.includes(":") === (family === 6)));
  if (address !== undefined) return families([address]);
  if (pod?.ips !== undefined && pod.ips.length > 0) return families(pod.ips);
  const ranges = world.podCidrs ?? [];
  if (ranges.length > 0) return families(ranges);
  const known = world.pods.flatMap(({ ips, hostNetwork }) => (hostNetwork === true ? [] : (ips ?? [])));
  return known.length > 0 ? families(known) : EITHER;
}

/** An end of a question, found in its world. */
export interface Resolved {
  readonly pod: TwinPod | undefined;
  readonly address: string | undefined;
}

/** A node of which nothing is known. */
export const ANY_NODE: TwinPod = { namespace: "", name: "", hostNetwork: true };

/** A pod's labels as policies see them; Cilium's identities lack some. */
export function labelsOf({ cni }: TwinWorld, { labels = {} }: TwinPod): Readonly<Record<string, string>> {
  const lacking = ["pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name"];
  return cni === "cilium"
    ? Object.fromEntries(Object.entries(labels).filter(([key]) => !lacking.includes(key)))
    : labels;
}

/** Every namespace carries `kubernetes.io/metadata.name`; one that isn't given has no other label. */
export function namespaceLabels(world: TwinWorld, name: string): Readonly<Record<string, string>> {
  const given = world.namespaces.find((namespace) => namespace.name === name);
  return { ...given?.labels, "kubernetes.io/metadata.name": name };
}

/**
 * Whether some blocks of one rule's peer, together, hold an end.
 * @param cidrs of either family; those of the packet's count
 */
export function blocksMatch(
  { world, family }: Packet,
  { cidrs, except = [] }: { readonly cidrs: readonly string[]; readonly except?: readonly string[] },
  other: Resolved,
): Match {
  const ofFamily = cidrs.filter((cidr) => cidr.includes(":") === (family === 6));
  const set = together(ofFamily).subtract(together(except));
  if (set.isEmpty()) return false;
  if (other.address !== undefined) return set.containsAddress(other.address);
  const pod = other.pod;
  const host = pod?.hostNetwork === true;
  if (world.cni === "cilium") return false; // blocks match neither pods nor nodes
  if (pod?.ips !== undefined && pod.ips.length > 0) return pod.ips.some((ip) => set.containsAddress(ip));
  if (pod === ANY_NODE && set.covers(all4or6(family))) return true;
  if (host) return "unknown";
  // It may be in any of the family's ranges.
  const ranges = (world.podCidrs ?? []).map(addresses);
  if (ranges.length === 0) {
    // Nothing says where it is: only where the cluster has one family, a block of all of it surely holds the pod.
    const known = familiesOf(world, other);
    return known.length === 1 && set.covers(all4or6(family)) ? true : "unknown";
  }
  const own = ranges.filter((range) => all4or6(family).covers(range));
  if (own.length > 0 && own.every((range) => set.covers(range))) return true;
  return own.some((range) => set.overlaps(range)) ? "unknown" : false;
}

const all4or6 = (family: Family): AddressSet => (family === 4 ? AddressSet.allV4 : AddressSet.allV6);

const together = (cidrs: readonly string[]): AddressSet =>
  cidrs.reduce((sum, cidr) => sum.union(addresses(cidr)), AddressSet.empty);

const read = new Map<string, AddressSet>();

/** A block as a set, each text read once. Bits beyond the prefix are ignored, as every implementation does. */
function addresses(cidr: string): AddressSet {
  const known = read.get(cidr) ?? parsed(cidr);
  read.set(cidr, known);
  return known;
}

function parsed(cidr: string): AddressSet {
  try {
    return AddressSet.of(cidr);
  } catch (error) {
    if (!(error instanceof CidrError) || error.reason !== "not-canonical") throw error;
    return AddressSet.of(error.suggestion ?? cidr);
  }
}

/** Whether a label selector selects labels, in the words of the API's LabelSelector. */
export function selects(selector: TwinSelector, labels: Readonly<Record<string, string>>): boolean {
  const has = (key: string) => Object.hasOwn(labels, key);
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => has(key) && labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      switch (operator) {
        case "In":
          return has(key) && values.includes(labels[key] ?? "");
        case "NotIn":
          return !has(key) || !values.includes(labels[key] ?? "");
        case "Exists":
          return has(key);
        case "DoesNotExist":
          return !has(key);
        default:
          throw new Error(`unknown operator ${operator}`);
      }
    })
  );
}

/** Whether one of some conditions holds. */
export function any(matches: readonly Match[]): Match {
  if (matches.includes(true)) return true;
  return matches.includes("unknown") ? "unknown" : false;
}

/** Whether all of some conditions hold. */
export function all(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes("unknown") ? "unknown" : true;
}

/** What is known of an answer that may be any of these: they agree, or it isn't known. */
export function either(matches: readonly Match[]): Match {
  const [first = "unknown"] = matches;
  return matches.every((match) => match === first) ? first : "unknown";
}
