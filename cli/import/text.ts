// Tests: test/cli/import/command.test.ts
import { type ImportPlan, placementText } from "../../adopt";
import { type Problem, problemText } from "../../problems";
import type { EndsOnPorts, ImportProof } from "./prove";

/** How many lines of a list people are shown, unless they ask for all. */
const SHOWN = 20;

/** What an import says besides its files, for people. */
export function importText(
  plan: ImportPlan,
  unexpressed: readonly Problem[],
  proof: ImportProof,
  isVerbose: boolean,
): string {
  const list = (lines: readonly string[]): string[] =>
    isVerbose || lines.length <= SHOWN
      ? [...lines]
      : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more (--verbose lists them)`];
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...list(lines).map((line) => `  ${line}`), ""];
  return [
    ...section("For the cluster in Pulumi.<stack>.yaml:", placementText(plan).trimEnd().split("\n")),
    ...section(
      "Stays as it is:",
      plan.kept.map(({ namespace, because }) => `namespace ${namespace}: ${because}`),
    ),
    ...section("Without a flow, so not declared and closed by isolation:", plan.leftOut),
    ...section("Can't be said as a flow:", unexpressed.map(problemText)),
    ...section(
      "Open on one side only, so closed today and not imported:",
      plan.oneSided.map(
        ({ flow, ports, policies, closed }) =>
          `${flow} ${ports}: ${policies.join(", ")} let${policies.length === 1 ? "s" : ""} it ${closed === "ingress" ? "out, and nothing lets it in" : "in, and nothing lets it out"}`,
      ),
    ),
    ...section("To be written before the first preview:", proof.toWrite.map(problemText)),
    ...proofLines(proof, section),
    "",
  ].join("\n");
}

function proofLines(
  proof: ImportProof,
  section: (title: string, lines: readonly string[]) => string[],
): string[] {
  return [
    ...section("Wider: open if this is deployed, and closed today:", proof.wider.map(connectionLine)),
    ...section("Narrower: open today, and closed if this is deployed:", proof.narrower.map(connectionLine)),
    ...section("Not known:", [...new Set([...proof.unknown.map(connectionLine), ...proof.notCompared])]),
    ...section("What would be written is refused:", proof.problems.map(problemText)),
    verdictLine(proof),
  ];
}

/** The end of the answer, in one line. */
function verdictLine({ verdict, wider, narrower, unknown, notCompared }: ImportProof): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  const also = [
    ...(narrower.length === 0 || verdict === "narrower"
      ? []
      : [`${count(narrower.length, "connection")} narrower`]),
    ...(unknown.length + notCompared.length === 0 || verdict === "unknown" ? [] : ["some not known"]),
  ];
  const more = also.length === 0 ? "" : `; ${also.join(", ")}`;
  switch (verdict) {
    case "identical":
      return "IDENTICAL  what would be deployed opens exactly what is open today";
    case "narrower":
      return `NARROWER  nothing is opened; ${count(narrower.length, "group")} of connections that are open today would be closed`;
    case "wider":
      return `WIDER  ${count(wider.length, "group")} of connections that are closed today would be opened${more}`;
    case "unknown":
      return `UNKNOWN  it isn't known whether what would be deployed opens what is open today${more}`;
    case "nothing":
      return "NOTHING  no rule is a flow that could be declared, so no application is written";
    case "refused":
      return "UNKNOWN  what would be written isn't accepted as it is, so nothing is proved";
  }
}

/** `shop/web[Deployment] → shop/db[StatefulSet]: TCP 5432`. */
const connectionLine = ({ from, to, ports }: EndsOnPorts): string =>
  `${endsText(from)} → ${endsText(to)}: ${ports}`;

function endsText(ends: EndsOnPorts["from"]): string {
  const ids = ends.map(({ id }) => id).sort();
  return ids.length <= 6 ? ids.join(", ") : `${ids.slice(0, 5).join(", ")} and ${ids.length - 5} more`;
}
