// Tests: test/reachability/evidence/unfilteredFamily.test.ts
import type { EndClass } from "./classes";
import { IndexSet } from "./indexSet";
import { PortTable, type Terms } from "./terms";

/**
 * What pods with IPv6 addresses only may open by IPv4 where their plugin lets them send it and filters IPv6 alone: all that has, or
 * may have, an IPv4 address of its own, which no pod has there. Rows by class; undefined where there is no such pod. Source:
 * amazon-vpc-cni-k8s, README, ENABLE_V4_EGRESS.
 */
export function unfilteredV4(classes: readonly EndClass[]): readonly Terms[] | undefined {
  const isPod = ({ kind, hostNetwork }: EndClass) => kind === "pods" && hostNetwork === "no";
  const sends = classes.map(
    (one) => one.kind === "pods" && one.hostNetwork !== "yes" && one.families[4] === "no",
  );
  if (!sends.includes(true)) return undefined;
  const reached = [...classes.keys()].filter((number) => {
    const one = classes[number];
    return one !== undefined && !isPod(one) && one.families[4] !== "no";
  });
  const row: Terms = [{ ports: PortTable.ALL, set: IndexSet.of(classes.length, reached) }];
  return sends.map((one) => (one ? row : []));
}
