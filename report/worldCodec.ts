import { UNKNOWN } from "../kubernetes";
import { AddressSet, PortSet } from "../net";
import type { World } from "../reachability/read";

/** A value of a world that JSON has no form for. An object with a key `$` of its own is written by its entries. */
type Tagged =
  | { readonly $: "unknown" }
  | { readonly $: "bigint" | "addresses"; readonly v: string }
  | { readonly $: "ports"; readonly v: readonly (readonly [protocol: string, from: number, to: number])[] }
  | { readonly $: "map"; readonly v: readonly (readonly [unknown, unknown])[] }
  | { readonly $: "set" | "entries"; readonly v: readonly unknown[] };

/** A world as JSON text, and nothing of the manifests that it was read from but what answers depend on. */
export const encodeWorld = (world: World): string => JSON.stringify(encoded(world));

/** The world again: it answers every question as the first did. */
export const decodeWorld = (text: string): World => decoded(JSON.parse(text)) as World;

function encoded(value: unknown): unknown {
  if (value === UNKNOWN) return { $: "unknown" } satisfies Tagged;
  if (typeof value === "bigint") return { $: "bigint", v: String(value) } satisfies Tagged;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(encoded);
  if (value instanceof AddressSet) return { $: "addresses", v: value.toString() } satisfies Tagged;
  if (value instanceof PortSet) {
    const ranges = value.ranges().map(({ protocol, from, to }) => [protocol, from, to] as const);
    return { $: "ports", v: ranges } satisfies Tagged;
  }
  if (value instanceof Map) {
    const pairs = [...value].map(([key, each]) => [encoded(key), encoded(each)] as const);
    return { $: "map", v: pairs } satisfies Tagged;
  }
  if (value instanceof Set) return { $: "set", v: [...value].map(encoded) } satisfies Tagged;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => [key, encoded(each)] as const);
  return Object.hasOwn(value, "$")
    ? ({ $: "entries", v: entries } satisfies Tagged)
    : Object.fromEntries(entries);
}

function decoded(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decoded);
  return Object.hasOwn(value, "$") ? untagged(value as Tagged) : mapped(Object.entries(value));
}

function untagged(tagged: Tagged): unknown {
  switch (tagged.$) {
    case "unknown":
      return UNKNOWN;
    case "bigint":
      return BigInt(tagged.v);
    case "addresses":
      return AddressSet.of(...tagged.v.split(", ").filter((cidr) => cidr !== ""));
    case "ports":
      return PortSet.of(
        tagged.v.map(([protocol, from, to]) => ({ protocol: protocol as "TCP" | "UDP" | "SCTP", from, to })),
      );
    case "map":
      return new Map(tagged.v.map(([key, each]) => [decoded(key), decoded(each)]));
    case "set":
      return new Set(tagged.v.map(decoded));
    case "entries":
      return mapped(tagged.v as readonly (readonly [string, unknown])[]);
  }
}

const mapped = (entries: readonly (readonly [string, unknown])[]): object =>
  Object.fromEntries(entries.map(([key, each]) => [key, decoded(each)]));
