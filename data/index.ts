/**
 * Small helpers for lists and maps that several folders need and that know nothing of networks. In and out: plain
 * arrays and maps.
 */
export { append } from "./grouping";
export { maximumMatching } from "./maximumMatching";
export { SIGNATURE, SIGNATURES, UNKNOWN_SENTINEL, UNKNOWN_SENTINELS } from "./pulumiWire";
