// Tests: test/cli/render.test.ts
import type { PackFinding, RemediatedResource } from "../../engine";
import { kindOf } from "./tree";
import { indent, paint, plural, printable, wrap, type Style } from "./text";

/** What the policies say, grouped by policy: violations first, then advice, then what couldn't be decided. */
export function renderFindings(
  findings: readonly PackFinding[],
  remediations: readonly RemediatedResource[],
  style: Style,
): string[] {
  const violations = findings.filter(({ level }) => level === "mandatory");
  const advice = findings.filter(({ level, undecided }) => level === "advisory" && !undecided);
  const undecided = findings.filter((finding) => finding.undecided);
  return [
    ...section("Violations", violations, (text) => paint.red(text), style),
    ...section("Advice", advice, (text) => paint.yellow(text), style),
    ...section("Undecided", undecided, (text) => paint.magenta(text), style),
    ...renderRemediations(remediations),
  ];
}

function section(
  title: string,
  findings: readonly PackFinding[],
  colour: (text: string) => string,
  style: Style,
): string[] {
  if (findings.length === 0) return [];
  const policies = groupBy(findings);
  return [
    paint.bold(title),
    "",
    ...[...policies.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { policy, level, severity, description } = first;
      const facts = [level, severity, group.length > 1 ? plural(group.length, "finding") : ""].filter(
        (fact) => fact !== "",
      );
      return [
        `  ${colour(printable(policy))}  ${paint.dim(facts.join(" · "))}`,
        ...indent(wrap(description, style.width - 4), 4).map((line) => paint.dim(line)),
        ...group.flatMap((finding) => findingLines(finding, style)),
        "",
      ];
    }),
  ];
}

const keyOf = ({ pack, policy, level }: PackFinding): string => `${pack} ${policy} ${level}`;

function groupBy(findings: readonly PackFinding[]): Map<string, PackFinding[]> {
  const groups = new Map<string, PackFinding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}

/** The resource, then what is wrong with it. */
function findingLines({ urn, description, message }: PackFinding, style: Style): string[] {
  // The policy runtime begins each message with the description, which stands above already.
  const own = message.startsWith(`${description}\n`) ? message.slice(description.length + 1) : message;
  return [`    ${paint.bold(resourceOf(urn))}`, ...indent(wrap(own.trimEnd(), style.width - 6), 6)];
}

/** A URN as people call the resource: its kind and name. */
function resourceOf(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  const kind = kindOf(type.split("$").at(-1) ?? "");
  return printable(`${kind} ${name.join("::")}`);
}

function renderRemediations(remediations: readonly RemediatedResource[]): string[] {
  if (remediations.length === 0) return [];
  return [
    paint.bold("Remediated"),
    "",
    ...remediations.map(({ policy, urn }) => `  ${printable(policy)}  ${resourceOf(urn)}`),
    "",
  ];
}
