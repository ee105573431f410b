// Tests: test/cli/reach/command.test.ts
import { parsePortSpec, PortSet, PortSpecError } from "../net";
import { atSource, inputError, throwProblems } from "../problems";
import { endIdsAt, type Filter, meaningOf, noSuchEnd, restrict, selectedBy } from "../reachability/answer";
import type { ReportedEnd, UnitRelation } from "../reachability/compute";
import type { Loaded } from "./manifests/load";

/** What is asked about: the ends of two sides, and a port. */
export interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly port?: string;
}

/**
 * The part of a relation that `--from`, `--to` and `--port` ask about.
 * @throws PalisadeInputError where a name means nothing, or a port is none.
 */
export function restricted(
  whole: UnitRelation,
  loaded: readonly Loaded[],
  { from, to, port }: Asked,
): UnitRelation {
  const ends = whole.units.flatMap((unit) => unit.ends);
  const services = servicesOf(loaded);
  const side = (flag: string, text: string | undefined) => {
    if (text === undefined) return undefined;
    const there = idsAt(loaded, text, flag === "--from" ? "source" : "target");
    if (there !== undefined) return (end: ReportedEnd) => there.has(end.id);
    const meaning = meaningOf(ends, services, text);
    const meant = new Set(meaning.kind === "ends" ? meaning.ends : []);
    if (meaning.kind === "services") {
      const ids = new Set(meaning.services.flatMap((service) => service.selected()));
      for (const end of ends) if (ids.has(end.id)) meant.add(end);
    }
    if (meant.size === 0)
      throwProblems([{ place: atSource(`${flag} ${text}`), ...noSuchEnd(text, ends, services) }]);
    return (end: ReportedEnd) => meant.has(end);
  };
  const [source, target] = [side("--from", from), side("--to", to)];
  const filter: Filter = {
    ...(source === undefined ? {} : { from: source }),
    ...(target === undefined ? {} : { to: target }),
    ...(port === undefined ? {} : { ports: PortSet.of([portOf(port)]) }),
  };
  return restrict(whole, filter);
}

/** The ids of the ends that an address of a pod, a node or a Service leads to, in whichever cluster; undefined where nothing has it. */
function idsAt(
  loaded: readonly Loaded[],
  text: string,
  as: "source" | "target",
): ReadonlySet<string> | undefined {
  const found = loaded.flatMap(({ cluster = "", world }) => {
    const prefix = loaded.length > 1 ? `${cluster}:` : "";
    return (endIdsAt(world, text, as) ?? []).map((id) => `${prefix}${id}`);
  });
  return found.length === 0 ? undefined : new Set(found);
}

/** The Services of all clusters, and the ids of the ends behind each; several clusters' are called by their cluster. */
const servicesOf = (loaded: readonly Loaded[]) =>
  loaded.flatMap(({ cluster = "", world }) => {
    const prefix = loaded.length > 1 ? `${cluster}:` : "";
    return world.services.map((service) => ({
      namespace: `${prefix}${service.namespace}`,
      name: service.name,
      selected: () => selectedBy(world, service).map((id) => `${prefix}${id}`),
    }));
  });

/** `tcp/443`, or a bare number, which means TCP. */
export function portOf(text: string) {
  try {
    return parsePortSpec(/^\d+(-\d+)?$/.test(text) ? `tcp/${text}` : text.toLowerCase());
  } catch (error) {
    if (!(error instanceof PortSpecError)) throw error;
    throw inputError([], error.message);
  }
}
