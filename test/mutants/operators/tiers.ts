import type { Resource } from "../../../engine";
import { addition, beside, type Operator, ofType } from "../stack";

/** A ClusterNetworkPolicy about every pod, beside a namespace's policies. */
const clusterPolicy = (namespace: Resource, name: string, spec: object): Resource =>
  beside(namespace, "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicy", `tier-${name}`, {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier: "Admin", priority: 10, subject: { namespaces: {} }, ...spec },
  });

const operator = (name: string, ...policies: readonly object[]): Operator => ({
  name: `a cluster's policy ${name}`,
  changes: (stack) =>
    ofType(stack, "core/v1:Namespace")
      .slice(0, 1)
      .map((namespace) =>
        addition(
          `beside ${namespace.name}`,
          ...policies.map((spec, i) => clusterPolicy(namespace, `opened-${i}`, spec)),
        ),
      ),
});

const accept = (side: "from" | "to", peer: object, more: object = {}) => ({
  [side === "from" ? "ingress" : "egress"]: [{ action: "Accept", [side]: [peer], ...more }],
});
const METADATA = { networks: ["169.254.169.254/32"] };

/** Mistakes in policies of the Admin tier, which no NetworkPolicy takes back. */
export const TIER_OPERATORS: readonly Operator[] = [
  operator("that accepts everyone", accept("from", { namespaces: {} })),
  operator("that lets everyone out", accept("to", { networks: ["0.0.0.0/0"] })),
  operator(
    "that accepts a namespace by its team's label",
    accept("from", { namespaces: { matchLabels: { team: "debug" } } }),
  ),
  operator("that opens the metadata service", accept("to", METADATA)),
  operator(
    "that opens a database's port outside",
    accept(
      "to",
      { networks: ["198.51.100.0/24"] },
      { protocols: [{ tcp: { destinationPort: { number: 5432 } } }] },
    ),
  ),
  operator(
    "whose denial another makes void",
    { priority: 5, ...accept("to", { networks: ["169.254.170.0/24"] }) },
    { egress: [{ action: "Deny", to: [{ networks: ["169.254.170.2/32"] }] }] },
  ),
];
