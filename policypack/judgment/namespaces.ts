// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import {
  describe,
  type Fact,
  isNamespaced,
  type NamespacedFact,
  type NetworkPolicyFact,
  type Subject,
} from "../facts";
import type { Field } from "../values";

/** A namespace of one cluster that the stack makes, or puts something into. */
export interface NamespaceSeen {
  readonly subject: Subject;
  readonly title: string;
  readonly name: Field<string | undefined>;
  /** The URNs of the resources that declare it; none where the stack only puts something there. */
  readonly declaredBy: ReadonlySet<string>;
  /** What the stack puts there, by title, for messages. */
  readonly holds: readonly string[];
}

/** The namespaces of a stack, and what was put into namespaces whose names aren't known. */
export interface NamespacesSeen {
  readonly namespaces: readonly NamespaceSeen[];
  readonly adrift: readonly NamespacedFact[];
}

/** Gathers every namespace that the facts name, in the order in which they do. */
export function namespacesOf(facts: readonly Fact[]): NamespacesSeen {
  const seen = new Map<string, NamespaceSeen & { declaredBy: Set<string>; holds: string[] }>();
  const adrift: NamespacedFact[] = [];
  const meet = (subject: Subject, name: Field<string | undefined>, title: string) => {
    // A namespace without a known name can't be recognised as another: its resource stands for it.
    const key =
      name.known && name.value !== undefined
        ? JSON.stringify([subject.cluster.key, name.value])
        : JSON.stringify([subject.urn, subject.object.path]);
    const entry = seen.get(key) ?? { subject, title, name, declaredBy: new Set(), holds: [] };
    seen.set(key, entry);
    return entry;
  };
  // Declarations first, so that messages speak of the resource that declares a namespace.
  for (const fact of facts) {
    if (fact.kind === "Namespace") meet(fact.subject, fact.name, fact.title).declaredBy.add(fact.subject.urn);
  }
  for (const fact of facts) {
    if (!isNamespaced(fact)) continue;
    const { namespace, subject } = fact;
    if (!namespace.known) adrift.push(fact);
    else meet(subject, namespace, describe("Namespace", [namespace], subject)).holds.push(fact.title);
  }
  return { namespaces: [...seen.values()], adrift };
}

/**
 * Whether a policy is in a namespace. A policy whose namespace isn't known may be in any of its cluster, unless its
 * metadata was made from namespaces of this stack: then it is in one of these.
 */
export function isIn(
  policy: NetworkPolicyFact,
  namespace: NamespaceSeen,
  all: readonly NamespaceSeen[],
): "yes" | "maybe" | "no" {
  if (policy.subject.cluster.key !== namespace.subject.cluster.key) return "no";
  const { name } = namespace;
  if (policy.namespace.known) {
    if (!name.known || name.value === undefined) return "maybe";
    return policy.namespace.value === name.value ? "yes" : "no";
  }
  const from = policy.subject.namedFrom;
  const sources = all.filter(({ declaredBy }) => from.some((urn) => declaredBy.has(urn)));
  return sources.length === 0 || sources.includes(namespace) ? "maybe" : "no";
}
