/**
 * A preview's report as text for a terminal. In: the report, as `--json` has it, and a style. Out: the text.
 */
import type { PreviewReport } from "../report";
import { disabledText } from "../disabledPolicies";
import { renderApplication } from "./flows";
import { renderFindings } from "./findings";
import { renderOnAws } from "./onAws";
import { renderTree } from "./tree";
import { placeText } from "../../problems";
import { indent, paint, plural, printable, verdictText, wrap, type Style } from "./text";

/** A report for people: plan, who may talk to whom, what the policies say, and the verdict as the last line. */
export function render(report: PreviewReport, style: Style): string {
  const lines = [
    `${paint.bold(printable(report.project))} / ${paint.bold(printable(report.stack))}`,
    "",
    ...renderTree(report.resources, style),
    "",
    ...report.applications.flatMap((application) => renderApplication(application, style)),
    ...renderOnAws(report, style),
    ...report.logs.map(({ severity, message }) => `${severity}: ${printable(message)}`),
    ...(report.logs.length > 0 ? [""] : []),
    ...renderFindings(report.findings, report.remediations, style),
    ...renderLeftOut(report, style),
    verdictLine(report),
  ];
  return `${lines.join("\n")}\n`;
}

/** What isn't run here, why, and what to do about it. */
function renderLeftOut({ leftOut }: PreviewReport, style: Style): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.flatMap(({ text }) => wrap(printable(text), style.width - 2));
  return [paint.bold("Left out"), "", ...indent(lines, 2), ""];
}

/** What the verdict's line names of what is left out; the section above has all of it. */
const NAMED = 3;

function coverage({ judged, leftOut }: PreviewReport): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, NAMED).map(({ place }) => printable(placeText(place)));
  const others = leftOut.length - named.length;
  const names = others > 0 ? [...named, `${others} more`] : named;
  return [`${plural(judged, "resource")} judged, ${leftOut.length} left out (${names.join(", ")})`];
}

/** The policy of our pack that judges nothing: policypack/policies.ts. */
const SETTINGS = "settings";

function verdictLine(report: PreviewReport): string {
  const { verdict, findings, packs, policies, disabled, applications, unjudged } = report;
  const faults = applications.reduce(
    (sum, { computed }) => sum + (computed?.kind === "proof" ? computed.faults : 0),
    0,
  );
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const undecided = findings.filter((finding) => finding.undecided).length;
  const advice = findings.length - mandatory - undecided;
  const by = packs.length === 0 ? "no policy pack judged it" : `judged by ${packs.map(printable).join(", ")}`;
  const facts = [
    ...coverage(report),
    ...(mandatory > 0 ? [plural(mandatory, "mandatory violation")] : []),
    ...(faults > 0
      ? [plural(faults, "difference between declared and open", "differences between declared and open")]
      : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(advice > 0 ? [plural(advice, "advisory", "advisories")] : []),
    by,
    ...(unjudged === undefined ? [] : [printable(unjudged)]),
    ...disabledText(
      policies.filter((name) => name !== SETTINGS),
      disabled,
    ).map(printable),
  ].join(", ");
  return verdictText(verdict, facts);
}
