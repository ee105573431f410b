// Tests: test/cli/reach/explainCommand.test.ts
import { namespacedName } from "../../../kubernetes";
import {
  about,
  atCluster,
  atSubject,
  inputError,
  type PalisadeInputError,
  type Problem,
  throwProblems,
} from "../../../problems";
import { AddressSet, type Protocol } from "../../../net";
import type { Analysis, ReportedEnd } from "../../compute";
import { addressMeant } from "../addressMeaning";
import { addressesIn, meaningOf, noSuchEnd } from "../endFilter";
import type { Question } from "../question";
import { type AskedPort, type DeclaredPorts, type Meant, numbersOf, type Something } from "./askedPort";
import { some } from "./text";
import { asTarget, type QuestionTarget, targetsAt } from "../questionTargets";
import { selectedBy, targetsOf } from "../services";
import type { Service } from "../../read";

/** A question, and what to say of how its words were read. */
export interface AskedQuestion extends Question {
  readonly notes: readonly string[];
}

/** What is asked about one world. */
export interface WorldQuestions {
  readonly analysis: Analysis;
  readonly questions: readonly AskedQuestion[];
}

/** A cluster that a question may be about. */
export interface AskedCluster {
  /** Its name, where there are several. */
  readonly cluster?: string;
  readonly analysis: Analysis;
  /** What a declaration calls the ports of its ends. */
  readonly declared?: DeclaredPorts;
}

/**
 * What the words of a question ask, in the one cluster that has both ends.
 * @throws PalisadeInputError where they mean nothing, or too much.
 */
export function asked(
  clusters: readonly AskedCluster[],
  from: string,
  to: string,
  port: AskedPort,
): WorldQuestions {
  const found: { readonly cluster: string; readonly asked: WorldQuestions }[] = [];
  const misses: (readonly Problem[])[] = [];
  for (const { cluster = "", analysis, declared } of clusters) {
    const own = (text: string) => (text.startsWith(`${cluster}:`) ? text.slice(cluster.length + 1) : text);
    const [source, target] = [meant(analysis, own(from)), meant(analysis, own(to))];
    if (source.kind === "nothing" || target.kind === "nothing") {
      // In another cluster these names may mean something; a name that means too much here is a problem anyway.
      const { ends, world } = analysis;
      misses.push(
        [source, target].flatMap(({ kind, text }): readonly Problem[] => {
          const at = about(cluster === "" ? [] : atCluster(cluster), text);
          return kind === "nothing" ? [{ place: at, ...noSuchEnd(text, ends, world.services) }] : [];
        }),
      );
      continue;
    }
    const sources = sourcesNamed(analysis, source);
    const notes = [from, to].flatMap((text) => addressNotes(analysis, own(text)));
    const mayBeInside = [source, target].some(
      (one) =>
        one.kind === "address" &&
        one.address.kind === "outside" &&
        bridgeNote(analysis, one.text) !== undefined,
    );
    const questions = numbersOf(analysis.world, target, port, declared).flatMap(({ note, ...number }) =>
      targets(analysis, target, number.protocol, number.port).flatMap((one) =>
        sources.map((end): AskedQuestion => ({
          ...one,
          from: end,
          ...(mayBeInside && { mayBeInside }),
          notes: [...notes, ...note, ...one.notes],
        })),
      ),
    );
    if (questions.every((one) => one.from.kind === "IPBlock" && one.to.kind === "IPBlock")) {
      throw inputError(
        [],
        `${from} and ${to} are both addresses outside: neither end is of this cluster, and nothing here decides whether they reach each other`,
      );
    }
    found.push({ cluster, asked: { analysis, questions } });
  }
  const [only, ...others] = found;
  if (only === undefined) {
    // Where a cluster has one of the names, what it lacks is the other.
    const fewest = Math.min(...misses.map(({ length }) => length));
    throwProblems(misses.filter(({ length }) => length === fewest).flat());
    throw inputError([], "no cluster was read");
  }
  if (others.length > 0) {
    const names = found.map(({ cluster }) => cluster).join(", ");
    throw inputError([], `${from} and ${to} are in several clusters`, `Choose one with --cluster: ${names}`);
  }
  return only.asked;
}

function meant(analysis: Analysis, text: string): Meant {
  const address = addressMeant(analysis, text);
  if (address !== undefined) return { kind: "address", text, address };
  return { ...meaningOf(analysis.ends, analysis.world.services, text), text };
}

