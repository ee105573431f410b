import type { JudgedFlow } from "../manifests/stackRelation";
import type { ReportedApplication } from "../report";
import { hanging, paint, plural, printable, type Style } from "./text";

/** Of more connections that nobody declares, only so many are listed without --verbose. */
const LISTED = 8;

/** What policies or groups of the plan surely close; what values that aren't known yet keep open; the rest is open as declared. */
const isClosed = ({ byPolicies, verdict }: JudgedFlow) => byPolicies === "blocked" || verdict === "blocked";
const isUnknown = (flow: JudgedFlow) => !isClosed(flow) && flow.byPolicies === "unknown";

/** How the computed relation compares with the declared flows, in a few words. */
export function comparison({ flows, computed }: ReportedApplication): string {
  const declared = plural(flows.length, "declared flow");
  if (computed === undefined) return paint.dim(declared);
  if (computed.kind === "refused") return `${paint.dim(`${declared}, `)}${paint.magenta("not computed")}`;
  const closed = computed.flows.filter(isClosed).length;
  const unknown = computed.flows.filter(isUnknown).length;
  const more = computed.undeclared.length;
  if (closed + unknown + more === 0) return paint.dim(`${declared}, computed: exactly these are open`);
  const facts = [
    ...(closed > 0 ? [`${closed} not open`] : []),
    ...(unknown > 0 ? [`${unknown} not yet known`] : []),
    ...(more > 0 ? ["more is open"] : []),
  ];
  return `${paint.dim(`${declared}, computed: `)}${paint.red(facts.join(", "))}`;
}

/** Where computed and declared differ, and what only owners of other groups can tell; one line each. */
export function renderComputed({ stage, computed }: ReportedApplication, style: Style): string[] {
  if (computed === undefined) return [];
  if (computed.kind === "refused") return section("Not computed", computed.problems, style);
  const missing = (flow: JudgedFlow, what: string) =>
    `${flow.from} → ${flow.to} ${flow.missing.join(" ")}: declared, and ${what}`;
  const closed = [
    ...computed.flows.filter(isClosed).map((flow) => missing(flow, "blocked")),
    ...computed.flows.filter(isUnknown).map((flow) => missing(flow, "not yet known whether open")),
  ];
  const more = computed.undeclared.map(({ from, to, ports, verdict }) => {
    const what = `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")}`;
    return `${what}: ${verdict === "allowed" ? "open" : "perhaps open"}, and nobody declares it`;
  });
  const listed = style.verbose ? more : more.slice(0, LISTED);
  const left = more.length - listed.length;
  const why = stage === "enforce" || more.length === 0 ? [] : [`stage ${stage} enforces nothing yet`];
  const groups = computed.flows.filter((flow) => flow.byPolicies === "allowed" && flow.verdict === "unknown");
  const verb = groups.length === 1 ? "depends" : "depend";
  return [
    ...section(
      "Computed otherwise than declared",
      [...why, ...closed, ...listed, ...(left > 0 ? [`${left} more: --verbose lists them`] : [])],
      style,
    ),
    ...(groups.length === 0
      ? []
      : section(
          "By NetworkPolicies alone",
          [
            `${plural(groups.length, "flow")} also ${verb} on security groups that exist already, which the plan doesn't hold: palisade reach --aws FILE reads them`,
          ],
          style,
        )),
  ];
}

const section = (title: string, items: readonly string[], style: Style): string[] =>
  items.length === 0
    ? []
    : ["", `  ${paint.dim(title)}`, ...items.flatMap((item) => hanging(printable(item), style))];
