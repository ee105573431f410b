// Tests: test/policypack/invariants/networkAndGroupParity.test.ts
import { type AddressSet, PortSet } from "../../../net";
import type { GroupRule } from "../../facts";
import type { Bound, Direction } from "../../../kubernetes";
import { addressesOf } from "./blocks";
import type { Groups } from "./groups";
import { isPublic } from "../internet";
import { trafficOf } from "./traffic";

/** Groups on an interface, by their keys. */
export type Keys = ReadonlySet<string>;

/** What groups let through; undefined where some of their rules aren't seen, so that nobody can say. */
export class Passage {
  constructor(private readonly groups: Groups) {}

  /** Whether all rules of all of these groups are the stack's, and known. */
  isSeen(keys: Keys, direction: Direction): boolean {
    return [...keys].every((key) => {
      const group = this.groups.get(key);
      return this.groups.isOurs(key) && group?.unread[direction].length === 0 && group.perhaps.length === 0;
    });
  }

  /** The ports that groups let through to, or from, the groups of another interface. */
  between(keys: Keys, direction: Direction, others: Keys, bound: Bound): PortSet {
    return this.portsWhere(keys, direction, bound, (rule, key) => this.names(rule, key, others, bound));
  }

  /**
   * The ports on which groups let nothing out to some of these addresses. Blocks are exact; a prefix list may hold any
   * address, and a group stands for private ones.
   */
  refused(keys: Keys, addresses: AddressSet, ports: PortSet): PortSet {
    return PortSet.of(
      ports.ranges().filter((range) => {
        const rules = this.egressOn(keys, PortSet.of([range]));
        const rest = rules.reduce((left, { rule }) => left.subtract(addressesOf(rule, "upper")), addresses);
        if (rest.isEmpty() || rules.some(({ rule }) => mayList(rule))) return false;
        return isPublic(rest) || !rules.some(({ rule, key }) => this.reachesGroup(rule, key, keys));
      }),
    );
  }

  private egressOn(keys: Keys, ports: PortSet): { readonly rule: GroupRule; readonly key: string }[] {
    return [...keys].flatMap((key) =>
      (this.groups.get(key)?.rules.egress ?? [])
        .filter((rule) => trafficOf(rule, "upper").ports.overlaps(ports))
        .map((rule) => ({ rule, key })),
    );
  }

  /** Whether a rule names a group that may let these in. */
  private reachesGroup(rule: GroupRule, key: string, keys: Keys): boolean {
    if (!rule.groups.known || !rule.self.known || rule.self.value) return true;
    const { keys: targets, unread } = this.groups.refer(rule.groups);
    return unread.length > 0 || [...targets].some((target) => this.mayAdmit(target, keys, rule, key));
  }

  /** The ports that groups let through to, or from, whatever isn't one of the stack's pods. */
  toAnything(keys: Keys, direction: Direction): PortSet {
    return this.portsWhere(keys, direction, "upper", () => true);
  }

  /** The groups that the egress rules of some groups name for certain. */
  targetsOf(keys: Keys): Keys {
    return new Set(
      [...keys].flatMap((key) =>
        (this.groups.get(key)?.rules.egress ?? []).flatMap((rule) => [
          ...this.groups.refer(rule.groups).keys,
          ...(rule.self.known && rule.self.value ? [key] : []),
        ]),
      ),
    );
  }

  /** Whether the group that an egress rule names lets these in; another stack's may. */
  private mayAdmit(target: string, from: Keys, rule: GroupRule, key: string): boolean {
    const one = new Set([target]);
    if (!this.isSeen(one, "ingress")) return true;
    const admitted = this.between(one, "ingress", new Set([...from, key]), "upper");
    return admitted.overlaps(trafficOf(rule, "upper").ports);
  }

  private names(rule: GroupRule, key: string, others: Keys, bound: Bound): boolean {
    if (bound === "upper") {
      // An address or a list may be the other interface's.
      if (!addressesOf(rule, "upper").isEmpty()) return true;
      if (mayList(rule)) return true;
      if (!rule.self.known || !rule.groups.known) return true;
    }
    if (rule.self.known && rule.self.value && others.has(key)) return true;
    const { keys, unread } = this.groups.refer(rule.groups);
    return (bound === "upper" && unread.length > 0) || [...keys].some((one) => others.has(one));
  }

  private portsWhere(
    keys: Keys,
    direction: Direction,
    bound: Bound,
    counts: (rule: GroupRule, key: string) => boolean,
  ): PortSet {
    let ports = PortSet.empty;
    for (const key of keys) {
      for (const rule of this.groups.get(key)?.rules[direction] ?? []) {
        if (counts(rule, key)) ports = ports.union(trafficOf(rule, bound).ports);
      }
    }
    return ports;
  }
}

const mayList = ({ prefixLists }: GroupRule): boolean => !prefixLists.known || prefixLists.value.length > 0;
