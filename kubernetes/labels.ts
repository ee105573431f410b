import type { Unknown } from "./unknown";

/** Labels as far as known: a value, or the whole map, may be unknown. */
export interface KnownLabels {
  readonly known: ReadonlyMap<string, string | Unknown>;
  /** False when more labels may be there than are known. */
  readonly complete: boolean;
}

export const NO_LABELS: KnownLabels = { known: new Map(), complete: true };

/** The labels with some more, which win. */
export function withLabels(labels: KnownLabels, more: Readonly<Record<string, string>>): KnownLabels {
  return { ...labels, known: new Map([...labels.known, ...Object.entries(more)]) };
}
