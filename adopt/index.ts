/**
 * From policies that exist to applications that say the same. In: a `World` and its relation, and what people wrote beside its
 * policies. Out: an `ImportPlan`: applications as data, what the cluster's config has to say for them, and all that the language
 * can't say, each with the nearest that can; and an application's text, as a person would write it. Nothing here compiles or
 * proves: cli/import does.
 * Tests: test/adopt/propose.test.ts.
 */
export { dataFileOf } from "./dataFile";
export { type ApplicationFile, fileOf, type LanguageModule } from "./file";
export { placementText } from "./configText";
export type {
  ClusterProposal,
  ImportedApplication,
  ImportedDatabase,
  ImportInput,
  ImportPlan,
  OneSidedRule,
  Unexpressed,
  WrittenBeside,
} from "./plan";
export { proposeImport } from "./propose";
