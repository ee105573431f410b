/**
 * Reads a stack's configuration. In: `Pulumi.<stack>.yaml` as plain values, with references to other stacks resolved,
 * and the applications of this repository. Out: a `Stack` of checked clusters, each with the applications placed there;
 * or `PalisadeInputError` with all problems at once.
 * Tests: test/config/malformed.test.ts, test/config/aws.test.ts.
 */
export { applicationFileNames, applicationsFromFiles } from "./applicationFiles";
export { declarationFileNames, lineOfDeclaration } from "./declarations";
export { clusterFileSchema, fileSchema } from "./fileSchema";
export { type ConfigFile, locatedIn } from "./located";
export type { LookUpPlace, SubnetsOf } from "./lookUps";
export { type OutputOf, resolveReferences } from "./references";
export { readStack } from "./readStack";
export type { PlacedApplication, Stack, StackCluster } from "./stack";
