import { parsePortSpec, PortSet } from "../../net";
import type { Ports } from "./reach";

/**
 * The ports that databases and caches listen on, and the names that people give them. Source: IANA's service names and
 * each product's default.
 */
export const DATABASE_PORTS: readonly string[] = [
  "tcp/1433",
  "tcp/1521",
  "tcp/3306",
  "tcp/5432",
  "tcp/5433",
  "tcp/6379",
  "tcp/9042",
  "tcp/11211",
  "tcp/26379",
  "tcp/27017",
];

export const DATABASE_PORT_NAMES: readonly string[] = [
  "cql",
  "mariadb",
  "memcached",
  "mongodb",
  "mysql",
  "pgbouncer",
  "postgres",
  "postgresql",
  "redis",
];

/** Which database ports, by number or name, some ports open; empty where none. */
export function databasePortsIn(
  { numbers, names }: Ports,
  ports: readonly string[],
  portNames: readonly string[],
): string[] {
  const opened = PortSet.of(ports.map(parsePortSpec)).intersect(numbers);
  const named = names.filter((name) => portNames.includes(name.slice(name.indexOf("/") + 1)));
  return [...(opened.isEmpty() ? [] : [opened.toString()]), ...named];
}
