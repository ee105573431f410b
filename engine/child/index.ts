/**
 * How a child process is started, stripped of what slows it, and how it tells what failed. In: a module to run. Out: a
 * process with a channel of messages. start.js, brief.js, code-cache.js and typescript-hook.js run before any
 * TypeScript does.
 */
export { type Failure, failureOf } from "./failure";
export { loadLazily } from "./lean";
export { type Child, type Ending, howItEnded, startChild } from "./process";
export { useTsconfig } from "./typescript-hook";
