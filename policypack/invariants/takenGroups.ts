// Tests: test/policypack/cases/cases.test.ts
import type { Fact, SecurityGroupPolicyFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { type Groups, groupsOf, isCalled } from "../judgment";
import { type Unread, unreadOf } from "../values";
import type { ProtectedGroup } from "./protectedGroups";

/** A client's group and the namespaces whose pods alone may carry it. */
interface Reserved {
  readonly group: string;
  readonly namespaces: readonly string[];
  /** The ends that it passes, for people. */
  readonly ends: readonly string[];
}

/** SecurityGroupPolicies that give a protected end's client group to pods of a namespace that the configuration doesn't name for it. */
export function judgeTakenGroups(facts: readonly Fact[], ends: readonly ProtectedGroup[]): Finding[] {
  const reserved = reservedIn(ends);
  if (reserved.length === 0) return [];
  const groups = groupsOf(facts);
  return facts.flatMap((fact) =>
    fact.kind === "SecurityGroupPolicy" ? reserved.flatMap((one) => judgePolicy(fact, one, groups)) : [],
  );
}

function reservedIn(ends: readonly ProtectedGroup[]): Reserved[] {
  const byGroup = new Map<string, { readonly namespaces: Set<string>; readonly ends: Set<string> }>();
  for (const { name, from } of ends) {
    for (const { group, namespace } of from) {
      if (group === undefined || namespace === undefined) continue;
      const one = byGroup.get(group) ?? { namespaces: new Set(), ends: new Set() };
      one.namespaces.add(namespace);
      one.ends.add(name);
      byGroup.set(group, one);
    }
  }
  return [...byGroup].map(([group, one]) => ({
    group,
    namespaces: [...one.namespaces],
    ends: [...one.ends],
  }));
}

function judgePolicy(policy: SecurityGroupPolicyFact, reserved: Reserved, groups: Groups): Finding[] {
  const { namespace } = policy;
  if (namespace.known && reserved.namespaces.includes(namespace.value)) return [];
  const { keys, unread } = groups.refer(policy.groups);
  const takes = [...keys].some((key) => isCalled(key, reserved.group));
  const passed = reserved.ends.join(" and ");
  if (takes && namespace.known) {
    return [
      violation(policy, {
        wrong: `gives its pods the group ${reserved.group}, which is reserved for pods of ${reserved.namespaces.join(", ")}`,
        why: `they pass ${passed} as its clients do`,
        evidence: `spec.securityGroups.groupIds names it, and protected-ends names only ${reserved.namespaces.join(", ")} for it`,
        remedy: `remove the group from spec.securityGroups.groupIds, or list ${namespace.value} under "from" of ${passed}`,
      }),
    ];
  }
  const open: Unread[] = [...(takes ? unreadOf([namespace]) : []), ...unread];
  return open.length === 0 ? [] : [undecided(policy, open, `its pods pass ${passed} as its clients do`)];
}
