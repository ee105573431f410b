import type { Cell } from "./cells";

/** A cell and what is said about it: open or not, right or wrong. */
export interface Mark {
  readonly cell: Cell;
  readonly set: boolean;
}

/** The two pods of a workload are one row: "nginx-0", "nginx-1" → "nginx". */
const group = (name: string): string => name.replace(/-\d$/, "").replace(/^[^/]*\//, "");

/**
 * A matrix of marks: who (rows) to whom (columns), in each field how many of the questions about them are marked; "."
 * for none.
 */
export function matrix(title: string, marks: readonly Mark[]): string {
  const names = [...new Set(marks.flatMap(({ cell }) => [group(cell.from.name), group(cell.to.name)]))];
  const counts = new Map<string, number>();
  for (const { cell, set } of marks) {
    const key = `${group(cell.from.name)} ${group(cell.to.name)}`;
    if (set) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const width = Math.max(...names.map((name) => name.length));
  const letters = names.map((_, i) => String(i + 1).padStart(4));
  const rows = names.map((from, i) => {
    const fields = names.map((to) => String(counts.get(`${from} ${to}`) ?? ".").padStart(4));
    return `${String(i + 1).padStart(3)} ${from.padEnd(width)} ${fields.join("")}`;
  });
  return [title, `    ${" ".repeat(width)} ${letters.join("")}`, ...rows, ""].join("\n");
}
