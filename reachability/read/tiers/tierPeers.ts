// Tests: test/reachability/read/tierPolicy.test.ts
import { EVERYTHING, type Selector, UNKNOWN } from "../../../kubernetes";
import { AddressSet, formatCidr } from "../../../net";
import { readBlockCidr } from "../block";
import type { FieldReader, Fields } from "../fields";
import { type FieldPlace, under } from "../problems";
import { readSelector } from "../readLabels";
import type { TierPeer } from "./tierPolicy";

/** CIDRs or host names of one peer. */
const MAX_ADDRESSES = 25;

/** Whom a rule of one direction means. Only egress rules know anything but pods. */
export function readPeers(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  side: "ingress" | "egress",
  most: number,
): readonly TierPeer[] {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return [{ kind: "unknown" }];
  if (list === undefined || list.length === 0) {
    fields.problem(path, "is empty: name at least one peer");
    return [];
  }
  atMost(fields, list, most, path, "peers");
  const kinds = side === "ingress" ? POD_PEERS : ALL_PEERS;
  return list.flatMap((one, i): readonly TierPeer[] => {
    const peer = fields.map(one ?? {}, under(path, i));
    if (peer === undefined) return [];
    return peer === UNKNOWN ? [{ kind: "unknown" }] : readOne(fields, peer, under(path, i), kinds);
  });
}

const POD_PEERS = ["namespaces", "pods"] as const;
const ALL_PEERS = [...POD_PEERS, "nodes", "networks", "domainNames"] as const;
type PeerField = (typeof ALL_PEERS)[number];

/** A peer or subject, of which exactly one field is given. */
export function readOne(
  fields: FieldReader,
  peer: Fields,
  path: FieldPlace,
  known: readonly PeerField[],
): readonly TierPeer[] {
  fields.only(peer, known, path);
  const given = known.filter((field) => peer[field] !== undefined && peer[field] !== null);
  const [field, ...others] = given;
  if (field === undefined || others.length > 0) {
    const found = field === undefined ? "none" : given.join(" and ");
    fields.problem(path, `names ${found}: give one of ${known.join(", ")}`);
    return [];
  }
  return readPeer(fields, peer, field, path);
}

function readPeer(
  fields: FieldReader,
  peer: Fields,
  field: PeerField,
  path: FieldPlace,
): readonly TierPeer[] {
  switch (field) {
    case "namespaces":
      return [{ kind: "pods", namespaces: readSelector(fields, peer, field, path), pods: EVERYTHING }];
    case "pods": {
      const both = fields.map(peer[field], under(path, field));
      if (both === UNKNOWN) return [{ kind: "unknown" }];
      if (both === undefined) return [];
      const at = under(path, field);
      fields.only(both, ["namespaceSelector", "podSelector"], at);
      const read = (name: string): Selector => {
        if (both[name] === undefined || both[name] === null) fields.problem(under(at, name), "is missing");
        return readSelector(fields, both, name, at);
      };
      return [{ kind: "pods", namespaces: read("namespaceSelector"), pods: read("podSelector") }];
    }
    case "nodes":
      readSelector(fields, peer, field, path);
      return [{ kind: "nodes" }];
    case "networks":
      return readNetworks(fields, peer[field], under(path, field));
    case "domainNames": {
      const list = fields.list(peer[field], under(path, field));
      if (list !== UNKNOWN) atMost(fields, list, MAX_ADDRESSES, under(path, field), "host names");
      return [{ kind: "names" }];
    }
  }
}

function readNetworks(fields: FieldReader, value: unknown, path: FieldPlace): readonly TierPeer[] {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return [{ kind: "unknown" }];
  if (list === undefined || list.length === 0) {
    fields.problem(path, "is empty: name at least one CIDR");
    return [];
  }
  atMost(fields, list, MAX_ADDRESSES, path, "CIDRs");
  return list.flatMap((one, i): readonly TierPeer[] => {
    const cidr = readBlockCidr(fields, one ?? "", under(path, i));
    if (cidr === undefined) return [];
    if (cidr === UNKNOWN) return [{ kind: "unknown" }];
    const written = { cidr, except: [] };
    return [{ kind: "block", set: AddressSet.of(cidr), text: formatCidr(cidr), written }];
  });
}

export function atMost(
  fields: FieldReader,
  list: readonly unknown[] | undefined,
  most: number,
  path: FieldPlace,
  what: string,
): void {
  if (list !== undefined && list.length > most)
    fields.problem(path, `holds ${list.length} ${what}; an API server takes ${most}`);
}
