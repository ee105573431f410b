// Tests: test/cli/observe/command.test.ts
import type { ObservedFlow, ObservedParty, Sightings } from "../../observe";
import { OUTCOMES } from "../../records";
import { rowOf } from "../../proof";
import { plural, printable } from "../render/text";
import { isDenied, type ObserveReport, type SuggestedConnection } from "./report";

/** The report for people: what to do something about first. */
export function observeText(report: ObserveReport, verbose: boolean): string {
  const { observed, undeclared, deniedFlows } = report;
  const seen = observed.flows.filter(({ state }) => state === "seen");
  // The language adds name resolution: nobody can take it back.
  const unseen = observed.flows.filter(({ state, flow }) => state === "unseen" && flow.to.kind !== "dns");
  const unknown = observed.flows.filter(({ state }) => state === "unknown");
  const passing = undeclared.filter(({ today }) => today === "seen");
  const denied = undeclared.filter(({ today }) => today === "denied");
  const sections = [
    head(report),
    section(
      `Declared, and denied all the same (${deniedFlows.length}): something else than the stack's policies decides, or the plan isn't deployed`,
      deniedFlows.map((flow) => flowLine(flow, seenText(flow))),
    ),
    section(
      `Seen, and not declared (${passing.length}): the stack denies it when it is enforced`,
      passing.flatMap(connectionLines),
    ),
    section("Would be denied, by workload", byWorkload(passing)),
    section(
      `Denied already, and not declared (${denied.length})`,
      denied.flatMap(verbose ? connectionLines : (one) => [connectionLine(one)]),
    ),
    section(
      `Declared, and never seen${sinceText(observed.window)} (${unseen.length}): remove it, or say why it stays`,
      unseen.map((flow) => flowLine(flow, `${ownerText(flow)}because: ${flow.flow.because}`)),
    ),
    section(
      `Declared, not seen, and perhaps used (${unknown.length})`,
      verbose ? unknown.map((flow) => flowLine(flow, flow.because.join("; "))) : reasonsOf(unknown),
    ),
    section(
      `Declared and seen (${seen.length})`,
      verbose ? seen.map((flow) => flowLine(flow, seenText(flow))) : [],
    ),
    section("Not attributable: no end is guessed", observed.unattributed.map(countLine)),
    section(
      "Passed over",
      [
        { because: "about none of the stack's applications", records: observed.others },
        { because: "from or to a node", records: observed.nodes },
        ...observed.aside,
      ]
        .filter(({ records }) => records > 0)
        .map(countLine),
    ),
    section("Hidden: nothing is called unused by these records", observed.gaps.map(countLine)),
    [VERDICTS[report.verdict](passing.length, deniedFlows.length), ...remedies(report)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const VERDICTS: Readonly<Record<ObserveReport["verdict"], (undeclared: number, denied: number) => string>> = {
  clean: () => "CLEAN  all that was seen and could be attributed is declared",
  findings: (undeclared, denied) =>
    `FINDINGS  ${plural(undeclared, "connection")} seen and not declared; ${plural(denied, "declared flow")} denied`,
  undecided: () => "UNDECIDED  no record could be given to this stack's workloads",
};

/** Records of addresses alone say nothing of pods, unless something says who held them. */
const remedies = ({ verdict, observed }: ObserveReport): string[] =>
  verdict === "undecided" &&
  observed.unattributed.some(({ because }) => /^an address that (?:no|a) known pod held/.test(because))
    ? [
        "Say whose the addresses were: --pods FILE, a list of pods of that time, or --context NAME, the pods that run now",
      ]
    : [];

function head({ stack, cluster, observed, files, applications }: ObserveReport): string[] {
  const formats = observed.formats.map(({ format, records }) => `${format} ${records}`).join(", ");
  const stages = applications.map(({ name, stage }) => `${name} (${stage})`).join(", ");
  return [
    printable(`${stack} / ${cluster}: ${stages}`),
    `${plural(files, "file")}, records: ${formats === "" ? "none" : formats}; ${observed.attributed} attributed${windowText(observed.window)}`,
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 && !/\([1-9]\d*\)/.test(title)
    ? []
    : [title, ...lines.map((line) => `  ${printable(line)}`)];

const countLine = ({ because, records }: { readonly because: string; readonly records: number }): string =>
  `${records}  ${because}`;

const dateText = (instant: number): string => new Date(instant).toISOString().replace(".000Z", "Z");

const windowText = (window: ObserveReport["observed"]["window"]): string =>
  window === undefined ? "" : `, from ${dateText(window.first)} to ${dateText(window.last)}`;

const sinceText = (window: ObserveReport["observed"]["window"]): string =>
  window === undefined ? "" : ` since ${dateText(window.first)}`;

const ownerText = ({ owner }: ObservedFlow): string => (owner === undefined ? "" : `owner: ${owner}; `);

function flowLine(flow: ObservedFlow, rest: string): string {
  const { from, to, ports } = rowOf(flow.flow);
  return `${flow.application}: ${from} → ${to}  ${ports.join(" ")}  ${rest}`;
}

function seenText(seen: Sightings): string {
  const counts = OUTCOMES.filter((outcome) => seen.records[outcome] > 0).map(
    (outcome) => `${outcome} ${seen.records[outcome]}`,
  );
  return `${counts.join(", ")}${seen.last === undefined ? "" : `, last ${dateText(seen.last)}`}`;
}

/** An end as people call it. */
function partyText(party: ObservedParty): string {
  switch (party.kind) {
    case "workload":
      return `${party.application}/${party.workload}`;
    case "pods": {
      const labels = Object.entries(party.labels).map(([key, value]) => `${key}=${value}`);
      return `${party.namespace}/{${labels.join(",")}}`;
    }
    case "addresses": {
      const { addresses, areAll } = party;
      const shown = addresses.slice(0, 4).join(", ");
      return areAll && addresses.length <= 4
        ? shown
        : `${shown} and ${areAll ? addresses.length - 4 : "many"} more`;
    }
  }
}

/** A connection on one line, without what was seen of it. */
export const connectionText = ({ from, to, protocol, port }: SuggestedConnection): string =>
  `${partyText(from)} → ${partyText(to)}  ${protocol.toLowerCase()}/${port}`;

const connectionLine = (one: SuggestedConnection): string => `${connectionText(one)}  ${seenText(one)}`;

function connectionLines(one: SuggestedConnection): string[] {
  const declare = one.declare.flatMap(({ application, place, list, code }) => [
    `  ${list} of ${application} (${place === undefined ? "applications/" : `${place.file}:${place.line}`}): ${code}`,
  ]);
  const own = [one.from, one.to].some((party) => party.kind === "pods" && party.application !== undefined);
  const instead = own
    ? "  these pods are no workload of the application: declare one with their labels first"
    : "  no flow can be proposed: say by hand what its ends are";
  return [connectionLine(one), ...(declare.length === 0 ? [instead] : declare)];
}

function byWorkload(connections: readonly SuggestedConnection[]): string[] {
  const counts = new Map<string, { out: number; in: number; denied: boolean }>();
  for (const one of connections) {
    for (const name of one.refusedBy) {
      const entry = counts.get(name) ?? { out: 0, in: 0, denied: false };
      if (isFrom(one, name)) entry.out++;
      else entry.in++;
      counts.set(name, { ...entry, denied: entry.denied || isDenied(one) });
    }
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, entry]) =>
        `${name}  ${entry.out} from it, ${entry.in} to it${entry.denied ? "; some are denied at times already" : ""}`,
    );
}

const isFrom = ({ from }: SuggestedConnection, name: string): boolean =>
  (from.kind === "workload" && `${from.application}/${from.workload}` === name) ||
  (from.kind === "pods" && name.startsWith(`${from.application ?? ""}/(`));

/** How many flows have each reason. */
function reasonsOf(flows: readonly ObservedFlow[]): string[] {
  const counts = new Map<string, number>();
  for (const { because } of flows) for (const one of because) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([because, count]) => `${plural(count, "flow")}: ${because}`);
}
