import type { Environment } from "../cluster";

/** Whose a resource is. */
export interface Ownership {
  readonly application: string;
  readonly owner: string;
  readonly environment: Environment;
}

/** The tags of every resource that we make. */
export function tagsOf(
  { application, owner, environment }: Ownership,
  name?: string,
): Record<string, string> {
  return {
    ...(name === undefined ? {} : { Name: name }),
    application,
    environment,
    "managed-by": "palisade",
    owner,
  };
}
