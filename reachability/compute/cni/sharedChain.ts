// Tests: test/reachability/compute/k3s.test.ts
import type { ClassSets } from "../classes";
import type { Guard } from "../direction";

/** One policy's guards; undefined where it doesn't isolate in a direction, or selects nobody. */
export interface PolicyGuards {
  readonly egress: Guard | undefined;
  readonly ingress: Guard | undefined;
}

/**
 * What k3s's controller adds where a policy has both types: it is one chain, so that between two pods that it selects an
 * egress rule opens the destination's ingress too, and an ingress rule the source's egress. Source: k3s-io/k3s#2390;
 * kube-router, pkg/controllers/netpol/pod.go.
 */
export function sharedChain({ egress, ingress }: PolicyGuards): {
  readonly egress: readonly Guard[];
  readonly ingress: readonly Guard[];
} {
  if (egress === undefined || ingress === undefined) return { egress: [], ingress: [] };
  return { egress: crossed(ingress, egress), ingress: crossed(egress, ingress) };
}

/** The rules of one direction, seen from their peers, of which those that the policy selects are judged by them. */
const crossed = (rules: Guard, own: Guard): readonly Guard[] =>
  rules.rules.map(({ peers, ports }): Guard => ({
    selected: common(own.selected, peers),
    isolates: own.isolates,
    rules: [{ peers: own.selected, ports }],
  }));

function common(a: ClassSets, b: ClassSets): ClassSets {
  const lower = a.lower.intersect(b.lower);
  return a.lower === a.upper && b.lower === b.upper
    ? { lower, upper: lower }
    : { lower, upper: a.upper.intersect(b.upper) };
}
