// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import type { Fact, Subject } from "../facts";
import type { Unread } from "../values";
import { denialOf } from "./defaultDeny";

/** The namespaces whose ingress a policy of the stack denies by default, by what keeps that from being sure: nothing, if it is. */
export type IngressDenials = ReadonlyMap<string, readonly Unread[]>;

/** A namespace of a cluster. */
export const namespaceKey = (subject: Subject, namespace: string): string =>
  `${subject.cluster.key}\n${namespace}`;

/** Gathers them. */
export function ingressDenials(facts: readonly Fact[]): IngressDenials {
  const denied = new Map<string, readonly Unread[]>();
  for (const fact of facts) {
    if (fact.kind !== "NetworkPolicy" || !fact.namespace.known) continue;
    const key = namespaceKey(fact.subject, fact.namespace.value);
    const denial = denialOf(fact, "ingress");
    if (denial.answer === "yes") denied.set(key, []);
    else if (denial.answer === "maybe" && denied.get(key)?.length !== 0) denied.set(key, denial.unread);
  }
  return denied;
}
