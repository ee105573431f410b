/**
 * The engines that RDS runs, and the port each listens on where none is given. Source: AWS documentation,
 * CreateDBInstance ("Engine", "Port") and CreateDBCluster.
 */
const ENGINES: ReadonlyMap<string, number> = new Map([
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

/** The names of all engines, as AWS spells them. */
export const engineNames = (): string[] => [...ENGINES.keys()];

/** The port that an engine listens on by default; undefined for an unknown engine. */
export const defaultPort = (engine: string): number | undefined => ENGINES.get(engine);
