import { changeText, explain, type Explanation } from "../reachability/answer";
import { EXIT } from "./exit";
import { type AskedQuestion, asked, some } from "./explainQuestion";
import { BadInput, type WorldFlags } from "./manifests/load";
import { hidesSomething } from "./manifests/skipped";
import { load, orBadInput, portOf, print } from "./reach";

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
  return orBadInput(async () => {
    const range = portOf(port);
    if (range.from !== range.to) throw new BadInput([`port ${port}: ask about one port`]);
    const loaded = await load(paths, flags);
    const warnings = loaded.flatMap((one) => one.warnings);
    const { analysis, questions } = asked(loaded, from, to, range.protocol, range.from);
    const answers = questions.map((question) => ({
      question,
      answer: explain(analysis, question),
    }));
    if (flags.json === true) print([jsonOf(answers, warnings)]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      print([answers.map(({ question, answer }) => textOf(question, answer)).join("\n")]);
    }
    const hides = loaded.some(({ skipped = [] }) => hidesSomething(skipped));
    const undecided = hides || answers.some(({ answer }) => answer.verdict === "unknown");
    return undecided && flags.failOn === "unknown" ? EXIT.undecided : EXIT.clean;
  });
}

function textOf({ notes }: AskedQuestion, { sentences, changes }: Explanation): string {
  const advice = changes.map((change) => {
    if (change.kind === "none")
      return `No rule that could be added allows its ${change.side}: ${change.reason}.\n`;
    const { to, yaml } = changeText(change);
    const also = change.also.length === 0 ? "" : `That also holds for ${some(change.also)}.\n`;
    return `To allow it, add to ${to}:\n${yaml.replaceAll(/^/gm, "  ")}\n${also}`;
  });
  return `${[...notes, ...sentences].join("\n")}\n${advice.join("")}`;
}

function jsonOf(
  answers: readonly { readonly question: AskedQuestion; readonly answer: Explanation }[],
  warnings: readonly string[],
): string {
  const shown = answers.map(({ question: { from, to, protocol, port, notes }, answer }) => ({
    from: from.id,
    to: to.id,
    protocol,
    port,
    notes,
    ...answer,
    changes: answer.changes.map((change) =>
      change.kind === "none" ? change : { ...change, ...changeText(change) },
    ),
  }));
  return `${JSON.stringify({ answers: shown, warnings }, undefined, 2)}\n`;
}
