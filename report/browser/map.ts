// Tests: test/report/browser.test.ts
// Longer than most: one map, whose drawing, moving and choosing share its state.
import type { Picture, PictureEdge, PictureNode } from "../picture";
import { lineClass } from "../shapes";
import { lineDetails, nodeDetails, type OnAsk } from "./details";
import { button, labelled, make, searchField } from "./dom";
import { type Drawing, draw, isOther } from "./drawing";
import { Names } from "./names";
import { Viewport } from "./viewport";
import type { PageWorld } from "./world";

/** The map of one cluster, whose world answers what isolates an end and what decides a line, with its search, legend and the panel that tells of what is chosen. */
export function map(
  picture: Picture,
  world: PageWorld | undefined,
  prefix: string,
  label: string,
  onAsk: OnAsk | undefined,
): readonly Node[] {
  const drawing = draw(picture, prefix);
  const viewport = new Viewport(drawing.svg, picture.width, picture.height, label);
  const panel = make("div", {
    class: "panel",
    ...{ role: "status", "aria-live": "polite", "aria-label": "What is chosen", tabindex: 0 },
  });
  const state = new MapState(picture, drawing, new Names(picture), world, viewport, panel, onAsk);
  const search = searchField((text) => {
    state.search(text);
  });
  const all = button("Show all", () => {
    search.value = "";
    state.clear();
    viewport.fit();
  });
  return [
    make("div", { class: "bar" }, labelled("Search", search), ...viewport.buttons, all, ...state.toggles()),
    make("div", { class: "map-and-panel" }, make("div", {}, viewport.element, legend(picture)), panel),
  ];
}

/** Beyond this many straight lines only those of what is chosen are drawn. */
const MOST_STRAIGHT = 300;

/** What is chosen and what is lit of a map. */
class MapState {
  private chosen: PictureNode | PictureEdge | undefined;
  private showsFree = false;
  private readonly byId: ReadonlyMap<string, SVGGElement>;
  private readonly edgesOf = new Map<string, PictureEdge[]>();
  private readonly isSparse: boolean;

  constructor(
    private readonly picture: Picture,
    private readonly drawing: Drawing,
    private readonly names: Names,
    private readonly world: PageWorld | undefined,
    private readonly viewport: Viewport,
    private readonly panel: HTMLElement,
    private readonly onAsk: OnAsk | undefined,
  ) {
    this.byId = new Map([...drawing.nodes].map(([{ id }, group]) => [id, group]));
    for (const edge of picture.edges)
      for (const id of new Set([edge.from, edge.to]))
        this.edgesOf.set(id, [...(this.edgesOf.get(id) ?? []), edge]);
    const straight = picture.edges.filter(({ points }) => points.length === 2).length;
    this.isSparse = straight > MOST_STRAIGHT;
    this.listen();
    this.clear();
  }

  /** Nothing is chosen: every line that isn't left out is as it is. */
  clear(): void {
    this.choose(undefined, [
      make(
        "p",
        { class: "hint" },
        "Choose a box to see who reaches it, whom it reaches and what isolates it; or a line, for its ports, reasons and rules.",
      ),
    ]);
    this.light([], []);
  }

  /** Lights what has a text in its name. */
  search(text: string): void {
    if (text === "") {
      this.clear();
      return;
    }
    const found = [...this.drawing.nodes.keys()].filter((node) =>
      `${node.text} ${node.label}`.toLowerCase().includes(text),
    );
    const names = found.slice(0, 8).map((node) =>
      make(
        "li",
        {},
        button(this.names.name(node.id), () => this.find(node), { class: "plain" }),
      ),
    );
    this.choose(undefined, [
      make("p", {}, found.length === 0 ? "Nothing has that name." : `${found.length} found:`),
      make("ul", { class: "flows" }, ...names),
    ]);
    this.light(
      [],
      found.map(({ id }) => id),
      true,
    );
    const [first] = found;
    if (first !== undefined) this.viewport.center(first.x, first.y);
  }

  private find(node: PictureNode): void {
    this.chooseNode(node);
    this.viewport.center(node.x, node.y);
  }

  /** Buttons for lines that aren't drawn until somebody asks. */
  toggles(): readonly HTMLElement[] {
    const hidden = this.picture.edges.filter((edge) => this.isHidden(edge)).length;
    if (hidden === 0) return [];
    const text = this.isSparse
      ? `Draw all ${hidden} lines`
      : hidden === 1
        ? "Draw 1 line that is open on every port"
        : `Draw ${hidden} lines that are open on every port`;
    const toggle = button(
      text,
      () => {
        this.showsFree = !this.showsFree;
        toggle.setAttribute("aria-pressed", String(this.showsFree));
        this.relight();
      },
      { "aria-pressed": "false" },
    );
    return [toggle];
  }

  private readonly isHidden = (edge: PictureEdge): boolean =>
    !this.showsFree && edge.change === undefined && (this.isSparse || edge.free);

