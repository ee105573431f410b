import type { Protocol } from "../net/ports";
import { type Analysis, analyze } from "../reachability/analysis";
import { addressesIn, endsMeant } from "../reachability/endFilter";
import type { End } from "../reachability/ends";
import { type Explanation, explain } from "../reachability/explain";
import { behind } from "../reachability/services";
import { EXIT } from "./exit";
import { BadInput, type Loaded, type WorldFlags } from "./manifests/load";
import { load, noSuchEnd, orBadInput, portOf, print } from "./reach";

/** The options of `palisade explain`, as commander parses them. */
export interface ExplainFlags extends WorldFlags {
  readonly json?: boolean;
  readonly failOn?: "unknown";
}

interface Question {
  readonly from: End;
  readonly to: End;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Runs `palisade explain FROM TO PORT PATH…`: one question's answer in a few sentences, with what decides it. */
export async function run(
  from: string,
  to: string,
  port: string,
  paths: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  return orBadInput(async () => {
    const range = portOf(port);
    if (range.from !== range.to) throw new BadInput([`port ${port}: ask about one port`]);
    const loaded = await load(paths, flags);
    const warnings = loaded.flatMap((one) => one.warnings);
    const { analysis, questions } = asked(loaded, from, to, range.protocol, range.from);
    const answers = questions.map((question) => ({
      question,
      answer: explain(analysis, question.from, question.to, question.protocol, question.port),
    }));
    if (flags.json === true) print([jsonOf(answers, warnings)]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print([answers.map(({ answer }) => textOf(answer)).join("\n")]);
    }
    const undecided = answers.some(({ answer }) => answer.verdict === "unknown");
    return undecided && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  });
}

/** A name that means nothing in a world. */
class NoSuchEnd extends BadInput {}

interface Asked {
  readonly analysis: Analysis;
  readonly questions: readonly Question[];
}

/** What is asked, in the one cluster that has both ends. */
function asked(loaded: readonly Loaded[], from: string, to: string, protocol: Protocol, port: number): Asked {
  const found: { readonly cluster: string; readonly asked: Asked }[] = [];
  const problems: string[] = [];
  for (const { cluster = "", world } of loaded) {
    const analysis = analyze(world);
    const own = (text: string) => (text.startsWith(`${cluster}:`) ? text.slice(cluster.length + 1) : text);
    try {
      const sources = endsNamed(analysis, own(from));
      const questions = targets(analysis, own(to), protocol, port).flatMap((target) =>
        sources.map((source): Question => ({ from: source, ...target })),
      );
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
    throw new BadInput([`${from} and ${to} are in several clusters: choose one by --cluster: ${names}`]);
  }
  return only.asked;
}

/** The ends that a name means; several only where it names several parts of the outside. */
function endsNamed({ ends }: Analysis, text: string): readonly End[] {
  const found = endsMeant(ends, text);
  if (found.length === 0) throw new NoSuchEnd([`${text}: ${noSuchEnd(ends)}`]);
  if (found.length > 1 && addressesIn(text) === undefined) {
    const names = found.slice(0, 5).map(({ id }) => id);
    throw new BadInput([
      `${text} means ${found.length} ends: ${names.join(", ")}${found.length > 5 ? ", …" : ""}; name one`,
    ]);
  }
  return found;
}

/** What is asked about at the destination: a Service stands for the pods behind it, and their ports. */
function targets(
  analysis: Analysis,
  text: string,
  protocol: Protocol,
  port: number,
): readonly Omit<Question, "from">[] {
  const [, wanted = text] = /^(?:svc|service)\/(.+)$/.exec(text) ?? [];
  const services = analysis.world.services.filter(
    ({ namespace, name }) =>
      wanted === `${namespace}/${name}` || wanted === name || wanted === `${namespace}/${name}[Service]`,
  );
  const asService = wanted !== text || text.endsWith("[Service]");
  const named = asService ? [] : endsMeant(analysis.ends, text);
  if (named.length > 0 || services.length === 0) {
    return endsNamed(analysis, text).map((to) => ({ to, protocol, port }));
  }
  const [service, ...others] = services;
  if (service === undefined || others.length > 0) {
    throw new BadInput([`${text} means ${services.length} Services; write namespace/name`]);
  }
  const found = behind(analysis, service, protocol, port);
  if (found.length === 0) {
    throw new BadInput([
      `Service ${service.namespace}/${service.name}: no ${protocol} port ${port} that leads to a workload given here`,
    ]);
  }
  return found.map(({ end, port: target }) => ({ to: end, protocol, port: target }));
}

function textOf({ sentences, changes }: Explanation): string {
  const advice = changes.map(
    ({ to, yaml }) => `To allow it, add to ${to}:\n${yaml.replaceAll(/^/gm, "  ")}\n`,
  );
  return `${sentences.join("\n")}\n${advice.join("")}`;
}

function jsonOf(
  answers: readonly { readonly question: Question; readonly answer: Explanation }[],
  warnings: readonly string[],
): string {
  const shown = answers.map(({ question: { from, to, protocol, port }, answer }) => ({
    from: from.id,
    to: to.id,
    protocol,
    port,
    ...answer,
  }));
  return `${JSON.stringify({ answers: shown, warnings }, undefined, 2)}\n`;
}
