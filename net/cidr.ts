import { isIPv4, isIPv6 } from "node:net";

export type Family = 4 | 6;

/** One address: its family and its value as an integer (32 or 128 bits). */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** One CIDR block. `first` and `last` are its lowest and highest address, as integers, both included. */
export interface Cidr {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
  /** Length of the network part in bits: 0-32 or 0-128. */
  readonly prefix: number;
}

/**
 * Why a text isn't a CIDR: not an address and a prefix; a prefix that is missing, not plain decimal or too long; or a
 * block with another, canonical spelling.
 */
export type CidrErrorReason = "syntax" | "prefix" | "not-canonical";

/** A text that `parseCidr` refuses. `suggestion` is the canonical text, where one is evident. */
export class CidrError extends Error {
  override readonly name = "CidrError";
  readonly suggestion: string | undefined;
  constructor(
    readonly text: string,
    readonly reason: CidrErrorReason,
    explanation: string,
    suggestion?: string,
  ) {
    super(`"${text}" ${explanation}${suggestion === undefined ? "" : `; write ${suggestion}`}`);
    this.suggestion = suggestion;
  }
}

/** Bits of an address of this family. */
export const width = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

const MAPPED_HIGH_BITS = 0xffffn;

/**
 * The address that a text spells, or undefined. Strict: four decimal octets without leading zeros (which some
 * parsers read as octal), no zone identifier. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv6 address
 * that it spells; `parseCidr` refuses such blocks, because no packet carries one.
 */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 4, value: parseIPv4(text) };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  return { family: 6, value: parseIPv6(text) };
}

function parseIPv4(text: string): bigint {
  return text.split(".").reduce((value, octet) => value * 256n + BigInt(octet), 0n);
}

function parseIPv6(text: string): bigint {
  // A dotted-quad tail stands for the last two groups.
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  const hex =
    dotted?.[1] !== undefined && dotted[2] !== undefined ? dotted[1] + groups(parseIPv4(dotted[2])) : text;
  const [head = "", tail] = hex.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}

const groups = (quad: bigint) => `${(quad >> 16n).toString(16)}:${(quad & 0xffffn).toString(16)}`;

/** An address as text: dotted quad, or RFC 5952 (lower case, the longest run of two or more zero groups as `::`). */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const parts = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const run = longestZeroRun(parts);
  if (run === undefined) return parts.join(":");
  return `${parts.slice(0, run.start).join(":")}::${parts.slice(run.end).join(":")}`;
}

function longestZeroRun(parts: readonly string[]): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined;
  for (let start = 0; start < parts.length; start++) {
    let end = start;
    while (parts[end] === "0") end++;
    if (end - start > Math.max(1, best ? best.end - best.start : 1)) best = { start, end };
    if (end > start) start = end;
  }
  return best;
}

/** The block of `prefix` bits that holds an address: its other bits are cleared. */
export function cidrAround({ family, value }: Address, prefix: number): Cidr {
  const size = 1n << BigInt(width(family) - prefix);
  const first = value - (value % size);
  return { family, first, last: first + size - 1n, prefix };
}

/** A block in its one canonical spelling: `10.0.0.0/8`, `2001:db8::/32`. */
export function formatCidr({ family, first, prefix }: Cidr): string {
  return `${formatAddress({ family, value: first })}/${prefix}`;
}

/**
 * Reads a CIDR in its canonical spelling only, so that one block has one text.
 *
 * @throws CidrError "syntax" (no address, leading zeros, a zone identifier, an IPv4-mapped IPv6 block, ::ffff:0:0/96 itself included), "prefix"
 * (absent, not plain decimal, longer than the address) or "not-canonical" (bits set beyond the prefix, or another
 * spelling of the address), with the canonical text in `suggestion`.
 */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf("/");
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) {
    throw new CidrError(text, "syntax", "isn't a CIDR: expected an address, a slash and a prefix length");
  }
  const bits = width(address.family);
  if (slash < 0) {
    throw new CidrError(text, "prefix", "has no prefix length", formatCidr(cidrAround(address, bits)));
  }
  const spelled = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(spelled) || Number(spelled) > bits) {
    throw new CidrError(text, "prefix", `has a prefix length that isn't a whole number from 0 to ${bits}`);
  }
  const cidr = cidrAround(address, Number(spelled));
  if (cidr.family === 6 && cidr.prefix >= 96 && cidr.first >> 32n === MAPPED_HIGH_BITS) {
    const plain = cidrAround({ family: 4, value: cidr.first & 0xffffffffn }, cidr.prefix - 96);
    throw new CidrError(text, "syntax", "is an IPv4 block written as IPv6", formatCidr(plain));
  }
  const canonical = formatCidr(cidr);
  if (canonical !== text) throw new CidrError(text, "not-canonical", "isn't canonical", canonical);
  return cidr;
}
