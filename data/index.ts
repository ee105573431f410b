/**
 * Small helpers for lists and maps that several folders need and that know nothing of networks. In and out: plain
 * arrays and maps.
 */
export { append, getOrMake } from "./grouping";
export { isMap } from "./maps";
export { maximumMatching } from "./maximumMatching";
export { once } from "./once";
export { SIGNATURE, SIGNATURES, UNKNOWN_SENTINEL, UNKNOWN_SENTINELS } from "./pulumiWire";
