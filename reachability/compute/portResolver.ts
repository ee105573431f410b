// Tests: test/reachability/compute/direction.test.ts
import { append } from "../../data";
import type { Bound } from "../../kubernetes";
import { PortSet } from "../../net";
import type { RulePorts } from "../read";
import { IndexSet } from "./indexSet";
import type { Space } from "./space";
import type { Terms } from "./terms";

/** Turns rules' ports into numbers of the table, under one bound. */
export class PortResolver {
  private readonly numbers = new Map<RulePorts, number>();

  constructor(
    private readonly space: Space,
    private readonly bound: Bound,
  ) {}

  /** The number of what a rule opens by number. */
  plainNumber(ports: RulePorts): number {
    const known = this.numbers.get(ports);
    if (known !== undefined) return known;
    const number = this.space.table.number(this.plain(ports));
    this.numbers.set(ports, number);
    return number;
  }

  /** A rule's ports at each of its destinations: named ports differ from one to the next. */
  resolve(rule: RulePorts, destinations: IndexSet): Terms {
    const { table, classes } = this.space;
    const { named } = rule;
    if (named.length === 0) return [{ ports: this.plainNumber(rule), set: destinations }];
    const plain = this.plain(rule);
    const byPorts = new Map<number, number[]>();
    destinations.forEach((member) => {
      const one = classes[member];
      let ports = plain;
      for (const { protocol, name } of named) {
        const found = one?.namedPorts.get(`${protocol}/${name}`) ?? [];
        ports = ports.union(PortSet.of(found.map((port) => ({ protocol, from: port, to: port }))));
        if (this.bound === "upper" && one?.portsComplete === false)
          ports = ports.union(PortSet.allOf(protocol));
      }
      append(byPorts, table.number(ports), member);
    });
    return [...byPorts].map(([ports, members]) => ({ ports, set: IndexSet.of(classes.length, members) }));
  }

  private plain({ numbers, maybe }: RulePorts): PortSet {
    return this.bound === "lower" ? numbers : numbers.union(maybe);
  }
}
