import { compareText } from "../../flows";
import type { Opening } from "./peer";

/**
 * The API server refuses an object whose annotations take more than 256 KiB, all of them together; others add their
 * own, and a client-side apply stores the whole object in one. Bytes of UTF-8.
 */
const LARGEST = 64 * 1024;

/** What a policy is annotated with: each flow behind its rules with its reason, and the owner's names for them. */
export function reasonAnnotations(openings: readonly Opening[]): Record<string, string> {
  const owners = unique(openings.flatMap(({ why }) => why.names));
  return {
    ...(owners.length === 0 ? {} : { "palisade.dev/owner-policies": fitting(owners) }),
    "palisade.dev/reasons": fitting(unique(openings.map(({ why }) => why.reason))),
  };
}

const unique = (lines: readonly string[]): readonly string[] =>
  lines.length < 2 ? lines : [...new Set(lines)].sort(compareText);

/** The most bytes of UTF-8 that a UTF-16 code unit takes. */
const BYTES_PER_UNIT = 3;

/** Whole lines, as many as fit, and how many are missing. */
function fitting(lines: readonly string[]): string {
  const all = lines.join("\n");
  if (all.length * BYTES_PER_UNIT <= LARGEST) return all;
  let bytes = 0;
  const fit = lines.filter((line) => (bytes += Buffer.byteLength(line) + 1) <= LARGEST);
  const missing = lines.length - fit.length;
  return [...fit, ...(missing === 0 ? [] : [`… and ${missing} more`])].join("\n");
}
