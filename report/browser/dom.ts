// Tests: test/report/browser.test.ts
/** Building blocks of the page. Text from manifests and declarations is only ever set as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Content = Node | string;

/** An HTML element; strings become text, attributes that are undefined or false are left out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Content[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function makeSvg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Content[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled<T extends Element>(element: T, attributes: Attributes, children: readonly Content[]): T {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== undefined && value !== false) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/** A button; `pressed` where it is one of two states. */
export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", onClick);
  return made;
}

const WORDS: Readonly<Record<string, string>> = {
  allowed: "good",
  open: "good",
  pass: "good",
  clean: "good",
  gained: "good",
  unknown: "doubt",
  undecided: "doubt",
  advice: "doubt",
  advisory: "doubt",
  undeclared: "bad",
  blocked: "bad",
  fail: "bad",
  mandatory: "bad",
  violations: "bad",
  expired: "bad",
  lost: "bad",
  changed: "note",
};

/** The class that colours a verdict. */
export const kindOf = (verdict: string): string => WORDS[verdict] ?? "";

/** A verdict, in the colour of its kind; what it is stands in the word, not in the colour. */
export const word = (text: string): HTMLElement => make("span", { class: `word ${kindOf(text)}` }, text);

/** A row of the list of parts, named where there are several; the parts that follow are in it. */
export function partsOf(name: string): void {
  one("nav").append(make("div", {}, ...(name === "" ? [] : [make("strong", {}, name)])));
}

/** A part of the page with a heading, and its link in the last row of the list of parts; `of` is whose part it is. */
export function section(id: string, title: string, of: string, ...children: readonly Content[]): void {
  const made = make(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    make("h2", { id: `${id}-title` }, of === "" ? title : `${title}: ${of}`),
    ...children,
  );
  one("nav > :last-child").append(make("a", { href: `#${id}` }, title));
  one("main").append(made);
}

/** A label around a field. */
export const labelled = (text: string, field: HTMLElement): HTMLLabelElement =>
  make("label", {}, make("span", {}, text), field);

/** A field to search or filter with; told when its text changes, trimmed and in lower case. */
export function searchField(onText: (text: string) => void): HTMLInputElement {
  const field = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
  field.addEventListener("input", () => {
    onText(field.value.trim().toLowerCase());
  });
  return field;
}

/** An element that the page always has. */
export function one(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
