// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { append, once } from "../../data";
import { AddressSet, type Family } from "../../net";
import { addressesOf as addressesOfTexts } from "../../reachability/read";
import type { Fact, NodeFact, ServiceFact, Subject } from "../facts";
import type { Settings } from "../settings";
import { addressesIn } from "./reach";
import type { SeenWorkload } from "./seenPods";

/** Something of a cluster's own, and addresses that it has. */
interface Located<T> {
  readonly of: T;
  readonly addresses: AddressSet;
}

/** The addresses of a cluster's own that a stack shows. */
export interface SeenAddresses {
  readonly pods: readonly Located<SeenWorkload>[];
  readonly nodes: readonly Located<NodeFact>[];
  readonly services: readonly Located<ServiceFact>[];
  /** The ranges that nodes say their pods are in. */
  readonly podRanges: AddressSet;
}

const NOTHING: SeenAddresses = { pods: [], nodes: [], services: [], podRanges: AddressSet.empty };

/** The addresses that a stack's facts show, by cluster: gathered once for all policies. */
export const clusterAddresses = once((facts: readonly Fact[]) => {
  const byCluster = new Map<string, Fact[]>();
  for (const fact of facts)
    if (fact.kind === "Workload" || fact.kind === "Node" || fact.kind === "Service")
      append(byCluster, fact.subject.cluster.key, fact);
  const found = new Map([...byCluster].map(([key, own]) => [key, addressesOf(own)]));
  return ({ cluster }: Subject): SeenAddresses => found.get(cluster.key) ?? NOTHING;
});

function addressesOf(facts: readonly Fact[]): SeenAddresses {
  const nodes = facts.filter((fact) => fact.kind === "Node");
  return {
    pods: facts.flatMap((fact) =>
      fact.kind === "Workload" && fact.pods !== undefined
        ? located({ ...fact, pods: fact.pods }, fact.pods.addresses)
        : [],
    ),
    nodes: nodes.flatMap((node) => located(node, node.addresses)),
    services: facts.flatMap((fact) => (fact.kind === "Service" ? located(fact, fact.addresses) : [])),
    podRanges: nodes
      .flatMap(({ podRanges }) => podRanges.map((text) => addressesIn(text) ?? AddressSet.empty))
      .reduce((sum, set) => sum.union(set), AddressSet.empty),
  };
}

function located<T>(of: T, texts: readonly string[]): readonly Located<T>[] {
  const addresses = addressesOfTexts(texts);
  return addresses.isEmpty() ? [] : [{ of, addresses }];
}

/**
 * The families of a cluster's pods, as far as its pods, its nodes or else the configured ranges tell; empty where nothing does.
 */
export function podFamilies(
  { pods, podRanges }: SeenAddresses,
  { clusterRanges }: Settings,
): readonly Family[] {
  const shown = pods.reduce((sum, { addresses }) => sum.union(addresses), podRanges);
  return (shown.isEmpty() ? AddressSet.of(...clusterRanges) : shown).families();
}
