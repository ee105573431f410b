/**
 * Records the answers of provider functions from a preview by the Pulumi CLI. In: a project and a stack. Out: answers
 * that a later preview gives without a cloud.
 * Tests: test/engine/answers.test.ts.
 */
export { recordAnswers } from "./record";
