import type { ResourceInput } from "../subject";
import { AWS_KINDS, type AwsFact } from "./kinds";
import { awsSubject } from "./subject";

const PREFIX = "aws:";

const READERS = new Map(AWS_KINDS.map(({ type, read }) => [type, read]));

/** The facts of one AWS resource; none for types that no invariant judges. */
export function readAwsFacts(resource: ResourceInput): AwsFact[] {
  if (!resource.type.startsWith(PREFIX)) return [];
  const read = READERS.get(resource.type.slice(PREFIX.length));
  return read === undefined ? [] : read(awsSubject(resource));
}
