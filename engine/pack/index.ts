/**
 * What the engine knows of a policy pack before it speaks to it: its config file, its process, the shape of its
 * findings. In: a pack's folder and config. Out: a running process that tells its port. Loaded before the rest of the
 * engine, because packs take longest to start.
 * Tests: test/engine/packs.test.ts.
 */
export { type PolicyConfig, type PolicyInfo, readPackConfig, reconcile } from "./config";
export { type PackFinding, type PolicyLevel, type RemediatedResource, saysUndecided } from "./findings";
export { PackProcess, type PackSource, readPackSource } from "./process";
