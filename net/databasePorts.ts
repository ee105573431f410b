// Tests: test/policypack/invariants/networkPolicyNoDatabasePortsByCidr.test.ts
import { formatPortSpec, type PortSpec } from "./ports";

const port = (number: number): PortSpec => formatPortSpec({ protocol: "TCP", from: number, to: number });

/**
 * The engines that RDS runs, and the port each listens on where none is given. Source: AWS documentation,
 * CreateDBInstance ("Engine", "Port") and CreateDBCluster.
 */
const ENGINE_PORTS = {
  "aurora-mysql": 3306,
  "aurora-postgresql": 5432,
  "db2-ae": 50000,
  "db2-se": 50000,
  mariadb: 3306,
  mysql: 3306,
  "oracle-ee": 1521,
  "oracle-ee-cdb": 1521,
  "oracle-se2": 1521,
  "oracle-se2-cdb": 1521,
  postgres: 5432,
  "sqlserver-ee": 1433,
  "sqlserver-ex": 1433,
  "sqlserver-se": 1433,
  "sqlserver-web": 1433,
} as const;

/** The name of an engine of RDS, as AWS spells it. */
export type RdsEngine = keyof typeof ENGINE_PORTS;

/** The default port of an engine of RDS, by its name. */
export const RDS_ENGINE_PORTS: ReadonlyMap<string, number> = new Map(Object.entries(ENGINE_PORTS));

/**
 * The ports that databases and caches listen on: RDS's engines, Redshift, PostgreSQL's poolers, Redis and its Sentinel, InfluxDB, DAX,
 * Neptune, Cassandra and Keyspaces, OpenSearch, memcached, MongoDB and DocumentDB. Source: IANA's service names and each product's default.
 */
export const DATABASE_PORTS: readonly PortSpec[] = [
  ...new Set([
    ...RDS_ENGINE_PORTS.values(),
    ...[5433, 5439, 6379, 8086, 8111, 8182, 9042, 9111, 9142, 9200, 9300, 11211, 26379, 27017],
  ]),
]
  .sort((a, b) => a - b)
  .map(port);

/** The names that people give such ports. */
export const DATABASE_PORT_NAMES: readonly string[] = [
  "redshift",
  "opensearch",
  "neptune",
  "memcache",
  "influxdb",
  "elasticsearch",
  "documentdb",
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
