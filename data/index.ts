/**
 * Small helpers for lists, maps and names that several folders need and that know nothing of networks. In and out: plain
 * arrays, maps and texts.
 * Tests: test/data/data.test.ts.
 */
export {
  EXEMPTION_ANNOTATION,
  exemptionInOutput,
  exemptionOutput,
  type ExemptionTerms,
} from "./exemptionTrace";
export { append, getOrMake } from "./grouping";
export { type Fields, fieldsOf, isMap, mapsIn } from "./maps";
export { maximumMatching } from "./maximumMatching";
export { likelyMeant, nearest } from "./nearest";
export { once } from "./once";
export { REDACTED_SECRET, SIGNATURE, SIGNATURES, UNKNOWN_SENTINEL, UNKNOWN_SENTINELS } from "./pulumiWire";
