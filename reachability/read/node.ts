import { AddressSet, cidrAround, CidrError, parseAddress, width } from "../../net";
import type { FieldReader, Fields } from "./fields";
import { NO_LABELS, UNKNOWN } from "../../kubernetes";
import type { Workload } from "./world";

/** Reads a Node: an end like a hostNetwork pod, on itself, that no policy selects. */
export function nodeWorkload(fields: FieldReader, object: Fields, name: string): Workload {
  const status = fields.map(object["status"], ["status"]);
  const list =
    status === undefined || status === UNKNOWN
      ? undefined
      : fields.list(status["addresses"], ["status", "addresses"]);
  const blocks = (list === undefined || list === UNKNOWN ? [] : list).flatMap((one) => {
    const text = (one as { address?: unknown } | null)?.address;
    const address = typeof text === "string" ? parseAddress(text) : undefined;
    return address === undefined ? [] : [cidrAround(address, width(address.family))];
  });
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
        addresses: blocks.length === 0 ? undefined : AddressSet.of(...blocks),
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

/** hostNetwork pods whose own status doesn't tell their address have their node's. */
export function withNodeAddresses(
  workloads: readonly Workload[],
  nodes: readonly Workload[],
): readonly Workload[] {
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
