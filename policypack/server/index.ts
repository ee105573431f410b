/**
 * Serves the pack to Pulumi's engine by its gRPC protocol for analyzers. In: a pack. Out: a port on which it answers.
 */
export { serve } from "./serve";