/** The ends that a text means as a source; several only where it means addresses that something tells apart. */
function sourcesNamed(analysis: Analysis, source: Something): readonly ReportedEnd[] {
  const { text } = source;
  if (source.kind === "ends") return [theOnly(text, "ends", source.ends, ({ id }) => id)];
  if (source.kind === "services")
    throw notASource(analysis, text, [theOnly(text, "Services", source.services, namespacedName)]);
  const { address } = source;
  if (address.kind === "outside" || address.ends.length > 0) return address.ends;
  const [, by] = address.services[0] ?? [];
  // What comes from a load balancer's own address may come by it from anywhere.
  if (by === "outer" && address.outside.length > 0) return address.outside;
  throw notASource(
    analysis,
    text,
    address.services.map(([service]) => service),
  );
}

function notASource({ world }: Analysis, text: string, services: readonly Service[]): PalisadeInputError {
  const pods = services.flatMap((service) => selectedBy(world, service));
  const instead =
    pods.length === 0 ? "no workload given here is behind it" : `name what is behind it: ${some(pods)}`;
  return inputError([], `${text} is a Service, which opens no connections; ${instead}`);
}

/** What is asked about at the destination: a Service stands for the pods behind it, and their ports. */
function targets(
  analysis: Analysis,
  target: Something,
  protocol: Protocol,
  port: number,
): readonly QuestionTarget[] {
  const { text } = target;
  if (target.kind === "address") {
    const { address } = target;
    return address.kind === "outside"
      ? address.ends.map((to) => ({ to, protocol, port, notes: [] }))
      : targetsAt(analysis, text, address, protocol, port);
  }
  if (target.kind === "ends") {
    const to = theOnly(text, "ends", target.ends, ({ id }) => id);
    return [{ to, protocol, port, notes: serviceNotes(analysis, text, to, protocol, port) }];
  }
  const service = theOnly(text, "Services", target.services, namespacedName);
  const found = targetsOf(analysis, service, protocol, port);
  if (found === undefined) {
    const ports = service.ports.map((one) => `${one.protocol} ${one.port}`);
    throw inputError(
      atSubject(`Service ${namespacedName(service)}`),
      `no ${protocol} port ${port}; it has ${ports.length === 0 ? "none" : some(ports)}`,
    );
  }
  return found.map((one) => asTarget(one, protocol));
}

/** A name may be a workload's and a Service's: worth saying where the Service's port leads elsewhere. */
function serviceNotes(
  analysis: Analysis,
  text: string,
  to: ReportedEnd,
  protocol: Protocol,
  port: number,
): readonly string[] {
  const meaning = meaningOf([], analysis.world.services, text);
  const services = meaning.kind === "services" ? meaning.services : [];
  const elsewhere = services.filter((service) =>
    (targetsOf(analysis, service, protocol, port) ?? []).some(
      (one) => one.to.id !== to.id || one.port !== port,
    ),
  );
  return elsewhere.map(
    (service) =>
      `${text} is a Service too, whose ${protocol} ${port} leads elsewhere: svc/${namespacedName(service)} asks about that.`,
  );
}

/** What has an address that is asked about, or what else is among addresses outside: that has answers of its own. */
function addressNotes(analysis: Analysis, text: string): readonly string[] {
  const address = addressMeant(analysis, text);
  if (address?.kind === "inside")
    return address.ends.length === 0 ? [] : [`${text} is ${some(address.ends.map(({ id }) => id))}.`];
  const others = address?.others ?? [];
  const [verb, object] = others.length === 1 ? ["is", "it"] : ["are", "them"];
  const note = address === undefined ? undefined : bridgeNote(analysis, text);
  const bridge = note === undefined ? [] : [note];
  return others.length === 0
    ? bridge
    : [
        ...bridge,
        `${text} is asked about as addresses outside; ${some(others)} ${verb} there too: ask about ${object} by name.`,
      ];
}

/**
 * That an address may be a node's own, of which no manifest tells: docker0's, or in the pods' ranges a bridge's that no Node's `podCIDRs` shows.
 * Source: Docker's documentation, "Bridge network driver" (default-address-pools).
 */
function bridgeNote({ world }: Analysis, text: string): string | undefined {
  const asked = addressesIn(text);
  if (asked === undefined) return undefined;
  const what =
    DOCKER.covers(asked) && asked.overlaps(DOCKER0)
      ? "172.17.0.1 is by default the address of docker0 on every node that runs Docker"
      : [...world.podRanges, ...world.nodeRanges].some((range) => range.covers(asked))
        ? `${text} is in the pods' ranges, and nothing here has it: it may be a pod that isn't given, or a node's bridge`
        : undefined;
  return what === undefined
    ? undefined
    : `${what}; a node reaches its own pods, and on most CNIs they reach it, whatever policies say.`;
}

const DOCKER = AddressSet.of("172.17.0.0/16");
const DOCKER0 = AddressSet.of("172.17.0.1/32");

/** The one thing that a text means; that it means several is the user's to settle. */
function theOnly<T>(text: string, kind: string, found: readonly T[], name: (one: T) => string): T {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw inputError([], `${text} means ${found.length} ${kind}: ${some(found.map(name))}`, "Name one");
}
