/**
 * The component package: what programs in other languages than TypeScript declare. In: Pulumi's calls to a provider, with inputs that are a
 * stack's config and its applications as data. Out: the component `IsolatedApplications` with the resources of `stackProgram` under it, or every
 * mistake of the inputs; and the schema from which Pulumi makes SDKs.
 */
export { serve } from "./serve";
