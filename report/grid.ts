// Tests: test/report/picture.test.ts
import { type Box, BOX_HEIGHT } from "./boxes";
import type { Link, Picture, PictureGroup, PictureNode } from "./picture";

const GAP = 14;
const TITLE = 24;
const BETWEEN = 30;
const LEAST_WIDTH = 1200;

/** A frame of boxes for each namespace, in rows; what has no namespace comes last, without a frame. */
export function inGrid(boxes: readonly Box[], links: readonly Link[]): Picture {
  const byNamespace = new Map<string, Box[]>();
  for (const box of boxes) byNamespace.set(box.namespace, [...(byNamespace.get(box.namespace) ?? []), box]);
  const namespaces = [...byNamespace].sort(
    ([a], [b]) => Number(a === "") - Number(b === "") || a.localeCompare(b, "en", { numeric: true }),
  );
  const nodes: PictureNode[] = [];
  const groups: PictureGroup[] = [];
  const rowWidth = Math.max(LEAST_WIDTH, Math.sqrt(boxes.length) * 260);
  let [x, y, rowHeight, widest] = [20, 20, 0, 0];
  for (const [namespace, inside] of namespaces) {
    const columns = Math.max(1, Math.min(4, Math.ceil(Math.sqrt(inside.length / 2))));
    const cell = Math.max(...inside.map(({ width }) => width)) + GAP;
    const width = columns * cell + GAP;
    const height = Math.ceil(inside.length / columns) * (BOX_HEIGHT + GAP) + GAP + TITLE;
    if (x > 20 && x + width > rowWidth) [x, y, rowHeight] = [20, y + rowHeight + BETWEEN, 0];
    inside.forEach((box, index) => {
      const left = x + GAP + (index % columns) * cell;
      const row = Math.floor(index / columns);
      const top = y + TITLE + GAP + row * (BOX_HEIGHT + GAP);
      nodes.push({ ...box, x: Math.round(left + (cell - GAP) / 2), y: top + BOX_HEIGHT / 2 });
    });
    if (namespace !== "")
      groups.push({
        namespace,
        x: Math.round(x + width / 2),
        y: Math.round(y + height / 2),
        width: Math.round(width),
        height,
      });
    widest = Math.max(widest, x + width);
    [x, rowHeight] = [x + width + BETWEEN, Math.max(rowHeight, height)];
  }
  const at = new Map(nodes.map((node) => [node.id, [node.x, node.y] as const]));
  const edges = links.map((link) => ({
    ...link,
    points: [at.get(link.from) ?? ([0, 0] as const), at.get(link.to) ?? ([0, 0] as const)],
  }));
  return { nodes, edges, groups, width: Math.ceil(widest + 21), height: Math.ceil(y + rowHeight + 21) };
}
