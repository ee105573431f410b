import { formatPortSpec, type PortSpec } from "./ports";

const port = (number: number): PortSpec => formatPortSpec({ protocol: "TCP", from: number, to: number });

/**
 * The engines that RDS runs, and the port each listens on where none is given. Source: AWS documentation,
 * CreateDBInstance ("Engine", "Port") and CreateDBCluster.
 */
export const RDS_ENGINE_PORTS: ReadonlyMap<string, number> = new Map([
  ["aurora-mysql", 3306],
  ["aurora-postgresql", 5432],
  ["db2-ae", 50000],
  ["db2-se", 50000],
  ["mariadb", 3306],
  ["mysql", 3306],
  ["oracle-ee", 1521],
  ["oracle-ee-cdb", 1521],
  ["oracle-se2", 1521],
  ["oracle-se2-cdb", 1521],
  ["postgres", 5432],
  ["sqlserver-ee", 1433],
  ["sqlserver-ex", 1433],
  ["sqlserver-se", 1433],
  ["sqlserver-web", 1433],
]);

/** The ports of RDS's engines, `tcp/5432`. */
export const RDS_PORTS: readonly PortSpec[] = [...new Set(RDS_ENGINE_PORTS.values())]
  .sort((a, b) => a - b)
  .map(port);

/**
 * The ports that databases and caches listen on: RDS's engines, PostgreSQL's poolers, Redis and its Sentinel, Cassandra,
 * memcached, MongoDB. Source: IANA's service names and each product's default.
 */
export const DATABASE_PORTS: readonly PortSpec[] = [
  ...new Set([...RDS_ENGINE_PORTS.values(), 5433, 6379, 9042, 11211, 26379, 27017]),
]
  .sort((a, b) => a - b)
  .map(port);

/** The names that people give such ports. */
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
