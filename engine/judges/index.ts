/**
 * Judges resources by running policy packs, over their gRPC protocol. In: registered resources and the packs'
 * processes. Out: findings and remediations.
 * Tests: test/engine/packs.test.ts.
 */
export { Judges } from "./judges";
export { RunningPack } from "./runningPack";
