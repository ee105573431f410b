// Tests: test/cli/render.test.ts
import type { FlowRow } from "../../proof";
import type { ReportedApplication } from "../report";
import { comparison, renderComputed } from "./computed";
import { columnWidth, hanging, paint, printable, wrap, type Style } from "./text";

/**
 * Who may talk to whom in an application: its flows, one row a destination, a source named once; and how what is computed
 * from the plan's policies and groups compares with them.
 */
export function renderApplication(application: ReportedApplication, style: Style): string[] {
  const { name, namespace, cluster, stage, notes, access, quotas } = application;
  const facts = [`namespace ${namespace}`, `cluster ${cluster}`, stage];
  return [
    `${paint.bold(printable(name))}  ${printable(facts.join(" · "))}  ${comparison(application)}`,
    "",
    ...flowTable(application, style),
    ...renderComputed(application, style),
    ...list("Databases and buckets", access, style),
    ...list("Security groups", style.verbose ? quotas : [], style),
    ...list("Notes", notes, style),
    "",
  ];
}

const list = (title: string, items: readonly string[], style: Style): string[] =>
  items.length === 0 ? [] : ["", `  ${paint.dim(title)}`, ...items.flatMap((item) => hanging(item, style))];

function flowTable({ flows }: ReportedApplication, style: Style): string[] {
  const rows = bySource(flows).map(({ from, to, ports, because, name }) => ({
    from: printable(from),
    to: printable(to),
    ports: printable(ports.join(" ")),
    because: style.verbose && name !== undefined ? `${because} (${name})` : because,
  }));
  const from = columnWidth([...rows.map((row) => row.from), "from"], 30);
  const to = columnWidth([...rows.map((row) => row.to), "to"], 40);
  const ports = columnWidth([...rows.map((row) => row.ports), "ports"], 30);
  const line = (cells: readonly [string, string, string, string]): string =>
    `  ${cells[0].padEnd(from)}  ${cells[1].padEnd(to)}  ${cells[2].padEnd(ports)}  ${cells[3]}`.trimEnd();
  const reasonWidth = Math.max(24, style.width - from - to - ports - 8);
  const body = rows.flatMap((row, index) => {
    const source = rows[index - 1]?.from === row.from ? "" : row.from;
    const [first = "", ...more] = wrap(row.because, reasonWidth);
    return [line([source, row.to, row.ports, first]), ...more.map((rest) => line(["", "", "", rest]))];
  });
  return [paint.dim(line(["from", "to", "ports", "because"])), ...body];
}

/** The flows of one source together, in the order in which sources first appear. */
function bySource(flows: readonly FlowRow[]): FlowRow[] {
  const sources = [...new Set(flows.map(({ from }) => from))];
  return sources.flatMap((source) => flows.filter(({ from }) => from === source));
}
