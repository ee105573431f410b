// Tests: test/policypack/invariants/s3PublicAccessBlocked.test.ts
import type { BucketFact, ResourceReference } from "../../facts";
import type { Unread } from "../../values";

/** Whether a reference is to a bucket: by name where both are known, else by what it was made from. */
export function refersTo(
  reference: ResourceReference | undefined,
  bucket: BucketFact,
  all: readonly BucketFact[],
): "yes" | "maybe" | "no" {
  if (reference === undefined) return "no";
  const { id, from } = reference;
  const sources = all.filter(({ subject }) => from?.includes(subject.urn));
  if (id.known) {
    const named = all.filter(({ name }) => name.known && name.value === id.value);
    if (named.length > 0) return named.includes(bucket) ? "yes" : "no";
    if (sources.length > 0) return pick(sources, bucket);
    // Another stack's bucket, unless this one's name isn't known yet; one that Pulumi chooses nobody can write down.
    return bucket.name.known ? "no" : "maybe";
  }
  if (sources.length > 0) return pick(sources, bucket);
  return "maybe";
}

function pick(sources: readonly BucketFact[], bucket: BucketFact): "yes" | "maybe" | "no" {
  if (!sources.includes(bucket)) return "no";
  return sources.length === 1 ? "yes" : "maybe";
}

/** What keeps open whether references are to a bucket: their ids, or its name. */
export function unreadBetween(
  bucket: BucketFact,
  references: readonly { readonly title: string; readonly bucket: ResourceReference | undefined }[],
): Unread[] {
  const ids = references.flatMap(({ title, bucket: reference }) =>
    reference === undefined || reference.id.known
      ? []
      : [{ ...reference.id, path: `${title} ${reference.path}` }],
  );
  return references.length > 0 && !bucket.name.known ? [...ids, bucket.name] : ids;
}
