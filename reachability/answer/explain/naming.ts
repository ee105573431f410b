import { isNamespaceName, NAMESPACE_NAME_LABEL, UNKNOWN } from "../../../kubernetes";
import { AddressSet, formatCidr } from "../../../net";
import { addressesIn, type Analysis, type ReportedEnd, type Pass } from "../../compute";
import { blocksOf } from "../endFilter";
import { append } from "../../../data";
import { type PodShape, seenNamespace, UNKNOWN_NAME, type PodSet, type World } from "../../read";
import { exactSelector, type SelectorObject } from "./selectors";

/** One item of a rule's `from` or `to`, as a manifest holds it. */
export type PeerObject =
  | { readonly ipBlock: { readonly cidr: string; readonly except?: readonly string[] } }
  | { readonly podSelector: SelectorObject; readonly namespaceSelector?: SelectorObject };

/** How a rule can point at an end: all of these peers together; `also` are ends that they can't help naming too. */
export interface EndPeers {
  readonly peers: readonly PeerObject[];
  readonly also: readonly string[];
}

/** Why nothing can be proposed. */
export interface Unnamed {
  readonly reason: string;
}

/** The peers by which a policy of `namespace` names an end to packets of one family: the fewest others with it that selectors allow. */
export function peersFor(
  analysis: Analysis,
  namespace: string,
  end: ReportedEnd,
  pass: Pass,
): EndPeers | Unnamed {
  if (end.kind === "IPBlock") {
    // What a rule excepts, the VPC CNI closes, and opens, in blocks of other rules too.
    const peers = blocksOf(end, analysis.world.cni === "aws-vpc-cni").map(({ cidr, except }) => ({
      ipBlock: { cidr, ...(except.length === 0 ? {} : { except }) },
    }));
    return { peers, also: [] };
  }
  if (end.kind === "Database" || end.kind === "Endpoint") {
    const guarded = analysis.world.groups?.guarded ?? [];
    const found = guarded.find(({ kind, name }) => kind === end.kind && name === end.name)?.addresses;
    return found === undefined
      ? { reason: `${end.id}'s addresses aren't known` }
      : { peers: blocks(addressesIn(found, pass)), also: [] };
  }
  const workload = workloadOf(analysis, end);
  if (workload === undefined) return { reason: `${end.id} isn't known` };
  const hosts = workload.variants.filter(({ hostNetwork }) => hostNetwork === true);
  const pods = workload.variants.filter(({ hostNetwork }) => hostNetwork === false);
  if (hosts.length + pods.length < workload.variants.length) {
    return { reason: `it isn't known whether ${end.id} is in its node's network` };
  }
  const byAddress = hosts.length === 0 ? undefined : nodePeers(analysis, end, hosts, pass);
  const byLabels = pods.length === 0 ? undefined : podPeers(analysis, namespace, end, pods);
  const found = [byAddress, byLabels].filter((one) => one !== undefined);
  const unnamed = found.find((one): one is Unnamed => "reason" in one);
  if (unnamed !== undefined) return unnamed;
  const named = found as readonly EndPeers[];
  return { peers: named.flatMap(({ peers }) => peers), also: named.flatMap(({ also }) => also) };
}

const known = new WeakMap<Analysis, ReadonlyMap<PodSet, ReportedEnd>>();

/** The end that each workload is; ends and workloads that share a name are in the same order. */
function endsByWorkload(analysis: Analysis): ReadonlyMap<PodSet, ReportedEnd> {
  const found = known.get(analysis);
  if (found !== undefined) return found;
  const keyOf = (one: PodSet | ReportedEnd) => `${one.kind} ${one.namespace}/${one.name}`;
  const byName = new Map<string, ReportedEnd[]>();
  for (const end of analysis.ends) append(byName, keyOf(end), end);
  const made = new Map<PodSet, ReportedEnd>();
  for (const workload of analysis.world.workloads) {
    const end = byName.get(keyOf(workload))?.shift();
    if (end !== undefined) made.set(workload, end);
  }
  known.set(analysis, made);
  return made;
}

/** The workload that an end is. */
export const workloadOf = (analysis: Analysis, { id }: ReportedEnd): PodSet | undefined =>
  [...endsByWorkload(analysis)].find(([, end]) => end.id === id)?.[0];

/** The id of the end that a workload is. */
export const endIdOf = (analysis: Analysis, workload: PodSet): string =>
  endsByWorkload(analysis).get(workload)?.id ?? workload.name;

/** The addresses of an end outside. */
export const outsideAddresses = ({ id, addresses }: ReportedEnd): AddressSet =>
  addresses ?? AddressSet.of(id);

const blocks = (addresses: AddressSet): PeerObject[] =>
  addresses.toCidrs().map((cidr) => ({ ipBlock: { cidr: formatCidr(cidr) } }));

/** No selector matches a pod in its node's network, nor a node: only the node's addresses do. */
function nodePeers(
  analysis: Analysis,
  end: ReportedEnd,
  hosts: readonly PodShape[],
  pass: Pass,
): EndPeers | Unnamed {
  if (!analysis.world.traits.blocksMatch.nodes) {
    return { reason: `no NetworkPolicy names ${end.id} on Cilium, whose ipBlocks match no nodes` };
  }
  const known = hosts.flatMap(({ addresses }) =>
    addresses === undefined ? [] : [addressesIn(addresses, pass)],
  );
  if (known.length < hosts.length) {
    return {
      reason:
        end.kind === "Node"
          ? `${end.id} can only be named by its address, which isn't known`
          : `${end.id} is in its node's network and can only be named by the node's address, which isn't known`,
    };
  }
  const addresses = known.reduce((all, one) => all.union(one));
  const there = analysis.world.workloads.filter(({ variants }) =>
    variants.some((shape) => shape.addresses?.overlaps(addresses) === true),
  );
  const also = there.map((workload) => endIdOf(analysis, workload)).filter((id) => id !== end.id);
  return { peers: blocks(addresses), also };
}

function podPeers(
  analysis: Analysis,
  namespace: string,
  end: ReportedEnd,
  pods: readonly PodShape[],
): EndPeers | Unnamed {
  if (end.namespace === UNKNOWN_NAME) return { reason: `${end.id}'s namespace isn't known yet` };
  const found = exactSelector(analysis.world, end.namespace, pods);
  if (found === undefined) return { reason: noLabels(end) };
  const also = found.also.map((workload) => endIdOf(analysis, workload)).filter((id) => id !== end.id);
  const podSelector = found.selector;
  if (end.namespace === namespace) return { peers: [{ podSelector }], also };
  const namespaceSelector = namespaceLabels(analysis.world, end.namespace);
  if (namespaceSelector === undefined) {
    return { reason: `${end.id} stands for pods of namespaces that no selector tells from others` };
  }
  return { peers: [{ namespaceSelector, podSelector }], also };
}

/** Why an end without labels of its own can't be named. */
export const noLabels = ({ id }: ReportedEnd): string =>
  `no selector can name ${id} apart from other pods: it has no labels but those that its controller sets; give it one`;

/** A namespace by its name; one that stands for those of some labels, by these. */
function namespaceLabels(world: World, namespace: string): SelectorObject | undefined {
  if (isNamespaceName(namespace)) return { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } };
  const given = world.namespaces.get(namespace);
  const labels = [...(given === undefined ? [] : seenNamespace(world, given).known)].filter(
    (entry): entry is [string, string] => entry[0] !== NAMESPACE_NAME_LABEL && entry[1] !== UNKNOWN,
  );
  return labels.length === 0 ? undefined : { matchLabels: Object.fromEntries(labels) };
}
