// Tests: test/report/browser.test.ts
import { namespaceName } from "../boxes";
import type { Picture, PictureEdge } from "../picture";
import { button, labelled, make, word } from "./dom";
import { current, Names, portsShown, stateOf } from "./names";
import { type Cell, table } from "./table";

const ALL = "";
const OUTSIDE = "outside the cluster";
const EVERY_PORT = "every port";

/** Who reaches whom on which ports: namespaces, or the workloads of those that are chosen. A cell lists its connections below. */
export function matrix(picture: Picture, label: string): readonly Node[] {
  const names = new Names(picture);
  const edges = current(picture).map((edge) => ({ edge, ports: portsIn(edge.ports) }));
  const groupOf = (id: string): string => {
    const { namespace, outside } = names.node(id);
    return outside || namespace === "" ? OUTSIDE : namespaceName(namespace);
  };
  const groups = [...new Set(picture.nodes.map(({ id }) => groupOf(id)))].sort(
    (a, b) => Number(a === OUTSIDE) - Number(b === OUTSIDE) || counted(a, b),
  );
  const ports = [...new Set(edges.flatMap((one) => one.ports))].sort((a, b) => counted(a, b));
  const choice = (text: string, all: string, options: readonly string[]): HTMLSelectElement => {
    const field = make(
      "select",
      { "aria-label": text },
      make("option", { value: ALL }, all),
      ...options.map((one) => make("option", {}, one)),
    );
    field.addEventListener("change", () => {
      show();
    });
    return field;
  };
  const from = choice("From", "all namespaces", groups);
  const to = choice("To", "all namespaces", groups);
  const port = choice("Port", "all ports", ports);
  const place = make("div");
  const listed = make("div", { role: "status", "aria-live": "polite" });

  const show = (): void => {
    const [wantedFrom, wantedTo, wantedPort] = [from.value, to.value, port.value];
    const keyOf = (id: string, wanted: string): string => (wanted === ALL ? groupOf(id) : names.name(id));
    const cells = new Map<string, Map<string, PictureEdge[]>>();
    const columns = new Set<string>();
    for (const { edge, ports: open } of edges) {
      if (wantedFrom !== ALL && groupOf(edge.from) !== wantedFrom) continue;
      if (wantedTo !== ALL && groupOf(edge.to) !== wantedTo) continue;
      if (wantedPort !== ALL && !open.includes(wantedPort) && !open.includes(EVERY_PORT)) continue;
      const [row, column] = [keyOf(edge.from, wantedFrom), keyOf(edge.to, wantedTo)];
      columns.add(column);
      const own = cells.get(row) ?? new Map<string, PictureEdge[]>();
      cells.set(row, own.set(column, [...(own.get(column) ?? []), edge]));
    }
    listed.replaceChildren();
    if (cells.size === 0) {
      place.replaceChildren(make("p", {}, "No connection is open there."));
      return;
    }
    const order = [...columns].sort(byGroup(groups));
    const made = table(["From ↓ to →", ...order], label, { rowHeadings: true, isWide: true });
    place.replaceChildren(made.element);
    made.show(
      [...cells]
        .sort(([a], [b]) => byGroup(groups)(a, b))
        .map(([row, own]): Cell[] => [
          row,
          ...order.map((column): Cell => {
            const found = own.get(column);
            if (found === undefined) return "·";
            return () =>
              button(summaryOf(found), () => listed.replaceChildren(...list(row, column, found, names)), {
                class: "plain",
                title: `${row} → ${column}`,
              });
          }),
        ]),
    );
  };
  show();
  return [
    make("div", { class: "bar" }, labelled("From", from), labelled("To", to), labelled("Port", port)),
    place,
    listed,
  ];
}

/** "TCP 80,443; UDP 53" as its parts. */
function portsIn(text: string): readonly string[] {
  if (text === "All Connections") return [EVERY_PORT];
  return text.split("; ").flatMap((part) => {
    const at = part.lastIndexOf(" ");
    return part
      .slice(at + 1)
      .split(",")
      .map((one) => `${part.slice(0, at)} ${one}`);
  });
}

/** The ports of some connections in few words; a question mark where one isn't known to be open. */
function summaryOf(edges: readonly PictureEdge[]): string {
  const ports = [...new Set(edges.flatMap((edge) => portsIn(edge.ports)))];
  const [first = "", second] = ports;
  const isSame = second?.startsWith(first.slice(0, first.lastIndexOf(" ") + 1)) ?? false;
  const both = isSame ? `${first},${second?.slice(first.lastIndexOf(" ") + 1)}` : `${first}, ${second}`;
  const text = second === undefined ? first : ports.length === 2 ? both : `${ports.length} ports`;
  return edges.some(({ state }) => state === "unknown") ? `${text} ?` : text;
}

function list(row: string, column: string, edges: readonly PictureEdge[], names: Names): readonly Node[] {
  return [
    make("h3", {}, `${row} → ${column}`),
    make(
      "ul",
      {},
      ...edges.map((edge) =>
        make(
          "li",
          {},
          `${names.name(edge.from)} → ${names.name(edge.to)}: ${portsShown(edge.ports)} `,
          word(stateOf(edge)),
        ),
      ),
    ),
  ];
}

/** As people count: team-2 before team-10. */
const counted = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

const byGroup =
  (groups: readonly string[]) =>
  (a: string, b: string): number => {
    const [first, second] = [groups.indexOf(a), groups.indexOf(b)];
    return first === second ? counted(a, b) : first - second;
  };
