/**
 * Runs the Pulumi program in a process of its own. In: the project and the address of an engine. Out: the end of the
 * run, or why it failed.
 * Tests: test/engine/programs.test.ts.
 */
export { NO_ANSWER, Program, programFolder } from "./program";
