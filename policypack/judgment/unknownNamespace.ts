// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import { type Fact, unreadInSelector } from "../facts";
import { type Finding, undecided } from "../finding";
import { unreadOf } from "../values";

/** The questions that policies leave open of which it isn't known yet which pods, or which directions, they isolate. */
export function adriftPolicies(facts: readonly Fact[], question: string): Finding[] {
  return facts.flatMap((fact) => {
    if (fact.kind !== "NetworkPolicy") return [];
    const { namespace, podSelector, policyTypes } = fact;
    const types = policyTypes.known ? policyTypes.value : [];
    const unread = [...unreadOf([namespace, policyTypes, ...types]), ...unreadInSelector(podSelector)];
    return unread.length > 0 ? [undecided(fact, unread, question)] : [];
  });
}

/** The same for namespaces whose names aren't known, where the stack has others beside. */
export function adriftNamespaces(facts: readonly Fact[], question: string): Finding[] {
  const namespaces = facts.filter((fact) => fact.kind === "Namespace");
  return namespaces.flatMap((fact) => {
    const { name } = fact;
    if (namespaces.length < 2 || (name.known && name.value !== undefined)) return [];
    const chosen = { known: false as const, path: "metadata.name", because: "chosen when it is made" };
    return [undecided(fact, [name.known ? chosen : name], question)];
  });
}
