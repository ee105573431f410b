/**
 * What plugins would answer otherwise than the API's words say, over a whole relation. In: an `Analysis` of a world with `--cni any`.
 * Out: for each plugin the connections that are firm by the words and aren't so there. A face of its own: only inputs that use what
 * some plugin does otherwise need it.
 * Tests: test/reachability/answer/departures.test.ts.
 */
export { type Departure, departuresOf, isEmpty } from "./departures";
export { departureText, departuresJson } from "./text";
