/**
 * Serves the pack to Pulumi's engine by its gRPC protocol for analyzers. In: a pack. Out: a port on which it answers.
 * Tests: test/policypack/fuzz/served.test.ts.
 */
export { serve } from "./serve";
