// Tests: test/reachability/read/ciliumPolicy.test.ts
import {
  EVERYTHING,
  NAMESPACE_NAME_LABEL,
  readCidr,
  type Requirement,
  type Selector,
  selector,
  UNKNOWN,
} from "../../../kubernetes";
import { AddressSet, type Cidr, formatCidr } from "../../../net";
import { type FieldReader, type Fields, shown } from "../fields";
import { type FieldPlace, under } from "../problems";
import { type CiliumPeers, end, entityPeers, NO_PEERS, perhaps, these } from "./ciliumEntities";
import type { CiliumPeer } from "./ciliumPolicy";
import { readCiliumSelector } from "./ciliumSelector";

/** Fields that name peers, by what they are called behind `from` or `to`. */
const PEER_FIELDS = ["Endpoints", "Entities", "CIDR", "CIDRSet", "Groups", "Nodes", "Requires"] as const;
const EGRESS_FIELDS = [...PEER_FIELDS, "Services", "FQDNs"] as const;
type PeerField = (typeof EGRESS_FIELDS)[number];

/** The names of a direction's fields for peers. */
export const peerFieldsOf = (side: "ingress" | "egress"): readonly string[] =>
  side === "ingress"
    ? PEER_FIELDS.map((field) => `from${field}`)
    : EGRESS_FIELDS.map((field) => `to${field}`);

/** Where a field is empty, nobody is meant; of these everybody is. */
const EMPTY_MEANS_EVERYONE: readonly PeerField[] = ["Groups", "FQDNs", "Services", "Requires"];

/**
 * Reads a rule's peers, of which Cilium takes one kind in a rule.
 * @param home the policy's namespace; undefined for a clusterwide one
 * Source: Cilium 1.20.2, pkg/policy/api, pkg/policy/utils/parserules.go, pkg/policy/k8s/service.go.
 */
export function readCiliumPeers(
  fields: FieldReader,
  rule: Fields,
  side: "ingress" | "egress",
  home: string | typeof UNKNOWN | undefined,
  path: FieldPlace,
): CiliumPeers {
  const prefix = side === "ingress" ? "from" : "to";
  const kinds: readonly PeerField[] = side === "ingress" ? PEER_FIELDS : EGRESS_FIELDS;
  const lists = kinds.flatMap((field) => {
    const at = under(path, `${prefix}${field}`);
    const list = fields.list(rule[`${prefix}${field}`], at);
    if (list === UNKNOWN) fields.problem(at, "isn't known yet");
    return list === undefined || list === UNKNOWN ? [] : [{ field, list, at }];
  });
  const named = lists.filter(({ list }) => list.length > 0);
  const isNobody = lists.some(
    ({ field, list }) => list.length === 0 && !EMPTY_MEANS_EVERYONE.includes(field),
  );
  if (named.length > 1)
    fields.problem(path, `names peers by ${named.map(({ field }) => `${prefix}${field}`).join(" and ")}`);
  const [only] = named;
  if (isNobody) return { ...NO_PEERS, peers: [] };
  return only === undefined ? NO_PEERS : readList(fields, only, home);
}

function readList(
  fields: FieldReader,
  {
    field,
    list,
    at,
  }: { readonly field: PeerField; readonly list: readonly unknown[]; readonly at: FieldPlace },
  home: string | typeof UNKNOWN | undefined,
): CiliumPeers {
  const doubt = (peers: readonly CiliumPeer[], because: string): CiliumPeers => ({
    peers: [],
    services: [],
    doubtful: [{ peers, because }],
  });
  switch (field) {
    case "Endpoints":
      return joined(list.map((one, i) => endpoints(fields, one, home, under(at, i))));
    case "Entities":
      return everyNode(joined(list.map((one, i) => entity(fields, one, under(at, i)))));
    case "CIDR":
      return { ...NO_PEERS, peers: list.flatMap((one, i) => readBare(fields, one, under(at, i))) };
    case "CIDRSet":
      return joined(list.map((one, i) => readSet(fields, one, under(at, i))));
    case "Services":
      return joined(list.map((one, i) => service(fields, one, under(at, i))));
    case "Groups":
      return doubt([end("outside")], "which addresses the provider's groups have isn't known");
    case "FQDNs":
      return doubt([end("outside"), end("nodes")], "which addresses host names have isn't known");
    case "Nodes":
      return doubt([end("nodes")], "labels of nodes count only where Cilium is set so");
    case "Requires":
      fields.problem(at, "isn't computed: Cilium takes it no more");
      return NO_PEERS;
  }
}

/** A pod's own node and all others are all nodes, wherever the pod is. */
function everyNode(read: CiliumPeers): CiliumPeers {
  const { peers = [] } = read;
  const has = (sort: string) => peers.some((peer) => peer.kind === "ends" && peer.sort === sort);
  return has("host") && has("remote-node") ? { ...read, peers: [...peers, end("nodes")] } : read;
}

const joined = (all: readonly CiliumPeers[]): CiliumPeers => ({
  peers: all.flatMap(({ peers }) => peers ?? []),
  services: all.flatMap(({ services }) => services),
  doubtful: all.flatMap(({ doubtful }) => doubtful),
});

