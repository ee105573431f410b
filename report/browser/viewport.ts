// Tests: test/report/browser.test.ts
import { button, make } from "./dom";

/** Below this a name can't be read; then the map is larger than its window, which scrolls. */
const LEAST_READABLE = 0.55;
/** A tall drawing isn't made smaller than this to be seen whole. */
const COMFORTABLE = 0.85;
/** The part of the window's height that the map takes at most; the style says so, too. */
const MOST_OF_WINDOW = 0.78;
const MOST = 4;
const STEP = 1.25;

/** A window on a drawing: it scrolls, a mouse drags it, Ctrl and the wheel (or a pinch) zoom. */
export class Viewport {
  readonly element: HTMLElement;
  readonly buttons: readonly HTMLElement[];
  private scale = 1;
  private fitted = true;

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly width: number,
    private readonly height: number,
    label: string,
  ) {
    this.element = make("div", { class: "map", tabindex: 0, role: "region", "aria-label": label }, svg);
    this.buttons = [
      button("−", () => this.zoom(1 / STEP), { "aria-label": "Zoom out" }),
      button("+", () => this.zoom(STEP), { "aria-label": "Zoom in" }),
    ];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1 / 1.12 : 1.12, event.clientX, event.clientY);
      },
      { passive: false },
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "+" || event.key === "=") this.zoom(STEP);
      if (event.key === "-") this.zoom(1 / STEP);
    });
    this.dragged();
    new ResizeObserver(() => {
      if (this.fitted) this.fit();
    }).observe(this.element);
  }

  /** The whole drawing, or as much of it as can be read. */
  fit(): void {
    const own = this.element.clientWidth;
    if (own === 0) return;
    this.fitted = true;
    const tall = Math.max(COMFORTABLE, (window.innerHeight * MOST_OF_WINDOW) / this.height);
    this.resize(Math.max(LEAST_READABLE, Math.min(1.15, own / this.width, tall)));
  }

  /** Brings a place of the drawing into view. */
  center(x: number, y: number): void {
    const { clientWidth, clientHeight } = this.element;
    this.element.scrollTo({ left: x * this.scale - clientWidth / 2, top: y * this.scale - clientHeight / 2 });
  }

  private zoom(factor: number, clientX?: number, clientY?: number): void {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    const [atX, atY] = [(clientX ?? left + width / 2) - left, (clientY ?? top + height / 2) - top];
    const before = this.scale;
    const [x, y] = [(this.element.scrollLeft + atX) / before, (this.element.scrollTop + atY) / before];
    this.fitted = false;
    this.resize(Math.min(MOST, Math.max(0.1, before * factor)));
    this.element.scrollLeft = x * this.scale - atX;
    this.element.scrollTop = y * this.scale - atY;
  }

  private resize(scale: number): void {
    this.scale = scale;
    this.svg.setAttribute("width", String(Math.round(this.width * scale)));
    this.svg.setAttribute("height", String(Math.round(this.height * scale)));
  }

  private dragged(): void {
    let held: { x: number; y: number } | undefined;
    this.element.addEventListener("pointerdown", (event) => {
      // Fingers scroll by themselves.
      if (event.pointerType === "mouse" && event.button === 0) held = { x: event.clientX, y: event.clientY };
    });
    window.addEventListener("pointerup", () => {
      held = undefined;
    });
    this.element.addEventListener("pointermove", (event) => {
      if (held === undefined) return;
      this.element.scrollBy(held.x - event.clientX, held.y - event.clientY);
      held = { x: event.clientX, y: event.clientY };
    });
  }
}
