import type { FieldReader } from "./fields";
import { isLabelKey, isLabelValue } from "./names";
import { type Place, under } from "./problems";
import { UNKNOWN, type Unknown } from "./unknown";

/** Labels as far as known: a value, or the whole map, may be unknown. */
export interface Labels {
  readonly known: ReadonlyMap<string, string | Unknown>;
  /** False when more labels may be there than are known. */
  readonly complete: boolean;
}

export const NO_LABELS: Labels = { known: new Map(), complete: true };

/**
 * Reads `metadata.labels` on top of `added` ones. A map that holds the key UNKNOWN has more
 * labels than it says; keys and values that the API server refuses are problems.
 */
export function readLabels(
  fields: FieldReader,
  value: unknown,
  path: Place,
  added: readonly (readonly [string, string | Unknown])[] = [],
): Labels {
  const map = fields.map(value, path);
  if (map === undefined && added.length === 0) return NO_LABELS;
  const known = new Map<string, string | Unknown>(added);
  if (map === UNKNOWN) return { known, complete: false };
  for (const key in map) {
    const raw = map[key];
    if (!isLabelKey(key)) fields.problem(under(path, key), "is no label key");
    // The API server reads a null label as the empty one.
    const text = typeof raw === "string" ? raw : raw === null ? "" : fields.string(raw, under(path, key));
    if (text === undefined) continue;
    if (text !== UNKNOWN && !isLabelValue(text))
      fields.problem(under(path, key), `"${text}" is no label value`);
    known.set(key, text);
  }
  return { known, complete: map === undefined || !Object.hasOwn(map, UNKNOWN) };
}

/** The labels with some more, which win. */
export function withLabels(labels: Labels, more: Readonly<Record<string, string>>): Labels {
  return { ...labels, known: new Map([...labels.known, ...Object.entries(more)]) };
}

/** One text for equal labels. */
export function labelsKey({ known, complete }: Labels): string {
  const entries = [...known].map(([key, value]) => (value === UNKNOWN ? `${key}?` : `${key}=${value}`));
  return `${complete ? "" : "?;"}${entries.sort().join(";")}`;
}