function endpoints(
  fields: FieldReader,
  value: unknown,
  home: string | typeof UNKNOWN | undefined,
  path: FieldPlace,
): CiliumPeers {
  const read = readCiliumSelector(fields, value, path);
  if (read === undefined) return these();
  if (read.kind === "reserved")
    return entityPeers(read.name) ?? perhaps(`what reserved:${read.name} is isn't known`, end("everyone"));
  return these({ kind: "pods", namespaces: namespacesOf(read, home), pods: read.pods });
}

/** The namespaces that a selector of pods means: its policy's own, where it says nothing of them. */
function namespacesOf(
  {
    namespaces,
    speaksOfNamespaces,
  }: { readonly namespaces: readonly Requirement[]; readonly speaksOfNamespaces: boolean },
  home: string | typeof UNKNOWN | undefined,
): Selector {
  return home === undefined || speaksOfNamespaces ? selector(namespaces) : namespaceNamed(home);
}

export const namespaceNamed = (name: string | typeof UNKNOWN): Selector =>
  selector([{ key: NAMESPACE_NAME_LABEL, operator: "In", values: [name] }]);

function entity(fields: FieldReader, value: unknown, path: FieldPlace): CiliumPeers {
  const name = fields.string(value, path);
  const peers = typeof name === "string" ? entityPeers(name) : undefined;
  if (peers !== undefined) return peers;
  fields.problem(
    path,
    name === UNKNOWN ? "isn't known yet" : `${shown(value)} isn't one of Cilium's entities`,
  );
  return these();
}

/** A CIDR, or an address alone. */
function readBare(fields: FieldReader, value: unknown, path: FieldPlace): readonly CiliumPeer[] {
  const isAddress = typeof value === "string" && !value.includes("/");
  const cidr = cidrAt(fields, isAddress ? `${value}/${value.includes(":") ? 128 : 32}` : value, path);
  if (cidr === undefined) return [];
  const written = { cidr, except: [] };
  return [{ kind: "block", set: AddressSet.of(cidr), text: formatCidr(cidr), written }];
}

function readSet(fields: FieldReader, value: unknown, path: FieldPlace): CiliumPeers {
  const map = fields.map(value ?? {}, path);
  if (map === undefined) return these();
  if (map === UNKNOWN) {
    fields.problem(path, "isn't known yet");
    return these();
  }
  fields.only(map, ["cidr", "except", "cidrGroupRef", "cidrGroupSelector"], path);
  if (map["cidrGroupRef"] !== undefined || map["cidrGroupSelector"] !== undefined)
    return perhaps("CiliumCIDRGroups aren't read", end("outside"));
  const cidr = cidrAt(fields, map["cidr"], under(path, "cidr"));
  const list = fields.list(map["except"], under(path, "except")) ?? [];
  const except = (list === UNKNOWN ? [UNKNOWN] : list).flatMap(
    (one, i) => cidrAt(fields, one, under(under(path, "except"), i)) ?? [],
  );
  if (cidr === undefined) return these();
  const whole = AddressSet.of(cidr);
  for (const [i, one] of except.entries())
    if (!whole.covers(AddressSet.of(one)))
      fields.problem(under(under(path, "except"), i), `${formatCidr(one)} isn't within ${formatCidr(cidr)}`);
  const text =
    except.length === 0
      ? formatCidr(cidr)
      : `${formatCidr(cidr)} except ${except.map(formatCidr).join(", ")}`;
  const set = whole.subtract(AddressSet.of(...except));
  return these({ kind: "block", set, text, written: { cidr, except } });
}

function cidrAt(fields: FieldReader, value: unknown, path: FieldPlace): Cidr | undefined {
  const text = fields.string(value ?? "", path);
  if (text === UNKNOWN) fields.problem(path, "isn't known yet");
  if (typeof text !== "string") return undefined;
  const read = readCidr(text);
  if (read.kind !== "refused" && read.lax.length === 0) return read.cidr;
  fields.problem(path, read.kind === "refused" ? read.message : `"${text}" isn't written as it is printed`);
  return undefined;
}

function service(fields: FieldReader, value: unknown, path: FieldPlace): CiliumPeers {
  const map = fields.map(value ?? {}, path);
  if (map === undefined) return these();
  if (map === UNKNOWN) {
    fields.problem(path, "isn't known yet");
    return these();
  }
  fields.only(map, ["k8sService", "k8sServiceSelector"], path);
  if (map["k8sServiceSelector"] !== undefined)
    return perhaps(
      "Services aren't found by their labels",
      { kind: "pods", namespaces: EVERYTHING, pods: EVERYTHING },
      end("everyone"),
    );
  const at = under(path, "k8sService");
  const given = fields.map(map["k8sService"] ?? {}, at);
  if (given === undefined || given === UNKNOWN) {
    fields.problem(at, "isn't known yet");
    return these();
  }
  fields.only(given, ["serviceName", "namespace"], at);
  const { serviceName, namespace = "" } = given;
  if (typeof serviceName !== "string" || typeof namespace !== "string") {
    fields.problem(at, "names no Service");
    return these();
  }
  return {
    ...these(),
    services: [{ kind: "service", name: serviceName, namespace: namespace === "" ? undefined : namespace }],
  };
}
