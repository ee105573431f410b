// Tests: test/cli/reach/explainCommand.test.ts
import {
  adviceOf,
  asked,
  type AskedPort,
  type AskedQuestion,
  type DeclaredPorts,
  changeText,
  explainWithDepartures,
  type Explanation,
} from "../reachability/answer/explain";
import { isPortName } from "../kubernetes";
import { PROTOCOLS } from "../net";
import { analyze } from "../reachability/compute";
import { EXIT } from "./exit";
import type { WorldFlags } from "./manifests/load";
import type * as Declared from "./declaredPorts";
import type * as ProposedFlow from "./proposedFlow";
import type { Proposed } from "./proposedFlow";
import { orInputErrors } from "./inputErrors";
import { atSubject, inputError } from "../problems";
import { hidesSomething } from "./manifests/skipped";
import { load, print } from "./reach";
import { portOf } from "./reachFilter";

/** The options of `palisade explain`, as commander parses them. */
export interface ExplainFlags extends WorldFlags {
  readonly json?: boolean;
  readonly failOn?: "unknown";
}

/** Runs `palisade explain FROM TO PORT PATH…`: one question's answer in a few sentences, with what decides it. */
export async function run(
  from: string,
  to: string,
  port: string,
  paths: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  return orInputErrors(async () => {
    const askedPort = askedPortOf(port);
    const loaded = await load(paths, flags);
    const warnings = loaded.flatMap((one) => one.warnings);
    const declared = await portsDeclared(askedPort, flags);
    const clusters = loaded.map(({ cluster, world }) => {
      const ports =
        declared.get(cluster ?? flags.cluster ?? "") ??
        (declared.size === 1 ? [...declared.values()][0] : undefined);
      return {
        ...(cluster === undefined ? {} : { cluster }),
        ...(ports === undefined ? {} : { declared: ports }),
        analysis: analyze(world),
      };
    });
    const { analysis, questions } = asked(clusters, from, to, askedPort);
    const cluster = clusters.find((one) => one.analysis === analysis)?.cluster ?? flags.cluster;
    const answers = await Promise.all(
      questions.map(async (question): Promise<Answered> => {
        const answer = explainWithDepartures(analysis, question);
        return { question, answer, declare: await declarationFor(flags, cluster, question, answer) };
      }),
    );
    if (flags.json === true) print([jsonOf(answers, warnings)]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print([answers.map(textOf).join("\n")]);
    }
    const hides = loaded.some(({ skipped = [] }) => hidesSomething(skipped));
    const undecided = hides || answers.some(({ answer }) => answer.verdict === "unknown");
    return undecided && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  }, flags.json === true);
}

/** `tcp/443`, `443` for TCP, or the name of a port at the destination: `http`, `tcp/http`. */
function askedPortOf(text: string): AskedPort {
  const [, protocol, name = ""] = /^(?:(tcp|udp|sctp)\/)?(.*)$/i.exec(text) ?? [];
  if (isPortName(name)) {
    return { kind: "name", protocol: PROTOCOLS.find((one) => one === protocol?.toUpperCase()), name };
  }
  const range = portOf(text);
  if (range.from !== range.to)
    throw inputError(atSubject(`port ${text}`), "is several", "Ask about one port");
  return { kind: "number", protocol: range.protocol, port: range.from };
}

/** What the stack's declarations call ports, by cluster, where a port is asked by its name. */
async function portsDeclared(
  { kind }: AskedPort,
  { stack, cwd = "." }: ExplainFlags,
): Promise<ReadonlyMap<string, DeclaredPorts>> {
  if (kind === "number" || stack === undefined) return new Map();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests have no declaration
  const { declaredPortsOf } = require("./declaredPorts") as typeof Declared;
  return declaredPortsOf(stack, cwd);
}

/** A question with its answer, and what a stack would have to declare for another one. */
interface Answered {
  readonly question: AskedQuestion;
  readonly answer: Explanation;
  readonly declare: readonly Proposed[];
}

/** Of a stack whose applications are declared, what to declare instead of editing policies that are made from that. */
async function declarationFor(
  { stack, cwd = "." }: ExplainFlags,
  cluster: string | undefined,
  question: AskedQuestion,
  { changes }: Explanation,
): Promise<readonly Proposed[]> {
  if (stack === undefined || changes.length === 0) return [];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- manifests have no declaration
  const { declarationOf } = require("./proposedFlow") as typeof ProposedFlow;
  return declarationOf(stack, cwd, cluster, question);
}

function textOf({ question: { notes }, answer: { sentences, changes }, declare }: Answered): string {
  const advice = (declare.length > 0 ? [] : changes)
    .map(adviceOf)
    .flatMap(({ text, yaml, also }) => [
      text,
      ...(yaml === "" ? [] : [yaml.replaceAll(/^/gm, "  ")]),
      ...(also === "" ? [] : [also]),
    ]);
  return `${[...notes, ...sentences, ...advice, ...proposalLines(declare)].join("\n")}\n`;
}

/** What to declare, for people. */
function proposalLines(declare: readonly Proposed[]): readonly string[] {
  if (declare.length === 0) return [];
  const lines = declare.flatMap(({ application, place, list, code }) => {
    const where = place === undefined ? "applications/" : `${place.file}:${place.line}`;
    const what = list === "flows" ? "To allow it, declare" : "and let the other side accept it:";
    return [`${what} in the ${list} of ${application} (${where}):`, `  ${code}`];
  });
  return [...lines, "The policies of both sides follow from that."];
}

function jsonOf(answers: readonly Answered[], warnings: readonly string[]): string {
  const shown = answers.map(({ question: { from, to, protocol, port, notes }, answer, declare }) => ({
    from: from.id,
    to: to.id,
    protocol,
    port,
    notes,
    ...answer,
    ...(declare.length === 0 ? {} : { declare }),
    changes: answer.changes.map((change) =>
      change.kind === "none" ? change : { ...change, ...changeText(change) },
    ),
  }));
  return `${JSON.stringify({ answers: shown, warnings }, undefined, 2)}\n`;
}
