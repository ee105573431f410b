// Tests: test/report/svg.test.ts
import type { PictureEdge } from "./picture";

/** How a line looks, by what it is; the class of its arrow, too. */
export function lineClass({
  state,
  declared,
  change,
}: Pick<PictureEdge, "state" | "declared" | "change">): string {
  if (change !== undefined) return change.kind;
  if (state === "unknown") return "unknown";
  return declared === false ? "undeclared" : "open";
}

/** Whether something keeps data: its boxes are round. */
export const isData = (kind: string): boolean =>
  ["database", "bucket", "endpoint"].includes(kind.toLowerCase());

/** A line's bends as an SVG path, its corners rounded. */
export function pathOf(points: PictureEdge["points"]): string {
  return points
    .map(([x, y], index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${x} ${y}`;
      if (after === undefined) return `L${x} ${y}`;
      const [start, end] = [towards([x, y], before), towards([x, y], after)];
      return `L${start[0]} ${start[1]}Q${x} ${y} ${end[0]} ${end[1]}`;
    })
    .join("");
}

const CORNER = 6;

/** The point at most a corner's radius from one point on the way to another. */
function towards([x, y]: readonly [number, number], [toX, toY]: readonly [number, number]): [number, number] {
  const length = Math.hypot(toX - x, toY - y);
  const part = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return [Math.round((x + (toX - x) * part) * 10) / 10, Math.round((y + (toY - y) * part) * 10) / 10];
}

/** A name that fits into a box, at the width of a system font of 13 px. */
export function shortened(name: string, width: number): string {
  const most = Math.floor((width - 20) / 7);
  return name.length <= most ? name : `${name.slice(0, Math.max(1, most - 1))}…`;
}
