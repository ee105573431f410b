import type { Fact } from "../../facts";
import type { Groups } from "./groups";

/** What carries a group, for messages, by the group's key. */
export type Holders = ReadonlyMap<string, readonly string[]>;

/** Which pods, databases and endpoints of the stack carry each group, by the titles of what says so. */
export function holdersOf(facts: readonly Fact[], groups: Groups): Holders {
  const holders = new Map<string, string[]>();
  for (const fact of facts) {
    const held = heldBy(fact);
    if (held === undefined) continue;
    for (const key of groups.refer(held).keys) {
      const titles = holders.get(key) ?? [];
      holders.set(key, titles);
      titles.push(fact.title);
    }
  }
  return holders;
}

function heldBy(fact: Fact) {
  const holds =
    fact.kind === "SecurityGroupPolicy" || fact.kind === "VpcEndpoint" || fact.kind === "Database";
  return holds ? fact.groups : undefined;
}
