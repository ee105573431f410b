// Tests: test/compile/networkPolicies.test.ts, test/verify/settings.test.ts
import { compareText } from "../../flows";
import type { NetworkPolicySpec } from "./manifest";

/** What policies rely on that a CNI has to be set up for. */
export interface PolicyUses {
  /** Keys of pods' labels that they select by, sorted. */
  readonly labels: readonly string[];
  /** Whether some rule names SCTP. */
  readonly sctp: boolean;
}

/** What some policies rely on, beside what any CNI does as it comes. */
export function usesOf(specs: readonly NetworkPolicySpec[]): PolicyUses {
  const rules = specs.flatMap(({ ingress = [], egress = [] }) => [
    ...ingress.map(({ from = [], ports = [] }) => ({ peers: from, ports })),
    ...egress.map(({ to = [], ports = [] }) => ({ peers: to, ports })),
  ]);
  const peers = rules.flatMap((rule) => rule.peers);
  const selectors = [
    ...specs.map(({ podSelector }) => podSelector),
    ...peers.flatMap((peer) => ("podSelector" in peer ? [peer.podSelector] : [])),
  ];
  // Expressions are for nobody only (isolation.ts): that their label is seen isn't relied on.
  const labels = new Set(selectors.flatMap(({ matchLabels = {} }) => Object.keys(matchLabels)));
  return {
    labels: [...labels].sort(compareText),
    sctp: rules.some(({ ports }) => ports.some(({ protocol }) => protocol === "SCTP")),
  };
}
