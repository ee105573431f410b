import { clusterPolicy, run, type TestResource, verdicts } from "./helpers";

export const DENY = "cluster-network-policy-deny-effective";
export const SHADOWED = "cluster-network-policy-no-shadowed-rules";
export const judge = (...stack: readonly TestResource[]) =>
  verdicts(run(stack, {}, { only: [DENY, SHADOWED] }));

export const tcp = (...numbers: number[]) => ({
  protocols: numbers.map((number) => ({ tcp: { destinationPort: { number } } })),
});
export const named = (...names: string[]) => ({
  namespaces: {
    matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: names }],
  },
});
export const of = (name: string, priority: number, egress: readonly object[], more: object = {}) =>
  clusterPolicy(name, { priority, egress, ...more });
export const rule = (action: string, to: readonly object[], more: object = {}) => ({ action, to, ...more });
export const LINK_LOCAL = { networks: ["169.254.0.0/16"] };
export const METADATA = { networks: ["169.254.169.254/32"] };
export const denial = (name = "bad", priority = 10, more: object = {}) =>
  of(name, priority, [rule("Deny", [METADATA], more)]);
