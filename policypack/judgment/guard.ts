import { both, type Labels, type Match, matches } from "../../reachability/read";
import { type Direction, type NetworkPolicyFact, POLICY_TYPE } from "../facts";
import { exactSelector } from "./toAnalyzer";

/** A policy that selects an end and isolates one of its directions; `match` says how surely. */
export interface Guard {
  readonly policy: NetworkPolicyFact;
  readonly match: Match;
}

/** Whether a policy selects an end of its cluster. */
export function selects(
  { podSelector, namespace, subject }: NetworkPolicyFact,
  end: { readonly namespace: string; readonly labels: Labels },
): Match {
  const place: Match = !namespace.known ? "maybe" : namespace.value === end.namespace ? "yes" : "no";
  const shown: Match = subject.partial ? "maybe" : "yes";
  return both(both(place, shown), matches(exactSelector(podSelector), end.labels));
}

/** Whether a policy isolates a direction, by what is stated or else by the API server's default. */
export function isolates({ policyTypes, egress }: NetworkPolicyFact, direction: Direction): Match {
  if (!policyTypes.known) return "maybe";
  if (policyTypes.value.length === 0) {
    if (direction === "ingress") return "yes";
    return !egress.rules.known ? "maybe" : egress.rules.value.length > 0 ? "yes" : "no";
  }
  const type = POLICY_TYPE[direction];
  if (policyTypes.value.some((item) => item.known && item.value === type)) return "yes";
  return policyTypes.value.every((item) => item.known) ? "no" : "maybe";
}
