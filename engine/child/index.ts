/**
 * How a child process is started, stripped of what slows it, and how it tells what failed. In: a module to run. Out: a
 * process with a channel of messages. start.js, brief.js, code-cache.js, typescript-hook.js and typescript-loader.mjs run before any
 * TypeScript does.
 * Tests: test/engine/programs.test.ts, test/engine/packs.test.ts.
 */
export { type Failure, failureOf } from "./failure";
export { loadLazily } from "./lean";
export { type Child, type Ending, howItEnded, startChild } from "./process";
export {
  engineFolder,
  importModule,
  install as runTypeScript,
  installForModules as runTypeScriptModules,
  useTsconfig,
} from "./typescript-hook";
