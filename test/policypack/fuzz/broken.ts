import type { Path, Spot } from "../blur";
import type { TestResource } from "../helpers";

/**
 * A stack with one defect. `proof` lists what proves it: resource, then paths. With anything else unknown the violation
 * must still be reported; with a part of the proof unknown, something must be said: by nobody is it clean.
 */
export interface Broken {
  readonly invariant: string;
  readonly stack: readonly TestResource[];
  readonly proof: Readonly<Record<string, readonly string[]>>;
  /** The invariant's own configuration. */
  readonly config?: object;
}

/** Whether a place is part of what proves a defect, holds a part, or is in one. */
export function isProofOf(proof: Broken["proof"], stack: readonly TestResource[]): (spot: Spot) => boolean {
  return ({ resource, path }) =>
    (proof[stack[resource]?.name ?? ""] ?? []).some((prefix) => within(path, prefix));
}

function within(path: Path, prefix: string): boolean {
  const text = path.join(".");
  return text === prefix || text.startsWith(`${prefix}.`) || prefix.startsWith(`${text}.`);
}
