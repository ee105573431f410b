import { nameFault } from "../flows";
import { formatPortSpec, type PortRange } from "../net";

/** A name of the language's made of any text; undefined where nothing of it can be one. */
export function nameFrom(text: string): string | undefined {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return nameFault("workload", plain) === undefined ? plain : undefined;
}

/** The name, or the name with a number where it is taken. */
export function untaken(name: string, taken: { has: (name: string) => boolean }): string {
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name.slice(0, 60)}-${n}`;
  return free;
}

/** What people call a port where its pods don't: by its number. */
const COMMON: ReadonlyMap<number, string> = new Map([
  [80, "http"],
  [443, "https"],
  [8080, "http"],
  [8443, "https"],
  [3306, "mysql"],
  [5432, "postgresql"],
  [5672, "amqp"],
  [6379, "redis"],
  [9092, "kafka"],
  [11211, "memcached"],
  [26379, "sentinel"],
  [27017, "mongodb"],
]);

/** The name of a port, unless its pods give it one: `http`, else `tcp-8008`. */
export const portName = (range: PortRange, taken: { has: (name: string) => boolean }): string => {
  const common = range.protocol === "TCP" && range.from === range.to ? COMMON.get(range.from) : undefined;
  const plain = formatPortSpec(range).replace("/", "-");
  return common !== undefined && !taken.has(common) ? common : untaken(plain, taken);
};
