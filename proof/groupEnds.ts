// Tests: test/proof/groups.test.ts
import { append } from "../data";
import { PortSet } from "../net";
import type { Carrier, Carriers, PlacedDeclaration } from "./carriers";
import type { ReadEnd, ReadFlow } from "./ends";
import { groupId, type MadeGroups } from "./madeGroups";

/** A flow with the component that provisions its application. */
export interface PlacedFlow extends ReadFlow {
  readonly placed: PlacedDeclaration;
}

/** Who is behind the security groups of one cluster: pods that carry them, and the ends of flows that have them. */
export class GroupEnds {
  /** By group, who carries it. */
  private readonly byGroup = new Map<string, Carrier[]>();
  /** What the instances of each database's component carry; undefined where that isn't known yet. */
  readonly instances: ReadonlyMap<string, readonly (readonly string[] | undefined)[]>;

  constructor(
    readonly flows: readonly PlacedFlow[],
    readonly carriers: Carriers,
    readonly made: MadeGroups,
    databasesUnder: (component: string) => (readonly string[] | undefined)[],
  ) {
    for (const pods of carriers.pods) {
      for (const id of new Set(pods.interfaces.flat())) append(this.byGroup, id, pods);
    }
    const components = new Set(
      flows.flatMap(({ to }) =>
        to.end.groups.flatMap((group) => (group.kind === "made" ? [group.component] : [])),
      ),
    );
    this.instances = new Map(
      [...components].flatMap((component) => {
        const urn = made.databaseUrn(component);
        return urn === undefined ? [] : [[component, databasesUnder(urn)] as const];
      }),
    );
  }

  /** The pods that carry a group. */
  carriersOf(id: string): readonly Carrier[] {
    return this.byGroup.get(id) ?? [];
  }

  /** The groups that an end has by itself; of a database, all that its instance carries. */
  idsOf({ groups }: ReadEnd["end"]): readonly string[] {
    return groups.flatMap((group) => {
      const id = groupId(group, this.made);
      const carried = group.kind === "made" ? (this.instances.get(group.component) ?? []) : [];
      return [...(id === undefined ? [] : [id]), ...carried.flatMap((ids) => ids ?? [])];
    });
  }

  /** Every group that somebody here makes, has or carries: the groups whose rules are judged. */
  ids(): ReadonlySet<string> {
    return new Set([
      ...this.made.all(),
      ...this.flows.flatMap(({ from, to }) => [...this.idsOf(from.end), ...this.idsOf(to.end)]),
      ...this.byGroup.keys(),
    ]);
  }
}

/** The ports of a flow where its target listens on others than it names. */
export function groupPorts({ to, ports }: ReadFlow): PortSet {
  const own = to.parts.filter(({ kind }) => kind !== "service").flatMap((part) => part.ports ?? []);
  return own.length === 0 ? ports : own.reduce((all, one) => all.union(one), PortSet.empty);
}
