import { type Cursor, type Field, known } from "../values";

/** Labels as written; one with a null value is absent. The map, or a value in it, may be unread. */
export type LabelMap = Field<ReadonlyMap<string, Field<string>>>;

/** Reads a map of labels; none where it is absent. */
export function readLabelMap(place: Cursor): LabelMap {
  const labels = place.map();
  if (!labels.known) return labels;
  const entries = [...(labels.value ?? [])].map(([key, item]) => {
    const text = item.text();
    return [key, text.known ? known(text.value ?? "") : text] as const;
  });
  return known(new Map(entries));
}
