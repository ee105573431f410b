/**
 * Holds records of traffic against what a stack declares. In: applications as a plan declares them, lists of pods with the times
 * in which they had their addresses, and readings of records/ one by one. Out: which flows were seen, which surely weren't, what
 * was seen and nobody declares, and how many records can't be given to anybody, and why. Pure; memory doesn't grow with the records.
 * Tests: test/observe/judge.test.ts.
 */
export type { ClusterRanges } from "./ends";
export { TrafficObservation, type ObservedApplication } from "./judge";
export { PodTable } from "./podTable";
export type { ObservedFlow, ObservedParty, ObservedStack, UndeclaredConnection } from "./result";
export type { Sightings } from "./tally";
