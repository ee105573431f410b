import { GROUPS } from "./kinds";
import { judgesConnections } from "./otherKinds/readPolicy";
import { workloadRow } from "./otherKinds/workloadTable";
import { WORKLOAD_KINDS } from "./world";

/**
 * What a kind's objects are to an answer about a running cluster: without `needed` ones there is none; `policy`: they may
 * change any answer; `owner`: pods are named by them; `other`: what else is read.
 */
export type Bearing = "needed" | "policy" | "owner" | "other";

const NEEDED = ["Namespace", "Pod", "NetworkPolicy"];

/**
 * Whether a kind bears on a running cluster's answer. What makes pods or policies doesn't: what it made is there, and read
 * by itself. Kinds of `extensions` are served under their own group too.
 */
export function bearingOf(kind: string, group: string): Bearing | undefined {
  if (group !== "extensions" && GROUPS.get(kind)?.includes(group) === true) {
    if (NEEDED.includes(kind)) return "needed";
    return WORKLOAD_KINDS.some((one) => one === kind) ? "owner" : "other";
  }
  if (workloadRow(kind, group) !== undefined) return "owner";
  return judgesConnections(kind, group) ? "policy" : undefined;
}
