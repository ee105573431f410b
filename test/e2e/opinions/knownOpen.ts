import type { OpinionDeparture } from "./departures";
import type { PlacedWorld } from "./placedWorld";
import type { View } from "./question";

/**
 * Where the analyzer is known to be wrong. Once it is mended, nothing needs its entry any more, and the suite says so.
 * With all entries the twin predicts what the analyzer answers wherever that isn't right.
 */
export interface KnownOpen {
  readonly name: string;
  readonly what: string;
  /** A departure that it doesn't know of yet. */
  readonly unknownYet?: OpinionDeparture;
  /** What it makes of a world instead. */
  readonly view?: (world: PlacedWorld) => View;
}
