import { strict as assert } from "node:assert";
import type { Change } from "../../../reachability/answer/explain/change";

export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  spec?: Record<string, unknown>;
}

/** The manifests with what a change says added to them. */
export function applied(objects: readonly object[], changes: readonly Change[]): object[] {
  const copies = structuredClone(objects) as Manifest[];
  for (const change of changes) {
    if (change.kind === "policy") copies.push(change.object);
    if (change.kind !== "rule") continue;
    const { namespace, name } = change.policy;
    const policy = copies.find(
      ({ kind, metadata }) =>
        kind === "NetworkPolicy" && metadata.name === name && (metadata.namespace ?? "default") === namespace,
    );
    assert.ok(policy !== undefined, `no policy ${namespace}/${name}`);
    const rules = (policy.spec?.[change.side] ?? []) as unknown[];
    policy.spec = { ...policy.spec, [change.side]: [...rules, change.rule] };
  }
  return copies;
}
