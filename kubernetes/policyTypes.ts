import { type Match, UNKNOWN } from "./unknown";

/** A direction of traffic, as seen from the pods that a policy selects. */
export type Direction = "ingress" | "egress";
export const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];

/** The spelling of a direction in `policyTypes`. */
export const POLICY_TYPE = { ingress: "Ingress", egress: "Egress" } as const;

/** The field of a rule that lists its peers. */
export const PEERS_FIELD = { ingress: "from", egress: "to" } as const;

/**
 * Whether a policy isolates a direction: by its policyTypes, or by the API server's default, which is Ingress always and
 * Egress only where there are egress rules. Source: k8s.io/kubernetes, pkg/apis/networking/v1, SetDefaults_NetworkPolicy.
 * @param types what `policyTypes` lists, UNKNOWN for one or all of them; absent and empty are alike.
 * @param hasEgressRules whether `egress` has at least one rule.
 */
export function isolates(
  direction: Direction,
  types: readonly unknown[] | typeof UNKNOWN | undefined,
  hasEgressRules: Match,
): Match {
  if (types === UNKNOWN) return "maybe";
  if (types === undefined || types.length === 0) return direction === "ingress" ? "yes" : hasEgressRules;
  if (types.includes(POLICY_TYPE[direction])) return "yes";
  return types.includes(UNKNOWN) ? "maybe" : "no";
}

/** A value that `policyTypes` may list. */
export const isPolicyType = (type: unknown): boolean => DIRECTIONS.some((each) => POLICY_TYPE[each] === type);
