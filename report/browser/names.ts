// Tests: test/report/browser.test.ts
import { namespaceName } from "../boxes";
import type { Picture, PictureEdge, PictureNode } from "../picture";

/** The boxes of a map by their ids, and what they are called. */
export class Names {
  private readonly byId: ReadonlyMap<string, PictureNode>;

  constructor({ nodes }: Picture) {
    this.byId = new Map(nodes.map((node) => [node.id, node]));
  }

  node(id: string): PictureNode {
    const found = this.byId.get(id);
    if (found === undefined) throw new Error(`the map has no ${id}`);
    return found;
  }

  /** What a box is called in sentences: `shop/web`, `bucket documents`. */
  name(id: string): string {
    const { namespace, label, outside, text } = this.node(id);
    if (outside || namespace === "") return outside ? label : text.replace(/\[[A-Za-z]+\]$/, "");
    return `${namespaceName(namespace)}/${label}`;
  }

  /** What an end is called where its id may be labels, as that of one that no manifest holds: as on the map. Other text is as it is. */
  shown(text: string): string {
    return text.includes("{") && this.byId.has(text) ? this.name(text) : text;
  }

  /** What `explain` is asked with for it. */
  asked(id: string): string {
    const { address } = this.node(id);
    return address ?? id;
  }

  /** The one box that the map calls so; undefined where none is, or more than one. */
  called(name: string): PictureNode | undefined {
    const found = [...this.byId.values()].filter(
      (node) => node.label === name || this.name(node.id) === name,
    );
    return found.length === 1 ? found[0] : undefined;
  }
}

/** The verdict on a line, as a word. */
export const stateOf = ({ state, declared }: PictureEdge): string =>
  state === "gone" ? "lost" : state === "unknown" ? "unknown" : declared === false ? "undeclared" : "open";

/** Ports as the page says them. */
export const portsShown = (ports: string): string => ports.replace("All Connections", "every port");

/** The lines that are there now: what a change closed isn't. */
export const current = ({ edges }: Picture): readonly PictureEdge[] =>
  edges.filter(({ state }) => state !== "gone");
