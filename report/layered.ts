// Tests: test/report/picture.test.ts
import type { ELK, ElkExtendedEdge, ElkNode } from "elkjs";
import { type Box, namespaceName } from "./boxes";
import type { Link, Picture, PictureEdge } from "./picture";

/** Boxes in layers, so that few lines cross: sources left of what they reach. */
export async function layered(
  elk: ELK,
  boxes: readonly Box[],
  links: readonly Link[],
  labelOf: (link: Link) => string = () => "",
): Promise<Picture> {
  const namespaces = [...new Set(boxes.map(({ namespace }) => namespace))];
  const inside = (namespace: string): ElkNode[] =>
    boxes
      .filter((box) => box.namespace === namespace)
      .map(({ id, width, height }) => ({ id, width, height }));
  const drawn: ElkNode & { readonly edges?: readonly ElkExtendedEdge[] } = await elk.layout({
    id: "map",
    layoutOptions: OPTIONS,
    children: namespaces.flatMap((namespace) =>
      namespace === ""
        ? inside(namespace)
        : [{ id: frame(namespace), children: inside(namespace), layoutOptions: frameOptions(namespace) }],
    ),
    edges: links.flatMap((link, index) =>
      link.free
        ? []
        : [{ id: `line ${index}`, sources: [link.from], targets: [link.to], labels: labels(labelOf(link)) }],
    ),
  });
  const places = placesOf(drawn);
  const middle = (id: string) => {
    const { x = 0, y = 0, node = { id } } = places.get(id) ?? {};
    const { width = 0, height = 0 } = node;
    return { x: round(x + width / 2), y: round(y + height / 2), width: round(width), height: round(height) };
  };
  const edges = new Map((drawn.edges ?? []).map((edge: ElkExtendedEdge) => [edge.id, edge]));
  return {
    nodes: boxes.map((box) => ({ ...box, ...middle(box.id) })),
    edges: links.map((link, index): PictureEdge => {
      const edge = edges.get(`line ${index}`);
      const [from, to] = [middle(link.from), middle(link.to)];
      if (edge === undefined)
        return {
          ...link,
          points: [
            [from.x, from.y],
            [to.x, to.y],
          ],
        };
      return { ...link, ...routeOf(edge, places) };
    }),
    groups: namespaces
      .filter((namespace) => namespace !== "")
      .map((namespace) => ({ namespace, ...middle(frame(namespace)) })),
    width: Math.ceil(drawn.width ?? 0),
    height: Math.ceil(drawn.height ?? 0),
  };
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.spacing.nodeNodeBetweenLayers": "60",
  "elk.spacing.nodeNode": "16",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.spacing.edgeEdge": "8",
  "elk.spacing.edgeNode": "12",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.thoroughness": "20",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.padding": "[top=16,left=16,bottom=16,right=16]",
};
/** A frame is at least as wide as its name in 13 px. */
const frameOptions = (namespace: string) => ({
  "elk.padding": "[top=40,left=18,bottom=18,right=18]",
  "elk.nodeSize.constraints": "MINIMUM_SIZE",
  "elk.nodeSize.minimum": `(${Math.ceil(namespaceName(namespace).length * 8 + 44)}, 60)`,
});

/** A line's label, as wide as a system font of 12 px makes it. */
const labels = (text: string) => (text === "" ? [] : [{ text, width: text.length * 6.6 + 8, height: 16 }]);

type Places = ReadonlyMap<string, { readonly x: number; readonly y: number; readonly node: ElkNode }>;

function placesOf(drawn: ElkNode): Places {
  const places = new Map<string, { readonly x: number; readonly y: number; readonly node: ElkNode }>();
  const place = (node: ElkNode, left: number, top: number): void => {
    const [x, y] = [left + (node.x ?? 0), top + (node.y ?? 0)];
    places.set(node.id, { x, y, node });
    for (const child of node.children ?? []) place(child, x, y);
  };
  place(drawn, 0, 0);
  return places;
}

/** An edge's bends and its label's middle. Their place is relative to the frame that holds both ends (`container`). */
function routeOf(
  edge: ElkExtendedEdge & { readonly container?: string },
  places: Places,
): Pick<PictureEdge, "points" | "label"> {
  const { x = 0, y = 0 } = places.get(edge.container ?? "map") ?? {};
  const points = (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map((point) => [round(x + point.x), round(y + point.y)] as const),
  );
  const [label] = edge.labels ?? [];
  if (label === undefined) return { points };
  const { x: left = 0, y: top = 0, width = 0, height = 0 } = label;
  return { points, label: [round(x + left + width / 2), round(y + top + height / 2)] };
}

/** Names of frames, which no end's id can begin with. */
const FRAME = "\u0000";
const frame = (namespace: string): string => `${FRAME}${namespace}`;
const round = (length: number): number => Math.round(length);
