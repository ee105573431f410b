// Tests: test/reachability/evidence/families.test.ts
import { AddressSet, cidrAround, CidrError, width } from "../../net";
import { addressesOf } from "./addresses";
import type { FieldReader, Fields } from "./fields";
import { NO_LABELS, UNKNOWN } from "../../kubernetes";
import type { PodSet } from "./world";

/** Reads a Node: an end like a hostNetwork pod, on itself, that no policy selects. */
export function nodeWorkload(fields: FieldReader, object: Fields, name: string): PodSet {
  const status = fields.map(object["status"], ["status"]);
  const list =
    status === undefined || status === UNKNOWN
      ? undefined
      : fields.list(status["addresses"], ["status", "addresses"]);
  const texts = (list === undefined || list === UNKNOWN ? [] : list).flatMap((one) => {
    const text = (one as { address?: unknown } | null)?.address;
    return typeof text === "string" ? [text] : [];
  });
  const addresses = addressesOf(texts);
  return {
    kind: "Node",
    namespace: "",
    name,
    representative: false,
    variants: [
      {
        labels: NO_LABELS,
        hostNetwork: true,
        namedPorts: [],
        portsComplete: true,
        addresses: addresses.isEmpty() ? undefined : addresses,
        bridges: AddressSet.of(...podRangesOf(object).flatMap(firstOf)),
        node: name,
        serviceAccount: UNKNOWN,
      },
    ],
  };
}

/** Where a Node says that its pods are: `spec.podCIDRs`. */
export function podRangesOf(object: Fields): readonly AddressSet[] {
  const spec = object["spec"] as { podCIDRs?: unknown; podCIDR?: unknown } | null | undefined;
  const texts = Array.isArray(spec?.podCIDRs) ? spec.podCIDRs : [spec?.podCIDR];
  return texts.flatMap((text: unknown) => {
    try {
      return typeof text === "string" ? [AddressSet.of(text)] : [];
    } catch (error) {
      if (error instanceof CidrError) return [];
      throw error;
    }
  });
}

/** The first address in a range of a node's pods, which its bridge takes. Source: containernetworking/plugins, host-local and bridge. */
const firstOf = (range: AddressSet) =>
  range
    .toRanges()
    .flatMap(({ family, first, last }) =>
      first + 1n < last ? [cidrAround({ family, value: first + 1n }, width(family))] : [],
    );

/** hostNetwork pods whose own status doesn't tell their address have their node's. */
export function withNodeAddresses(workloads: readonly PodSet[], nodes: readonly PodSet[]): readonly PodSet[] {
  const known = new Map(nodes.map(({ name, variants }) => [name, variants[0]?.addresses]));
  if (known.size === 0) return workloads;
  return workloads.map((workload) => ({
    ...workload,
    variants: workload.variants.map((shape) => {
      const address = shape.node === undefined ? undefined : known.get(shape.node);
      return shape.hostNetwork === true && shape.addresses === undefined && address !== undefined
        ? { ...shape, addresses: address }
        : shape;
    }),
  }));
}
