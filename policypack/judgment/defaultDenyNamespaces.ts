import type { Fact, Subject } from "../facts";
import type { Unread } from "../values";
import { denialOf } from "./defaultDeny";

/** The namespaces whose ingress a policy of the stack denies by default, by what keeps that from being sure: nothing, if it is. */
export type Closed = ReadonlyMap<string, readonly Unread[]>;

/** A namespace of a cluster. */
export const placeOf = (subject: Subject, namespace: string): string =>
  `${subject.cluster.key}\n${namespace}`;

/** Gathers them. */
export function closedNamespaces(facts: readonly Fact[]): Closed {
  const closed = new Map<string, readonly Unread[]>();
  for (const fact of facts) {
    if (fact.kind !== "NetworkPolicy" || !fact.namespace.known) continue;
    const key = placeOf(fact.subject, fact.namespace.value);
    const denial = denialOf(fact, "ingress");
    if (denial.answer === "yes") closed.set(key, []);
    else if (denial.answer === "maybe" && closed.get(key)?.length !== 0) closed.set(key, denial.unread);
  }
  return closed;
}
