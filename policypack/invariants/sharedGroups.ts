// Tests: test/policypack/cases/cases.test.ts
import type { Fact, SecurityGroupPolicyFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Groups, groupsOf, guardedEnds } from "../judgment";
import { type Unread, unreadOf } from "../values";

/** A namespace of the stack and whose it is; the owner is undefined where that isn't known. */
export interface OwnedNamespace {
  readonly fact: Pick<Fact, "subject">;
  readonly name: string;
  readonly owner: string | undefined;
}

/** Pods of a namespace that carry a group which a database admits. */
interface Carried {
  readonly policy: SecurityGroupPolicyFact;
  readonly key: string;
  readonly home: OwnedNamespace;
}

/**
 * SecurityGroupPolicies of different owners' namespaces that give their pods one group which a database or an endpoint admits. `isDeclared`:
 * whether one owner's pods may reach the other's.
 */
export function judgeSharedGroups(
  facts: readonly Fact[],
  owned: readonly OwnedNamespace[],
  isDeclared: (from: string, to: string) => boolean,
): Finding[] {
  const policies = facts.filter((fact) => fact.kind === "SecurityGroupPolicy");
  if (policies.length < 2 || owned.length < 2) return [];
  const groups = groupsOf(facts);
  const admitted = admittedBy(facts, groups);
  if (admitted.size === 0) return [];
  const carried = policies.flatMap((policy) => carriedBy(policy, owned, groups, admitted));
  const differ = (one: OwnedNamespace, other: OwnedNamespace) =>
    one.owner === undefined || other.owner === undefined
      ? one.name !== other.name
      : one.owner !== other.owner &&
        !isDeclared(one.owner, other.owner) &&
        !isDeclared(other.owner, one.owner);
  const judged = carried.flatMap((one) => {
    const others = carried.filter((other) => other.key === one.key && differ(one.home, other.home));
    return judgeCarried(one, others, groups.titleOf(one.key), admitted.get(one.key) ?? "");
  });
  return [...judged, ...policies.flatMap((policy) => doubtful(policy, groups))];
}

/** The groups that databases, other data stores and endpoints admit, each with what admits it. */
function admittedBy(facts: readonly Fact[], groups: Groups): ReadonlyMap<string, string> {
  const guarded = [...guardedEnds(facts, groups)];
  return new Map(
    guarded.flatMap(([key, title]) =>
      (groups.get(key)?.rules.ingress ?? []).flatMap((rule) =>
        [...groups.refer(rule.groups).keys].map((client): [string, string] => [client, title]),
      ),
    ),
  );
}

function carriedBy(
  policy: SecurityGroupPolicyFact,
  owned: readonly OwnedNamespace[],
  groups: Groups,
  admitted: ReadonlyMap<string, string>,
): Carried[] {
  const { namespace, subject } = policy;
  const home = owned.find(
    ({ name, fact }) =>
      namespace.known && name === namespace.value && fact.subject.cluster.key === subject.cluster.key,
  );
  if (home === undefined) return [];
  const keys = [...groups.refer(policy.groups).keys].filter((key) => admitted.has(key));
  return keys.map((key) => ({ policy, key, home }));
}

function judgeCarried(
  { policy, home }: Carried,
  others: readonly Carried[],
  group: string,
  end: string,
): Finding[] {
  const known = others.find((other) => home.owner !== undefined && other.home.owner !== undefined);
  if (known === undefined) {
    const open = others.length === 0 ? [] : [unknownOwner(home.owner === undefined ? home : others[0]?.home)];
    return open.length === 0 ? [] : [undecided(policy, open, QUESTION)];
  }
  return [
    violation(policy, {
      wrong: `gives pods of ${String(home.owner)} a group that pods of ${String(known.home.owner)} carry, too`,
      why: `${end} admits the group, and can't tell one owner's pods from the other's`,
      evidence: `it names ${group}, and so does ${known.policy.title} in ${known.home.name}`,
      remedy: "create a group for each owner's pods, and admit the one that has a flow to it",
    }),
  ];
}

const QUESTION = "its pods share a database's client group with another owner's";

const unknownOwner = (home: OwnedNamespace | undefined): Unread => ({
  known: false,
  path: `the owner of ${home?.name ?? "a namespace"}`,
  because: "not yet known",
});

/** Of which policies it isn't known whose pods they are about, or which groups. */
function doubtful(policy: SecurityGroupPolicyFact, groups: Groups): Finding[] {
  const unread = [...unreadOf([policy.namespace]), ...groups.refer(policy.groups).unread];
  return unread.length === 0 ? [] : [undecided(policy, unread, QUESTION)];
}