  private listen(): void {
    const [first] = this.drawing.nodes.values();
    first?.setAttribute("tabindex", "0");
    for (const [node, group] of this.drawing.nodes) {
      group.addEventListener("click", () => {
        this.chooseNode(node);
      });
      group.addEventListener("pointerenter", () => {
        if (this.chosen === undefined) this.lightNode(node);
      });
      group.addEventListener("pointerleave", () => {
        if (this.chosen === undefined) this.light([], []);
      });
      group.addEventListener("keydown", (event) => {
        this.keyed(event, node);
      });
    }
    for (const [edge, { hit }] of this.drawing.lines) {
      hit.addEventListener("click", () => {
        this.chooseLine(edge);
      });
      hit.addEventListener("pointerenter", () => {
        if (this.chosen === undefined) this.light([edge], [edge.from, edge.to]);
      });
      hit.addEventListener("pointerleave", () => {
        if (this.chosen === undefined) this.light([], []);
      });
    }
  }

  private keyed(event: KeyboardEvent, node: PictureNode): void {
    const way = DIRECTIONS[event.key];
    if (event.key === "Enter" || event.key === " ") this.chooseNode(node);
    else if (event.key === "Escape") this.clear();
    else if (way === undefined) return;
    else this.focus(nearest(this.picture.nodes, node, way));
    event.preventDefault();
  }

  private focus(node: PictureNode | undefined): void {
    if (node === undefined) return;
    for (const group of this.byId.values()) group.setAttribute("tabindex", "-1");
    const group = this.byId.get(node.id);
    group?.setAttribute("tabindex", "0");
    group?.focus();
  }

  private chooseNode(node: PictureNode): void {
    this.choose(
      node,
      nodeDetails(
        node,
        this.picture,
        this.names,
        this.world,
        (edge) => {
          this.chooseLine(edge);
        },
        this.onAsk,
      ),
    );
    this.lightNode(node);
  }

  private chooseLine(edge: PictureEdge): void {
    this.choose(edge, lineDetails(edge, this.names, this.world));
    this.light([edge], [edge.from, edge.to]);
  }

  private choose(chosen: PictureNode | PictureEdge | undefined, details: readonly Node[]): void {
    this.chosen = chosen;
    this.panel.replaceChildren(...details);
    this.panel.scrollTop = 0;
    for (const [node, group] of this.drawing.nodes) {
      group.classList.toggle("chosen", node === chosen);
      group.setAttribute("aria-pressed", String(node === chosen));
    }
  }

  private lightNode({ id }: PictureNode): void {
    const mine = this.edgesOf.get(id) ?? [];
    this.light(mine, [id, ...mine.flatMap(({ from, to }) => [from, to])]);
  }

  private relight(): void {
    if (this.chosen === undefined) this.light([], []);
    else if ("points" in this.chosen) this.chooseLine(this.chosen);
    else this.lightNode(this.chosen);
  }

  /** Lights some lines and boxes, and fades the others; with none, everything is as it is. */
  private light(edges: readonly PictureEdge[], ids: readonly string[], isSearch = false): void {
    const [lit, seen] = [new Set(edges), new Set(ids)];
    const fades = isSearch || seen.size > 0;
    for (const [edge, { visible, hit }] of this.drawing.lines) {
      const isLit = lit.has(edge);
      visible.classList.toggle("lit", isLit);
      visible.classList.toggle("faded", fades && !isLit);
      for (const path of [visible, hit]) path.classList.toggle("hidden", this.isHidden(edge) && !isLit);
    }
    for (const [{ id }, group] of this.drawing.nodes) group.classList.toggle("faded", fades && !seen.has(id));
  }
}

type Way = readonly [x: number, y: number];

const DIRECTIONS: Readonly<Record<string, Way>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The box that is nearest in a direction; what lies aside counts double. */
function nearest(nodes: readonly PictureNode[], from: PictureNode, [x, y]: Way): PictureNode | undefined {
  const found = nodes.flatMap((node) => {
    const [dx, dy] = [node.x - from.x, node.y - from.y];
    const [along, aside] = [dx * x + dy * y, Math.abs(dx * y) + Math.abs(dy * x)];
    return along > 1 ? [{ node, distance: along + 2 * aside }] : [];
  });
  return found.sort((a, b) => a.distance - b.distance)[0]?.node;
}

const KINDS = {
  open: "open",
  unknown: "not known whether open",
  undeclared: "open, and nobody declared it",
  gained: "gained",
  lost: "lost",
  changed: "changed",
} as const;

/** What the lines of this map mean: those kinds that are in it. */
function legend(picture: Picture): HTMLElement {
  const there = new Set(picture.edges.map(lineClass));
  const isDeclared = picture.edges.some(({ declared }) => declared !== undefined);
  const keys = Object.entries(KINDS).flatMap(([name, meaning]) =>
    there.has(name as keyof typeof KINDS)
      ? [
          make(
            "li",
            {},
            make("span", { class: `key ${name}` }),
            name === "open" && isDeclared ? "declared and open" : meaning,
          ),
        ]
      : [],
  );
  const outside = picture.nodes.some((node) => node.outside)
    ? [make("li", {}, make("span", { class: "key box" }), "addresses outside the cluster")]
    : [];
  const other = picture.nodes.some(isOther)
    ? [make("li", {}, make("em", {}, "any other"), ": pods that no selector here picks out")]
    : [];
  return make("ul", { class: "legend", "aria-label": "Legend" }, ...keys, ...outside, ...other);
}
