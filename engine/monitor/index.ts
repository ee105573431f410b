/**
 * The resource monitor and engine services that a Pulumi program talks to, over gRPC. In: a program's requests. Out:
 * the resources that it registers, with unknowns where a provider would answer.
 * Tests: test/engine/programs.test.ts, test/engine/registry.test.ts.
 */
export { LeftOut } from "./leftOut";
export { PROVIDER_PREFIX, urnOfReference } from "./providers";
export { Registry } from "./registry";
export type { Resource } from "./resources";
export { EngineServer, type LogEntry } from "./server";
export { Monitor } from "./service";
export { nameOf, STACK_TYPE, urnOf } from "./urn";
