/**
 * A value that isn't known yet, as in a preview before anything exists. Readers accept it wherever a manifest may
 * hold a value; what depends on it is answered "unknown", never guessed.
 */
export const UNKNOWN: unique symbol = Symbol.for("palisade.unknown");

export type Unknown = typeof UNKNOWN;

/** What holds whatever the unknown parts turn out to be, and what may hold, which includes it. */
export type Bound = "lower" | "upper";

/** What a selector or block says about an end: yes, no, or not decided by what is known. */
export type Match = "yes" | "no" | "maybe";

export const both = (a: Match, b: Match): Match =>
  a === "no" || b === "no" ? "no" : a === "maybe" || b === "maybe" ? "maybe" : "yes";

export const either = (a: Match, b: Match): Match =>
  a === "yes" || b === "yes" ? "yes" : a === "maybe" || b === "maybe" ? "maybe" : "no";
