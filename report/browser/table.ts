// Tests: test/report/browser.test.ts
import { make } from "./dom";

/** A cell: text, or what is made when it is shown. */
export type Cell = string | (() => Node);

/** A table whose rows are made when they come into view, so that thousands stay quick; short ones are whole. */
export interface Table {
  readonly element: HTMLElement;
  /** Shows other rows, from the first on. */
  show(rows: readonly (readonly Cell[])[]): void;
}

/** Beyond this many rows only those in view are made; each is then one line high. */
const MOST_WHOLE = 150;
/** More than this nobody prints; the list says how many are left out. */
const MOST_PRINTED = 3000;
const ROW = 34;
const BEFORE_AND_AFTER = 12;

/** @param caption what the table lists, for those who hear it; `rowHeadings`: whether each row's first cell is its heading; `isWide`: whether it has a column for each of many. */
export function table(
  headings: readonly string[],
  caption: string,
  { rowHeadings = false, isWide = false }: { readonly rowHeadings?: boolean; readonly isWide?: boolean } = {},
): Table {
  const body = make("tbody");
  const head = make(
    "tr",
    { "aria-rowindex": 1 },
    ...headings.map((text) => make("th", { scope: "col" }, text)),
  );
  const drawn = make(
    "table",
    {},
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, head),
    body,
  );
  const element: HTMLElement = make(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    drawn,
  );
  element.classList.toggle("wide", isWide);
  let rows: readonly (readonly Cell[])[] = [];
  let shown = "";

  const rowOf = (cells: readonly Cell[], index: number): HTMLTableRowElement =>
    make(
      "tr",
      { "aria-rowindex": index + 2 },
      ...cells.map((cell, column) => {
        const content = typeof cell === "string" ? cell : cell();
        return rowHeadings && column === 0
          ? make("th", { scope: "row" }, content)
          : make("td", { "data-heading": headings[column] }, content);
      }),
    );
  const spacer = (count: number): HTMLTableRowElement => {
    const row = make(
      "tr",
      { "aria-hidden": "true", class: "spacer" },
      make("td", { colspan: headings.length }),
    );
    row.style.height = `${count * ROW}px`;
    return row;
  };
  const draw = (isWhole = false): void => {
    const all = isWhole || rows.length <= MOST_WHOLE;
    const first = all ? 0 : Math.max(0, Math.floor(element.scrollTop / ROW) - BEFORE_AND_AFTER);
    const count = all ? MOST_PRINTED : Math.ceil(element.clientHeight / ROW) + 2 * BEFORE_AND_AFTER;
    const end = Math.min(rows.length, first + count);
    const key = `${first} ${end} ${rows.length}`;
    if (key === shown) return;
    shown = key;
    const made = rows.slice(first, end).map((cells, index) => rowOf(cells, first + index));
    body.replaceChildren(
      ...(first > 0 ? [spacer(first)] : []),
      ...made,
      ...(end < rows.length ? [spacer(all ? 0 : rows.length - end)] : []),
    );
  };
  element.addEventListener("scroll", () => {
    draw();
  });
  // A list in a part of the page that isn't in view yet has no height until it is.
  new ResizeObserver(() => {
    draw();
  }).observe(element);
  window.addEventListener("beforeprint", () => {
    shown = "";
    draw(true);
  });
  window.addEventListener("afterprint", () => {
    shown = "";
    draw();
  });
  return {
    element,
    show(given) {
      rows = given;
      shown = "";
      element.classList.toggle("long", rows.length > MOST_WHOLE);
      drawn.setAttribute("aria-rowcount", String(rows.length + 1));
      element.scrollTop = 0;
      draw();
    },
  };
}

/** A table of rows that stay. */
export function listOf(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  caption: string,
): HTMLElement {
  const made = table(headings, caption);
  made.show(rows);
  return made.element;
}
