// Tests: test/policypack/invariants/dnsReachable.test.ts
import {
  both,
  type Direction,
  isolates as isIsolated,
  type KnownLabels,
  type Match,
  matches,
  UNKNOWN,
} from "../../kubernetes";
import type { NetworkPolicyFact } from "../facts";
import { exactSelector } from "./toAnalyzer";

/** A policy that selects an end and isolates one of its directions; `match` says how surely. */
export interface IsolatingPolicy {
  readonly policy: NetworkPolicyFact;
  readonly match: Match;
}

/** Whether a policy selects an end of its cluster. */
export function selects(
  { podSelector, namespace, subject }: NetworkPolicyFact,
  end: { readonly namespace: string; readonly labels: KnownLabels },
): Match {
  const place: Match = !namespace.known ? "maybe" : namespace.value === end.namespace ? "yes" : "no";
  const shown: Match = subject.partial ? "maybe" : "yes";
  return both(both(place, shown), matches(exactSelector(podSelector), end.labels));
}

/** Whether a policy isolates a direction, by what is stated or else by the API server's default. */
export function isolates({ policyTypes, egress }: NetworkPolicyFact, direction: Direction): Match {
  const types = policyTypes.known
    ? policyTypes.value.map((type) => (type.known ? type.value : UNKNOWN))
    : UNKNOWN;
  const { rules } = egress;
  return isIsolated(direction, types, !rules.known ? "maybe" : rules.value.length > 0 ? "yes" : "no");
}
