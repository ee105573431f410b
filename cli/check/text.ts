// Tests: test/cli/check/formats.test.ts
import { type Policy, SETTINGS, unjudgedText } from "../../policypack/index";
import { disabledText } from "../disabledPolicies";
import { indent, paint, plural, printable, verdictText, wrap } from "../render/text";
import type { CheckFinding, CheckReport, FindingLocation } from "./report";

/** The widest a paragraph gets, in columns. */
const WIDTH = Math.min(process.stdout.columns || 110, 130);

/** The report for people: violations by policy, then advice, then what is undecided; the verdict is the last line. */
export function reportText(report: CheckReport): string {
  const { findings } = report;
  const lines = [
    ...section(
      "Violations",
      findings.filter(({ level }) => level === "mandatory"),
      (text) => paint.red(text),
    ),
    ...section(
      "Advice",
      findings.filter(({ level, undecided }) => level === "advisory" && !undecided),
      (text) => paint.yellow(text),
    ),
    ...section(
      "Undecided",
      findings.filter(({ undecided }) => undecided),
      (text) => paint.magenta(text),
    ),
    verdictLine(report),
  ];
  return `${lines.join("\n")}\n`;
}

function section(
  title: string,
  findings: readonly CheckFinding[],
  colour: (text: string) => string,
): string[] {
  if (findings.length === 0) return [];
  const groups = [...new Set(findings.map(({ policy }) => policy))].map((policy) => ({
    policy,
    own: findings.filter((finding) => finding.policy === policy),
  }));
  return [
    paint.bold(title),
    "",
    ...groups.flatMap(({ policy, own }) => [
      `  ${colour(policy.name)}  ${paint.dim([policy.severity, ...(own.length > 1 ? [plural(own.length, "finding")] : [])].join(" · "))}`,
      ...indent(wrap(policy.description, WIDTH - 4), 4).map((line) => paint.dim(line)),
      ...own.flatMap(findingLines),
      "",
    ]),
  ];
}

function findingLines({ place, message }: CheckFinding): string[] {
  const head = place === undefined ? [] : [`    ${paint.bold(printable(placeText(place)))}`];
  return [...head, ...indent(wrap(message, WIDTH - 6), 6)];
}

/** `shop.yaml:12`, as terminals and editors make it a link. */
export const placeText = ({ file, line }: FindingLocation): string =>
  line === undefined ? file : `${file}:${line}`;

function verdictLine({
  verdict,
  findings,
  checked,
  files,
  policies,
  disabled,
  profile,
}: CheckReport): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const undecided = findings.filter((finding) => finding.undecided).length;
  const advice = findings.length - mandatory - undecided;
  const facts = [
    ...(mandatory > 0 ? [plural(mandatory, "mandatory violation")] : []),
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(advice > 0 ? [plural(advice, "advisory", "advisories")] : []),
    `${plural(checked.judged, "object")}${files === 0 ? "" : ` of ${plural(files, "file")}`} judged`,
    ...skippedText(checked.skipped),
    ...(profile === "strict" ? [] : [`profile ${profile}`]),
    ...disabledText(namesOf(policies), namesOf(disabled)),
    ...(checked.unjudged.size > 0 ? [printable(unjudgedText(checked.unjudged))] : []),
  ].join(", ");
  return verdictText(verdict, facts);
}

/** The settings judge nothing. */
const namesOf = (policies: readonly Policy[]): readonly string[] =>
  policies.flatMap((policy) => (policy === SETTINGS ? [] : [policy.name]));

/** What no policy judges: `5 skipped (3 ConfigMap, 2 Secret)`. */
function skippedText(skipped: ReadonlyMap<string, number>): string[] {
  if (skipped.size === 0) return [];
  const total = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...skipped].map(([kind, count]) => `${count} ${printable(kind)}`).join(", ");
  return [`${total} skipped (${kinds})`];
}
