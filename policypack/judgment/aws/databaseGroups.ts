// Tests: test/policypack/invariants/rdsAdmitsGroupsOnly.test.ts
import { type PortRange, PortSet } from "../../../net";
import type { GroupRule } from "../../facts";
import { namesBlocks } from "./blocks";
import type { GroupSeen } from "./groups";
import { trafficOf } from "./traffic";

/** A range that holds a database's port and few others is about that port: `5432-5439` for 5432. */
const FEW = 100;

const isAround = (range: PortRange, ports: PortSet): boolean => {
  const own = PortSet.of([range]);
  return ports.covers(own) || (range.to - range.from < FEW && ports.overlaps(own));
};

/** Whether a group's ingress by group is about databases' ports only, and some ingress is. */
export function opensDatabasesOnly({ rules }: GroupSeen, ports: PortSet): boolean {
  const isDatabases = (rule: GroupRule) => {
    const traffic = trafficOf(rule, "lower");
    return traffic.others.size === 0 && traffic.ports.ranges().every((range) => isAround(range, ports));
  };
  const some = rules.ingress.some((rule) => isDatabases(rule) && !trafficOf(rule, "lower").ports.isEmpty());
  return some && rules.ingress.filter((rule) => !namesBlocks(rule)).every(isDatabases);
}
