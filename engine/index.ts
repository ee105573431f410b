/**
 * The embedded preview: runs a Pulumi Node.js program as the language host would in a dry run, against an engine in
 * this process, and judges what it registers by policy packs over their real protocol. No CLI, cloud, cluster or
 * network. In: a project, a stack, recorded answers of provider functions, and packs. Out: a `Preview`; or
 * `PalisadeInputError` with every problem. Recording answers (record/) has a face of its own, which loads only then.
 * Tests: test/engine/programs.test.ts, test/engine/packs.test.ts.
 */
export { Answers } from "./answers";
export { engineFolder, importModule, runTypeScript } from "./child";
export type { LogEntry, Resource } from "./monitor";
export {
  type PackFinding,
  type PolicyLevel,
  type PackSource,
  type PolicyConfig,
  readPackConfig,
  readPackSource,
  type RemediatedResource,
} from "./pack";
export { preview } from "./preview";
export { type Project, readProject, readStackConfig, stackFileOf, stacksOf } from "./project";
export type { Preview, PreviewOptions } from "./session";
export { forDisplay, isUnknown, secretOf, settle, type Value, type ValueMap } from "./values";
