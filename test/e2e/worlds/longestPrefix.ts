import { AddressSet } from "../../../net/addressSet";
import { isIPv6 } from "../bench/network";

/** A block of addresses, some of which are excepted. */
export interface Block {
  readonly cidr: string;
  readonly except: readonly string[];
}

export interface PortRange {
  readonly protocol: string;
  readonly first: number;
  readonly last: number;
}

type Ports = readonly PortRange[] | "all";

/** The block of one address. */
export const blockOfOne = (address: string): string => `${address}/${isIPv6(address) ? 128 : 32}`;

const contains = (cidr: string, address: string): boolean => AddressSet.of(cidr).containsAddress(address);

/** Whether an address is in a block and not excepted. */
export const blockContains = ({ cidr, except }: Block, address: string): boolean =>
  contains(cidr, address) && !except.some((each) => contains(each, address));

const length = (cidr: string): number => Number(cidr.split("/")[1]);
const start = (cidr: string): string => cidr.split("/")[0] ?? "";

interface Entry {
  ports: Ports;
  readonly except: string[];
}

/**
 * The ports that are open at an address by the agent's way with blocks (pkg/fwruleprocessor): all blocks of all rules are one table, in
 * which the longest prefix decides. A block inherits the ports of the shorter ones around it, unless its first address is among what
 * they except; an exception that is no rule's block is an entry of its own, with no ports.
 */
export function longestPrefix(rules: readonly (Block & { readonly ports: Ports })[], address: string): Ports {
  const table = new Map<string, Entry>();
  // The other family's blocks are passed over.
  const sorted = rules.filter(({ cidr }) => isIPv6(cidr) === isIPv6(address));
  for (const { cidr, except, ports } of sorted.sort((a, b) => length(a.cidr) - length(b.cidr))) {
    const known = table.get(cidr);
    if (known === undefined)
      table.set(cidr, { ports: joined([ports, ...inherited(table, cidr)]), except: [...except] });
    else {
      known.ports = joined([ports, known.ports]);
      known.except.push(...except);
    }
  }
  for (const { except } of [...table.values()])
    for (const each of except) if (!table.has(each)) table.set(each, { ports: [], except: [] });
  const [found] = [...table]
    .filter(([cidr]) => contains(cidr, address))
    .sort(([a], [b]) => length(b) - length(a));
  return found?.[1].ports ?? [];
}

function inherited(table: ReadonlyMap<string, Entry>, cidr: string): readonly Ports[] {
  const around = [...table].filter(
    ([each]) => each !== blockOfOne(start(each)) && contains(each, start(cidr)),
  );
  return around
    .filter(([, { except }]) => !except.some((each) => contains(each, start(cidr))))
    .map(([, { ports }]) => ports);
}

function joined(all: readonly Ports[]): Ports {
  const ranges: PortRange[] = [];
  for (const ports of all) {
    if (ports === "all") return "all";
    ranges.push(...ports);
  }
  return [...new Map(ranges.map((each) => [JSON.stringify(each), each])).values()];
}
