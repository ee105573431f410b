// Tests: test/policypack/invariants/securityGroupNoWorldIngress.test.ts
import { append, once } from "../../../data";
import type { Fact } from "../../facts";
import { stackEnds } from "../ends";
import { carriersOf } from "./groupedPods";
import { type Groups, groupsOf } from "./groups";

/** Something of the stack that carries groups: pods, a database, another data store or an endpoint, by what says so. */
export interface Holder {
  readonly of: Pick<Fact, "subject" | "title">;
  /** The groups' keys. */
  readonly keys: ReadonlySet<string>;
}

/** Everything of a stack that is seen to carry groups. Pods to which several policies give groups carry them all. */
export const holdersOf = once((facts: readonly Fact[]): readonly Holder[] => {
  const groups = groupsOf(facts);
  const stated = facts.flatMap((fact): Holder[] => {
    const held = heldBy(fact);
    return held === undefined ? [] : [{ of: fact, keys: groups.refer(held).keys }];
  });
  return [...stated, ...podsOfSeveral(facts, groups)];
});

/** The pods that several policies give groups. */
function podsOfSeveral(facts: readonly Fact[], groups: Groups): Holder[] {
  if (facts.filter(({ kind }) => kind === "SecurityGroupPolicy").length < 2) return [];
  return carriersOf(facts, stackEnds(facts), groups)
    .filter(({ policies }) => policies > 1)
    .map(({ end, keys }) => ({ of: end, keys }));
}

/** Who carries each group, by the titles of what says so. */
export function holdersByGroup(holders: readonly Holder[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { of, keys } of holders) for (const key of keys) append(found, key, of.title);
  return found;
}

function heldBy(fact: Fact) {
  const holds =
    fact.kind === "SecurityGroupPolicy" ||
    fact.kind === "VpcEndpoint" ||
    fact.kind === "Database" ||
    fact.kind === "DataStore";
  return holds ? fact.groups : undefined;
}
