import { clusterPolicy, namespace, policy, WEB } from "../helpers";
import type { Broken } from "./broken";

const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const egress = (to: object, more: object = {}) => ({ egress: [{ action: "Accept", to: [to], ...more }] });
const NAME = "kubernetes.io/metadata.name";
const DENY_ALL = { action: "Deny", to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }] };

/** Stacks with one defect each in a policy of a tier. */
export const BROKEN_TIERS: readonly Broken[] = [
  {
    invariant: "cluster-network-policy-no-everyone-ingress",
    stack: [
      clusterPolicy("bad", {
        ingress: [{ action: "Accept", from: [{ namespaces: {} }], ...tcp(80) }],
      }),
    ],
    proof: { bad: ["spec.ingress.0.action", "spec.ingress.0.from"] },
  },
  {
    invariant: "cluster-network-policy-no-everyone-egress",
    stack: [clusterPolicy("bad", egress({ networks: ["0.0.0.0/0"] }, tcp(443)))],
    proof: { bad: ["spec.egress.0.action", "spec.egress.0.to"] },
  },
  {
    invariant: "cluster-network-policy-no-metadata-egress",
    stack: [
      clusterPolicy("bad", {
        egress: [
          { action: "Deny", to: [{ networks: ["169.254.169.254/32"] }], ...tcp(443) },
          { action: "Accept", to: [{ networks: ["169.254.0.0/16"] }], ...tcp(80) },
        ],
      }),
    ],
    // The first rule may turn out to keep the second from the address.
    proof: { bad: ["spec.egress.0", "spec.egress.1.action", "spec.egress.1.to", "spec.egress.1.protocols"] },
  },
  {
    invariant: "cluster-network-policy-no-database-ports-by-cidr",
    stack: [clusterPolicy("bad", egress({ networks: ["198.51.100.7/32"] }, tcp(5432)))],
    proof: { bad: ["spec.egress.0"] },
  },
  {
    invariant: "cluster-network-policy-trusted-namespace-selectors",
    stack: [
      clusterPolicy("bad", {
        ingress: [{ action: "Accept", from: [{ namespaces: { matchLabels: { team: "a" } } }], ...tcp(80) }],
      }),
    ],
    proof: { bad: ["spec.ingress.0.action", "spec.ingress.0.from"] },
  },
  {
    invariant: "cluster-network-policy-deny-effective",
    stack: [
      clusterPolicy("first", { priority: 1, ...egress({ networks: ["169.254.0.0/16"] }) }),
      clusterPolicy("bad", {
        egress: [{ action: "Deny", to: [{ networks: ["169.254.169.254/32"] }], ...tcp(80) }],
      }),
    ],
    proof: {
      first: ["spec.tier", "spec.priority", "spec.subject", "spec.egress.0.action", "spec.egress.0.to"],
      bad: ["spec.tier", "spec.priority", "spec.subject", "spec.egress.0"],
    },
  },
  {
    invariant: "cluster-network-policy-no-shadowed-rules",
    stack: [
      clusterPolicy("bad", {
        egress: [
          { action: "Deny", to: [{ networks: ["169.254.0.0/16"] }] },
          { action: "Accept", to: [{ networks: ["169.254.170.23/32"] }], ...tcp(80) },
        ],
      }),
    ],
    proof: { bad: ["spec.egress.0", "spec.egress.1"] },
  },
  {
    invariant: "protected-ends",
    config: {
      ends: [
        { name: "the database", namespace: "shop", labels: { app: "db" }, ports: ["tcp/5432"], from: [] },
      ],
    },
    stack: [
      namespace(),
      clusterPolicy("bad", {
        subject: { namespaces: { matchLabels: { [NAME]: "shop" } } },
        ingress: [
          { action: "Accept", from: [{ namespaces: { matchLabels: { [NAME]: "backup" } } }], ...tcp(5432) },
        ],
      }),
    ],
    proof: { bad: ["spec.tier", "spec.subject", "spec.ingress.0"], shop: [] },
  },
  {
    invariant: "namespace-default-deny",
    stack: [
      namespace(),
      policy("web", WEB),
      clusterPolicy("baseline", {
        tier: "Baseline",
        egress: [{ action: "Accept", to: [{ networks: ["10.0.0.0/8"] }] }, DENY_ALL],
      }),
    ],
    // A policy for all pods may turn out to be the default deny, by its types and rules.
    proof: {
      shop: ["metadata.name"],
      web: ["spec.podSelector", "spec.ingress", "spec.egress", "spec.policyTypes", "metadata.namespace"],
      baseline: ["spec"],
    },
  },
];
