import { formatPortSpec, type PortSet } from "../net";

/** What is open though no flow declares it, or declared and not open. */
export interface Difference {
  readonly kind: "undeclared" | "not-open";
  /** Which half of the plan differs. */
  readonly layer: "policies" | "groups";
  /** Whether it is so, or may be by what isn't known yet. */
  readonly certain: boolean;
  /** Whether only one side lets it through, and the other one keeps it closed until somebody opens that, too. */
  readonly half: boolean;
  /** Everyone of these … */
  readonly from: readonly string[];
  /** … reaches everyone of these. */
  readonly to: readonly string[];
  /** "tcp/443"; "all" for every port of every protocol. */
  readonly ports: readonly string[];
  /** What opens it, or should: "NetworkPolicy shop/web-egress spec.egress[0]", a group's rule. */
  readonly by: readonly string[];
  /** The resources of the plan that are to blame; empty where one is missing. */
  readonly urns: readonly string[];
  /** Whether all of it concerns workloads that are only observed: then it is told and isn't a fault. */
  readonly observed: boolean;
}

/** Ports as reports write them. */
export const specs = (ports: PortSet): readonly string[] =>
  ports.isAll() ? ["all"] : ports.ranges().map(formatPortSpec);

/** Differences with the same target, ports and cause made one, then those with the same sources. */
export function grouped(differences: readonly Difference[]): readonly Difference[] {
  const join = (all: readonly Difference[], side: "from" | "to") => {
    const groups = new Map<string, Difference>();
    for (const one of all) {
      const { from, to, by, urns, ...rest } = one;
      const key = JSON.stringify([side === "from" ? to : from, rest]);
      const known = groups.get(key);
      const joined = (a: readonly string[] = [], b: readonly string[]) => [...new Set([...a, ...b])];
      groups.set(key, {
        ...rest,
        from: side === "from" ? joined(known?.from, from) : from,
        to: side === "to" ? joined(known?.to, to) : to,
        by: joined(known?.by, by),
        urns: joined(known?.urns, urns),
      });
    }
    return [...groups.values()];
  };
  return join(join(differences, "from"), "to");
}
