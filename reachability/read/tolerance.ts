// Tests: test/cli/manifests/repository.test.ts
import type { Identity } from "./identity";
import type { KindedObject } from "./kinds";
import { makerOf } from "./otherKinds/makerTable";
import type { Effect, UncomputedPolicy } from "./otherKinds/uncomputed";
import type { NetworkPolicy } from "./policy";
import type { ObjectProblem } from "./problems";
import { EVERYTHING, type Match, UNKNOWN } from "../../kubernetes";
import type { Store } from "./store";
import { WORKLOAD_KINDS } from "./world";

/** What was found wrong and not refused, and what stands for it. */
export interface Tolerated {
  readonly refused: ObjectProblem[];
  readonly conflicts: ObjectProblem[];
  /** Policies of which only that they are there is known. */
  readonly standIns: UncomputedPolicy[];
}

/**
 * What stands for an object that was refused: a policy may do anything in its namespace, a workload's pods are missing.
 * Objects of other kinds open and close nothing by themselves.
 */
export function addStandIn(
  { kind, fields, source, row }: KindedObject,
  identity: Identity | undefined,
  store: Store,
  { standIns }: Tolerated,
): void {
  if (kind === "NetworkPolicy") {
    const { namespace, name } = identity ?? { namespace: undefined, name: "" };
    standIns.push({
      kind,
      namespace: namespace ?? "",
      name,
      source,
      subjects: [{ kind: "pods", namespaces: namespace ?? EVERYTHING, pods: EVERYTHING }],
      ingress: "either",
      egress: "either",
      outsideOnly: false,
      content: `${source.file} ${source.document}`,
      because: "refused",
    });
  } else if (WORKLOAD_KINDS.some((one) => one === kind) || row !== undefined) {
    store.makers.push(makerOf(kind, fields, "pods"));
  }
}

/**
 * Joins an object with one of the same name that says something else: which of them counts isn't known. A workload's
 * pods may be either's, a policy may be either, a namespace has the labels that both give it.
 */
export function joinConflict(store: Store, own: Store, { standIns }: Tolerated): void {
  for (const other of own.workloads) {
    const at = store.workloads.findIndex(
      ({ kind, namespace, name }) =>
        kind === other.kind && namespace === other.namespace && name === other.name,
    );
    const known = store.workloads[at];
    if (known !== undefined)
      store.workloads[at] = { ...known, shapes: [...known.shapes, ...other.shapes], selector: undefined };
  }
  for (const policy of own.policies) {
    const at = store.policies.findIndex(
      ({ namespace, name }) => namespace === policy.namespace && name === policy.name,
    );
    const known = at < 0 ? [] : store.policies.splice(at, 1);
    standIns.push(...[...known, policy].map(eitherOf));
  }
  for (const [name, labels] of own.namespaces) {
    const known = store.namespaces.get(name);
    if (known === undefined) continue;
    const both = [...known.known].filter(
      ([key, value]) => value !== UNKNOWN && labels.known.get(key) === value,
    );
    store.namespaces.set(name, { known: new Map(both), complete: false });
  }
}

const effectOf = (isolates: Match): Effect | undefined => (isolates === "no" ? undefined : "either");

const eitherOf = ({
  namespace,
  name,
  source,
  podSelector,
  ingress,
  egress,
}: NetworkPolicy): UncomputedPolicy => ({
  kind: "NetworkPolicy",
  namespace,
  name,
  source,
  subjects: [{ kind: "pods", namespaces: namespace, pods: podSelector }],
  ingress: effectOf(ingress.isolates),
  egress: effectOf(egress.isolates),
  outsideOnly: false,
  content: `${source.file} ${source.document}`,
  because: "conflict",
});
