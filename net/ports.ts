import { type Boundaries, fromPairs, has, intersect, same, subtract, toPairs, union } from "./boundaries";

/** What a NetworkPolicy port may name. Source: Kubernetes API, NetworkPolicyPort.protocol. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Every protocol, in the order in which everything prints them. */
export const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** The highest port; the lowest is 1. */
export const MAX_PORT = 65535;

/** Ports of one protocol, both ends included, 1-65535. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** An immutable set of (protocol, port), ports 1-65535. */
export class PortSet {
  /** What `ranges` answers, once it was asked: the same few sets are printed again and again. */
  #ranges: readonly PortRange[] | undefined;

  private constructor(private readonly sets: readonly Boundaries<number>[]) {}

  static readonly empty = new PortSet(PROTOCOLS.map(() => []));
  static readonly all = new PortSet(PROTOCOLS.map(() => [1, MAX_PORT + 1]));

  /** The union of some ranges, in any order. No ranges make the empty set. */
  static of(ranges: readonly PortRange[]): PortSet {
    return new PortSet(
      PROTOCOLS.map((protocol) =>
        fromPairs(
          ranges
            .filter((range) => range.protocol === protocol)
            .map(({ from, to }): readonly [number, number] => [from, to + 1]),
        ),
      ),
    );
  }

  /** Every port of one protocol. */
  static allOf(protocol: Protocol): PortSet {
    return PortSet.of([{ protocol, from: 1, to: MAX_PORT }]);
  }

  private zip(
    other: PortSet,
    merge: (a: Boundaries<number>, b: Boundaries<number>) => Boundaries<number>,
  ): PortSet {
    return new PortSet(this.sets.map((set, i) => merge(set, other.sets[i] ?? [])));
  }

  union(other: PortSet): PortSet {
    return this.zip(other, union);
  }

  intersect(other: PortSet): PortSet {
    return this.zip(other, intersect);
  }

  subtract(other: PortSet): PortSet {
    return this.zip(other, subtract);
  }

  equals(other: PortSet): boolean {
    return this.sets.every((set, i) => same(set, other.sets[i] ?? []));
  }

  isEmpty(): boolean {
    return this.sets.every((set) => set.length === 0);
  }

  isAll(): boolean {
    return this.equals(PortSet.all);
  }

  /** Whether every port of `other` is in this set. */
  covers(other: PortSet): boolean {
    return other.subtract(this).isEmpty();
  }

  /** Whether some port is in both sets. */
  overlaps(other: PortSet): boolean {
    return this.sets.some((set, i) => {
      const others = other.sets[i] ?? [];
      return set.length > 0 && others.length > 0 && intersect(set, others).length > 0;
    });
  }

  contains(protocol: Protocol, port: number): boolean {
    return has(this.sets[PROTOCOLS.indexOf(protocol)] ?? [], port);
  }

  /** The maximal ranges, ascending, by protocol in the order of PROTOCOLS. */
  ranges(): readonly PortRange[] {
    this.#ranges ??= PROTOCOLS.flatMap((protocol, i) =>
      toPairs(this.sets[i] ?? []).map(([from, end]) => ({ protocol, from, to: end - 1 })),
    );
    return this.#ranges;
  }

  /** One protocol's ports as text, `80,443-445`; empty where there are none. */
  portsOf(protocol: Protocol): string {
    return toPairs(this.sets[PROTOCOLS.indexOf(protocol)] ?? [])
      .map(([from, end]) => (from === end - 1 ? String(from) : `${from}-${end - 1}`))
      .join(",");
  }

  /** A text that equal sets share, and only these. Cheaper than what is meant to be read. */
  key(): string {
    return this.sets.map((set) => set.join()).join(";");
  }

  /** `TCP 80,443-445; UDP 53`, or `no ports`. */
  toString(): string {
    const parts = PROTOCOLS.map((protocol) => [protocol, this.portsOf(protocol)] as const).filter(
      ([, ports]) => ports !== "",
    );
    return parts.length === 0 ? "no ports" : parts.map((part) => part.join(" ")).join("; ");
  }
}

type ProtocolName = Lowercase<Protocol>;

/** How people write a port: `tcp/443`, `udp/53`, `tcp/1000-2000`. */
export type PortSpec = `${ProtocolName}/${number}` | `${ProtocolName}/${number}-${number}`;

/**
 * Why a text isn't a port: not `protocol/port`; a protocol other than tcp, udp and sctp; a port outside 1-65535; or a
 * range that ends before it begins.
 */
export type PortSpecErrorReason = "syntax" | "protocol" | "out-of-range" | "reversed";

/** A text that `parsePortSpec` refuses. */
export class PortSpecError extends Error {
  override readonly name = "PortSpecError";
  constructor(
    readonly text: string,
    readonly reason: PortSpecErrorReason,
    explanation: string,
  ) {
    super(`port ${text} ${explanation}`);
  }
}

const NAMES: ReadonlyMap<string, Protocol> = new Map([
  ["tcp", "TCP"],
  ["udp", "UDP"],
  ["sctp", "SCTP"],
]);

/**
 * Reads `tcp/443` or `tcp/1000-2000`. Plain decimals only: no sign, no leading zero, no space.
 * @throws PortSpecError with the reason.
 */
export function parsePortSpec(text: string): PortRange {
  const match = /^([A-Za-z]+)\/(\d+)(?:-(\d+))?$/.exec(text);
  const [, name = "", first = "", last = first] = match ?? [];
  if (match === null || [first, last].some((digits) => /^0\d/.test(digits))) {
    throw new PortSpecError(text, "syntax", 'is not written like "tcp/443" or "tcp/1000-2000"');
  }
  const protocol = NAMES.get(name);
  if (protocol === undefined) throw new PortSpecError(text, "protocol", "isn't one of tcp, udp and sctp");
  const [from, to] = [Number(first), Number(last)];
  if ([from, to].some((port) => port < 1 || port > MAX_PORT)) {
    throw new PortSpecError(text, "out-of-range", `is out of range 1-${MAX_PORT}`);
  }
  if (to < from) {
    throw new PortSpecError(text, "reversed", `ends before it begins; write ${name}/${last}-${first}`);
  }
  return { protocol, from, to };
}

/** The one spelling of a range: `tcp/443`, `tcp/1000-2000`. */
export function formatPortSpec({ protocol, from, to }: PortRange): PortSpec {
  const name = protocol.toLowerCase() as ProtocolName;
  return from === to ? `${name}/${from}` : `${name}/${from}-${to}`;
}
