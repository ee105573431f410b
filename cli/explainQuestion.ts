import type { Protocol } from "../net";
import { type Analysis, analyze, type End } from "../reachability/compute";
import {
  addressesIn,
  endsBehindService,
  meaningOf,
  outsideMeant,
  type Question,
  selectedBy,
} from "../reachability/answer";
import type { Service } from "../reachability/read";
import { BadInput, type Loaded } from "./manifests/load";
import { noSuchEnd } from "./reach";

/** A question, and what to say of how its words were read. */
export interface AskedQuestion extends Question {
  readonly notes: readonly string[];
}

/** What is asked about one world. */
export interface Asked {
  readonly analysis: Analysis;
  readonly questions: readonly AskedQuestion[];
}

/** A name that means nothing in a world. */
class NoSuchEnd extends BadInput {}

/** What the words of a question ask, in the one cluster that has both ends. */
export function asked(
  loaded: readonly Loaded[],
  from: string,
  to: string,
  protocol: Protocol,
  port: number,
): Asked {
  const found: { readonly cluster: string; readonly asked: Asked }[] = [];
  const problems: string[] = [];
  for (const { cluster = "", world } of loaded) {
    const analysis = analyze(world);
    const own = (text: string) => (text.startsWith(`${cluster}:`) ? text.slice(cluster.length + 1) : text);
    try {
      const sources = sourcesNamed(analysis, own(from));
      const notes = [from, to].flatMap((text) => addressNotes(analysis, own(text)));
      const questions = targets(analysis, own(to), protocol, port).flatMap((target) =>
        sources.map((source): AskedQuestion => ({
          ...target,
          from: source,
          notes: [...notes, ...target.notes],
        })),
      );
      if (questions.every((one) => one.from.kind === "IPBlock" && one.to.kind === "IPBlock")) {
        throw new BadInput([
          `${from} and ${to} are both addresses outside: neither end is of this cluster, and nothing here decides whether they reach each other`,
        ]);
      }
      found.push({ cluster, asked: { analysis, questions } });
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      // In another cluster these names may mean something; a name that means too much here is a problem anyway.
      if (!(error instanceof NoSuchEnd)) throw error;
      problems.push(...error.lines.map((line) => (cluster === "" ? line : `cluster ${cluster}: ${line}`)));
    }
  }
  const [only, ...others] = found;
  if (only === undefined) throw new BadInput(problems);
  if (others.length > 0) {
    const names = found.map(({ cluster }) => cluster).join(", ");
    throw new BadInput([`${from} and ${to} are in several clusters: choose one with --cluster: ${names}`]);
  }
  return only.asked;
}

/** The ends that a text means as a source; several only where it means addresses that something tells apart. */
function sourcesNamed(analysis: Analysis, text: string): readonly End[] {
  const { ends, relation, world } = analysis;
  const outside = outsideMeant(relation.classes.outside, text);
  if (outside !== undefined) return outside;
  const meaning = meaningOf(ends, world.services, text);
  if (meaning.kind === "nothing") throw new NoSuchEnd([`${text}: ${noSuchEnd(ends)}`]);
  if (meaning.kind === "ends") return [theOnly(text, "ends", meaning.ends, ({ id }) => id)];
  const pods = selectedBy(world, theOnly(text, "Services", meaning.services, nameOf)).map(({ id }) => id);
  const instead =
    pods.length === 0 ? "no workload given here is behind it" : `name what is behind it: ${some(pods)}`;
  throw new BadInput([`${text} is a Service, which opens no connections; ${instead}`]);
}

/** What is asked about at the destination: a Service stands for the pods behind it, and their ports. */
function targets(
  analysis: Analysis,
  text: string,
  protocol: Protocol,
  port: number,
): readonly Omit<AskedQuestion, "from">[] {
  const { ends, relation, world } = analysis;
  const outside = outsideMeant(relation.classes.outside, text);
  if (outside !== undefined) return outside.map((to) => ({ to, protocol, port, notes: [] }));
  const meaning = meaningOf(ends, world.services, text);
  if (meaning.kind === "nothing") throw new NoSuchEnd([`${text}: ${noSuchEnd(ends)}`]);
  if (meaning.kind === "ends") {
    const to = theOnly(text, "ends", meaning.ends, ({ id }) => id);
    return [{ to, protocol, port, notes: serviceNotes(analysis, text, to, protocol, port) }];
  }
  const service = theOnly(text, "Services", meaning.services, nameOf);
  const found = endsBehindService(analysis, service, protocol, port);
  if (found.length === 0) {
    throw new BadInput([
      `Service ${nameOf(service)}: no ${protocol} port ${port} that leads to a workload given here`,
    ]);
  }
  return found.map(({ end, port: target }) => ({
    to: end,
    protocol,
    port: target,
    notes: [`Service ${nameOf(service)}: ${protocol} ${port} leads to ${end.id} on ${target}.`],
  }));
}

/** A name may be a workload's and a Service's: worth saying where the Service's port leads elsewhere. */
function serviceNotes(
  analysis: Analysis,
  text: string,
  to: End,
  protocol: Protocol,
  port: number,
): readonly string[] {
  const meaning = meaningOf([], analysis.world.services, text);
  const services = meaning.kind === "services" ? meaning.services : [];
  const elsewhere = services.filter((service) =>
    endsBehindService(analysis, service, protocol, port).some(
      ({ end, port: target }) => end !== to || target !== port,
    ),
  );
  return elsewhere.map(
    (service) =>
      `${text} is a Service too, whose ${protocol} ${port} leads elsewhere: svc/${nameOf(service)} asks about that.`,
  );
}

/** Addresses that pods have: what rules say by labels holds for these only when they are asked about as pods. */
function addressNotes({ world }: Analysis, text: string): readonly string[] {
  const asked = addressesIn(text);
  if (asked === undefined) return [];
  const pods = world.workloads.filter(({ variants }) =>
    variants.some(({ addresses }) => addresses?.overlaps(asked) === true),
  );
  const ids = pods.map(({ namespace, name, kind }) =>
    namespace === "" ? `${name}[${kind}]` : `${namespace}/${name}[${kind}]`,
  );
  return ids.length === 0
    ? []
    : [`${text} is asked about as addresses outside; ${some(ids)} is there too: ask about it by name.`];
}

const nameOf = ({ namespace, name }: Service) => `${namespace}/${name}`;
/** The first of some names. */
export const some = (names: readonly string[]) =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;

/** The one thing that a text means; that it means several is the user's to settle. */
function theOnly<T>(text: string, kind: string, found: readonly T[], name: (one: T) => string): T {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new BadInput([`${text} means ${found.length} ${kind}: ${some(found.map(name))}; name one`]);
}
