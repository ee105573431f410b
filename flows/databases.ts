import { RDS_ENGINE_PORTS } from "../net";

/** The names of all engines, as AWS spells them. */
export const engineNames = (): string[] => [...RDS_ENGINE_PORTS.keys()];

/** The port that an engine listens on by default; undefined for an unknown engine. */
export const defaultPort = (engine: string): number | undefined => RDS_ENGINE_PORTS.get(engine);
