import type { PreviewReport } from "../report";
import { renderApplication } from "./flows";
import { renderFindings } from "./findings";
import { renderOnAws } from "./onAws";
import { renderTree } from "./tree";
import { paint, plural, printable, type Style } from "./text";

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
    verdictLine(report),
  ];
  return `${lines.join("\n")}\n`;
}

function verdictLine({ verdict, findings, packs, disabled, applications }: PreviewReport): string {
  const faults = applications.reduce(
    (sum, { computed }) => sum + (computed?.kind === "proof" ? computed.faults : 0),
    0,
  );
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const undecided = findings.filter((finding) => finding.undecided).length;
  const advice = findings.length - mandatory - undecided;
  const by = packs.length === 0 ? "no policy pack judged it" : `judged by ${packs.map(printable).join(", ")}`;
  const facts = [
    ...(mandatory > 0 ? [plural(mandatory, "mandatory violation")] : []),
    ...(faults > 0
      ? [plural(faults, "difference between declared and open", "differences between declared and open")]
      : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(advice > 0 ? [plural(advice, "advisory", "advisories")] : []),
    by,
    ...(disabled.length > 0 ? [`disabled: ${disabled.map(printable).join(", ")}`] : []),
  ].join(", ");
  switch (verdict) {
    case "clean":
      return `${paint.bold(paint.green("CLEAN"))}  ${facts}`;
    case "violations":
      return `${paint.bold(paint.red("VIOLATIONS"))}  ${facts}`;
    case "undecided":
      return `${paint.bold(paint.magenta("UNDECIDED"))}  ${facts}`;
  }
}
