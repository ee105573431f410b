// Tests: test/policypack/cases/cases.test.ts
import type { ResourceReference } from "../../facts";
import type { Field, Unread } from "../../values";

/** A resource that others refer to by its id. */
export interface Identified {
  readonly subject: { readonly urn: string; readonly id: Field<string | undefined> };
}

/** Which of some resources a reference is to: one of them, another stack's, or not known. */
export type ReferenceTarget<T> =
  | { readonly kind: "one"; readonly of: T }
  | { readonly kind: "foreign"; readonly id: string }
  | { readonly kind: "unread"; readonly unread: Unread };

/** The target of a reference: by id where both are known, else by what the reference was made from. */
export function targetOf<T extends Identified>(
  reference: ResourceReference,
  all: readonly T[],
): ReferenceTarget<T> {
  const { id, from } = reference;
  const byId = id.known
    ? all.find(({ subject }) => subject.id.known && subject.id.value === id.value)
    : undefined;
  if (byId !== undefined) return { kind: "one", of: byId };
  const [source, ...more] = all.filter(({ subject }) => from?.includes(subject.urn));
  if (source !== undefined && more.length === 0) return { kind: "one", of: source };
  return id.known ? { kind: "foreign", id: id.value } : { kind: "unread", unread: id };
}
