export type { LookUpPlace, SubnetsOf } from "./lookUps";
export { type OutputOf, resolveReferences } from "./references";
export { readStack } from "./readStack";
export type { PlacedApplication, Stack, StackCluster } from "./stack";
