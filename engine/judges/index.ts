/**
 * Judges resources by running policy packs, over their gRPC protocol. In: registered resources and the packs'
 * processes. Out: findings and remediations.
 */
export { Judges } from "./judges";
export { Pack } from "./pack";
