import type { Environment } from "../cluster";

/** Whose a resource is. */
export interface Ownership {
  /** The application's name. */
  readonly application: string;
  /** The team that answers for it. */
  readonly owner: string;
  /** In uat and prod, what it owns is protected. */
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
