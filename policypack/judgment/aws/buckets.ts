import type { BucketFact } from "../../facts/aws/bucket";
import type { Reference } from "../../facts/aws/subject";

/** Whether a reference is to a bucket: by name where both are known, else by what it was made from. */
export function refersTo(
  reference: Reference | undefined,
  bucket: BucketFact,
  all: readonly BucketFact[],
): "yes" | "maybe" | "no" {
  if (reference === undefined) return "no";
  const { id, from } = reference;
  const sources = all.filter(({ subject }) => from?.includes(subject.urn));
  if (id.known) {
    const named = all.filter(({ name }) => name.known && name.value === id.value);
    if (named.length > 0) return named.includes(bucket) ? "yes" : "no";
    // Another stack's bucket, unless this one's name isn't known yet.
    if (bucket.name.known && bucket.name.value !== undefined) return "no";
    return sources.length === 0 ? "no" : pick(sources, bucket);
  }
  if (sources.length > 0) return pick(sources, bucket);
  return "maybe";
}

function pick(sources: readonly BucketFact[], bucket: BucketFact): "yes" | "maybe" | "no" {
  if (!sources.includes(bucket)) return "no";
  return sources.length === 1 ? "yes" : "maybe";
}

/** Whether a reference is to none of the stack's buckets. */
export const refersToNone = (reference: Reference | undefined, all: readonly BucketFact[]): boolean =>
  all.every((bucket) => refersTo(reference, bucket, all) === "no");
