import type { PortSet } from "../../../net";
import type { GroupRule } from "../../facts";
import { namesBlocks } from "./blocks";
import type { GroupSeen } from "./groups";
import { trafficOf } from "./traffic";

/** Whether a group's ingress by group is about databases' ports only, and some ingress is. */
export function opensDatabasesOnly({ rules }: GroupSeen, ports: PortSet): boolean {
  const isDatabases = (rule: GroupRule) => {
    const traffic = trafficOf(rule, "lower");
    return traffic.others.size === 0 && ports.covers(traffic.ports);
  };
  const some = rules.ingress.some((rule) => isDatabases(rule) && !trafficOf(rule, "lower").ports.isEmpty());
  return some && rules.ingress.filter((rule) => !namesBlocks(rule)).every(isDatabases);
}
