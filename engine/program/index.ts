/**
 * Runs the Pulumi program in a process of its own. In: the project and the address of an engine. Out: the end of the
 * run, or why it failed.
 */
export { Program, programFolder } from "./program";
