// Tests: test/policypack/invariants/networkAndGroupParity.test.ts
import { DATABASE_PORTS } from "../../../net";
import type { Fact } from "../../facts";
import { opensDatabasesOnly } from "./databaseGroups";
import type { Groups } from "./groups";
import { writtenPorts } from "../writtenPorts";

/** What groups guard besides pods: databases, other data stores and endpoints, and databases of no stack, by their groups' ports. */
export function guardedEnds(facts: readonly Fact[], groups: Groups): ReadonlyMap<string, string> {
  const guarded = new Map<string, string>();
  for (const fact of facts) {
    if (fact.kind !== "Database" && fact.kind !== "DataStore" && fact.kind !== "VpcEndpoint") continue;
    if (fact.groups === undefined) continue;
    for (const key of groups.refer(fact.groups).keys) guarded.set(key, fact.title);
  }
  const pods = new Set(
    facts.flatMap((fact) => (fact.kind === "SecurityGroupPolicy" ? [...groups.refer(fact.groups).keys] : [])),
  );
  const ports = writtenPorts(DATABASE_PORTS);
  for (const group of groups.all) {
    if (!pods.has(group.key) && !guarded.has(group.key) && opensDatabasesOnly(group, ports)) {
      guarded.set(group.key, `the database of ${group.title}`);
    }
  }
  return guarded;
}
