// Tests: test/report/browser.test.ts
import type { Heading, Reported } from "../pageData";
import type { Picture } from "../picture";
import { labelled, make, searchField, word } from "./dom";
import { current, Names, portsShown, stateOf } from "./names";
import { type Cell, listOf, table } from "./table";

type Shown = Omit<Reported, "world">;

/** A list with a field that filters its rows by their texts. */
export function filtered(
  headings: readonly string[],
  rows: readonly { readonly text: string; readonly cells: readonly Cell[] }[],
  caption: string,
  noun: string,
): readonly Node[] {
  const count = make("p", { role: "status" });
  const list = table(headings, caption);
  const show = (wanted: string): void => {
    const found = wanted === "" ? rows : rows.filter(({ text }) => text.toLowerCase().includes(wanted));
    count.textContent = `${found.length.toLocaleString("en")} ${noun}${found.length === 1 ? "" : "s"}`;
    list.show(found.map(({ cells }) => cells));
  };
  show("");
  return [make("div", { class: "bar" }, labelled("Filter", searchField(show))), count, list.element];
}

/** Every connection. */
export function connections(picture: Picture, caption: string): readonly Node[] {
  const names = new Names(picture);
  const shown = current(picture);
  const isDeclared = shown.some((edge) => edge.because.length > 0);
  const rows = shown.map((edge) => {
    const ports = portsShown(edge.ports);
    const [from, to, state] = [names.name(edge.from), names.name(edge.to), stateOf(edge)];
    const because = edge.because.join("; ");
    return {
      text: [from, to, ports, because, state].join(" "),
      cells: [from, to, ports, ...(isDeclared ? [because] : []), () => word(state)],
    };
  });
  const headings = ["From", "To", "Ports", ...(isDeclared ? ["Declared because"] : []), "Is"];
  return filtered(headings, rows, caption, "connection");
}

/** What a change gains, loses and alters, each with the policies behind it. */
export function changes(
  { changes: all, picture }: Shown,
  { change }: Heading,
  caption: string,
): readonly Node[] {
  const names = new Names(picture);
  const notes = (change?.notes ?? []).map((text) => make("li", {}, text));
  const rows = all.map(({ kind, from, to, gained, lost, because }): Cell[] => [
    () => word(kind),
    names.shown(from),
    names.shown(to),
    portsShown(gained),
    portsShown(lost),
    () => make("ul", { class: "reasons" }, ...because.map((text) => make("li", {}, text))),
  ]);
  return [
    make(
      "p",
      {},
      `Since ${change?.since ?? ""}:${all.length === 0 ? " nothing is gained or lost here." : ""}`,
    ),
    ...(rows.length === 0
      ? []
      : [listOf(["What", "From", "To", "Gained", "Lost", "Because"], rows, caption)]),
    ...(notes.length === 0
      ? []
      : [make("h3", {}, "Not compared, or worth knowing"), make("ul", {}, ...notes)]),
  ];
}

/** Each declared flow beside what is computed of it. */
export const declared = ({ flows }: Shown, caption: string): HTMLElement =>
  listOf(
    ["From", "To", "Ports", "Because", "Is"],
    flows.map(({ from, to, ports, because, verdict = "" }): Cell[] => [
      from,
      to,
      ports,
      because,
      () => word(verdict),
    ]),
    caption,
  );

export const warnings = ({ warnings: all }: Shown): HTMLElement =>
  make("ul", {}, ...all.map((text) => make("li", {}, text)));

/** What is wrong, the evidence and the remedy, each of which a finding's message begins with its name. */
const partsOfMessage = (message: string): readonly string[] => message.split(/ (?=(?:Evidence|Remedy): )/);

/** What the policies say, the mandatory first. */
export const findings = ({ findings: all }: Heading): HTMLElement =>
  listOf(
    ["Level", "Policy", "Resource", "What"],
    all.map(({ level, policy, resource, message }): Cell[] => [
      () => word(level),
      policy,
      resource,
      () => make("div", {}, ...partsOfMessage(message).map((text) => make("p", {}, text))),
    ]),
    "List of findings",
  );
