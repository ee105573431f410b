import snapshots from "./prefixListSnapshots.json";
import type { PrefixList } from "./network";

/** A region's S3 prefix list as it was when somebody last recorded it. */
export interface RecordedPrefixList extends Pick<PrefixList, "id" | "cidrs"> {
  /** ISO date. */
  readonly recorded: string;
  readonly source: string;
}

const known: Readonly<Record<string, RecordedPrefixList>> = snapshots;

/** The snapshot of a region's S3 prefix list; undefined where nobody has recorded it. */
export const snapshotOf = (region: string): RecordedPrefixList | undefined =>
  Object.hasOwn(known, region) ? known[region] : undefined;

type Listed = Pick<PrefixList, "id" | "cidrs">;

/** How a list differs from the one that was expected, as a sentence; undefined: it doesn't. */
export function drift(region: string, before: Listed, now: Listed): string | undefined {
  const gone = before.cidrs.filter((cidr) => !now.cidrs.includes(cidr));
  const added = now.cidrs.filter((cidr) => !before.cidrs.includes(cidr));
  const parts = [
    ...(before.id === now.id ? [] : [`it is ${now.id}, not ${before.id}`]),
    ...(added.length === 0 ? [] : [`${added.join(", ")} came`]),
    ...(gone.length === 0 ? [] : [`${gone.join(", ")} went`]),
  ];
  if (parts.length === 0) return undefined;
  return `The S3 prefix list of ${region} has changed since it was recorded: ${parts.join("; ")}. Record it again (docs/aws.md): previews without AWS still use the old one.`;
}
