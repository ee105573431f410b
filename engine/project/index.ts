/**
 * Reads Pulumi.yaml and Pulumi.<stack>.yaml as the CLI does. In: a folder. Out: the project and a stack's config; or
 * `PalisadeInputError`.
 * Tests: test/engine/config.test.ts.
 */
export { readStackConfig, type StackConfig } from "./config";
export { isRecord, type Project, readProject, readYaml, stackFileOf, stacksOf } from "./project";
