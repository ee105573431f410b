import { isLabelKey, isLabelValue } from "../../kubernetes";
import { type Cursor, type Field, known } from "../values";

/** Labels as written; one with a null value is absent. The map, or a value in it, may be unread. */
export type LabelMap = Field<ReadonlyMap<string, Field<string>>>;

/** Reads a map of labels; none where it is absent. */
export function readLabelMap(place: Cursor): LabelMap {
  const labels = place.map();
  if (!labels.known) return labels;
  const entries = [...(labels.value ?? [])].map(([key, item]) => {
    const text = item.text();
    return [key, text.known ? labelOf(item, key, text.value ?? "") : text] as const;
  });
  return known(new Map(entries));
}

/** A label's value, unless the API server refuses its key or the value itself. */
function labelOf({ path }: Cursor, key: string, value: string): Field<string> {
  // A blank one is a label without a value, which is reported as such.
  if (value.trim() === "") return known(value);
  const fault = !isLabelKey(key) ? "not a label key" : !isLabelValue(value) ? "not a label value" : undefined;
  return fault === undefined
    ? known(value)
    : { known: false, path, because: `${fault}, so the API refuses it`, isWrong: true };
}
