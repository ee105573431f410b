// Tests: test/report/browser.test.ts
import { namespaceName } from "../boxes";
import type { Picture, PictureEdge, PictureNode } from "../picture";
import { isData, lineClass, pathOf, shortened } from "../shapes";
import { makeSvg } from "./dom";
import { current } from "./names";

/** A map's elements, by what they show. */
export interface Drawing {
  readonly svg: SVGSVGElement;
  readonly nodes: ReadonlyMap<PictureNode, SVGGElement>;
  readonly lines: ReadonlyMap<
    PictureEdge,
    { readonly visible: SVGPathElement; readonly hit: SVGPathElement }
  >;
}

/** Draws a map. Ids of its arrows begin with `prefix`. */
export function draw(picture: Picture, prefix: string): Drawing {
  const lines = new Map(
    picture.edges.map((edge) => {
      const d = pathOf(edge.points);
      const name = lineClass(edge);
      const visible = makeSvg("path", { d, class: `line ${name}`, "marker-end": `url(#${prefix}arrow)` });
      return [edge, { visible, hit: makeSvg("path", { d, class: "hit" }) }] as const;
    }),
  );
  const reaches = countsOf(picture, "from");
  const reached = countsOf(picture, "to");
  const nodes = new Map(
    picture.nodes.map((node) => {
      const label = `${node.label}, ${node.outside ? "outside" : `${node.kind} in ${namespaceName(node.namespace)}`}; reaches ${reaches.get(node.id) ?? 0}, reached by ${reached.get(node.id) ?? 0}`;
      const classes = ["node", ...(node.outside ? ["outside"] : []), ...(isOther(node) ? ["other"] : [])];
      const group = makeSvg(
        "g",
        {
          class: classes.join(" "),
          tabindex: -1,
          role: "button",
          "aria-pressed": "false",
          "aria-label": label,
        },
        makeSvg("title", {}, node.text),
        makeSvg("rect", {
          x: node.x - node.width / 2,
          y: node.y - node.height / 2,
          width: node.width,
          height: node.height,
          rx: isData(node.kind) ? node.height / 2 : 6,
        }),
        makeSvg("text", { x: node.x, y: node.y, "aria-hidden": "true" }, shortened(node.label, node.width)),
      );
      return [node, group] as const;
    }),
  );
  const frames = picture.groups.map(({ namespace, x, y, width, height }) =>
    makeSvg(
      "g",
      { "aria-hidden": "true" },
      makeSvg("rect", { class: "frame", x: x - width / 2, y: y - height / 2, width, height, rx: 10 }),
      makeSvg(
        "text",
        { class: "frame-name", x: x - width / 2 + 14, y: y - height / 2 + 24 },
        shortened(namespaceName(namespace), width - 16),
      ),
    ),
  );
  const arrow = makeSvg(
    "marker",
    {
      id: `${prefix}arrow`,
      viewBox: "0 0 10 10",
      refX: 9,
      refY: 5,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto-start-reverse",
    },
    makeSvg("path", { d: "M0 0L10 5L0 10z", fill: "context-stroke" }),
  );
  const svg = makeSvg(
    "svg",
    {
      role: "group",
      "aria-label": "Boxes: arrow keys go from one to the next, Enter chooses, Escape shows all again",
    },
    makeSvg("defs", {}, arrow),
    ...frames,
    ...[...lines.values()].map(({ visible }) => visible),
    ...[...lines.values()].map(({ hit }) => hit),
    ...nodes.values(),
  );
  return { svg, nodes, lines };
}

/** Whether a box stands for whatever no selector names. */
export const isOther = ({ label, namespace }: PictureNode): boolean =>
  label === "any other pod" || namespace === "{other}";

function countsOf(picture: Picture, end: "from" | "to"): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const edge of current(picture)) counts.set(edge[end], (counts.get(edge[end]) ?? 0) + 1);
  return counts;
}
