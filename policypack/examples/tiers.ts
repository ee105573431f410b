// Tests: test/policypack/examples.test.ts
import { clusterPolicy, type Examples } from "./example";

const named = (name: string) => ({ namespaces: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];
const METADATA = { networks: ["169.254.169.254/32"] };
const deny = (...to: object[]) => ({ action: "Deny", to });
const accept = (...to: object[]) => ({ action: "Accept", to, ...tcp(443) });
const MONITORING = { action: "Accept", from: [named("monitoring")], ...tcp(9090) };

/** Examples of the policies about tiers: ClusterNetworkPolicy and its predecessors. */
export const TIER_EXAMPLES: Readonly<Record<string, Examples>> = {
  "cluster-network-policy-no-everyone-ingress": {
    violating: [
      clusterPolicy("monitoring", {
        ingress: [{ action: "Accept", from: [{ namespaces: {} }], ...tcp(9090) }],
      }),
    ],
    complying: [clusterPolicy("monitoring", { ingress: [MONITORING] })],
  },
  "cluster-network-policy-no-everyone-egress": {
    violating: [clusterPolicy("internet", { egress: [accept({ networks: ["0.0.0.0/0"] })] })],
    complying: [
      clusterPolicy("internet", {
        egress: [{ action: "Pass", to: [{ networks: PRIVATE }] }, accept({ networks: ["0.0.0.0/0"] })],
      }),
    ],
  },
  "cluster-network-policy-no-metadata-egress": {
    violating: [clusterPolicy("agents", { egress: [accept({ networks: ["169.254.0.0/16"] })] })],
    complying: [
      clusterPolicy("agents", { egress: [deny(METADATA), accept({ networks: ["169.254.0.0/16"] })] }),
    ],
  },
  "cluster-network-policy-no-database-ports-by-cidr": {
    violating: [
      clusterPolicy("databases", {
        egress: [{ ...accept({ networks: ["198.51.100.0/24"] }), ...tcp(5432) }],
      }),
    ],
    complying: [
      clusterPolicy("databases", { egress: [{ ...accept({ networks: ["10.20.0.0/24"] }), ...tcp(5432) }] }),
    ],
  },
  "cluster-network-policy-trusted-namespace-selectors": {
    violating: [
      clusterPolicy("monitoring", {
        ingress: [{ ...MONITORING, from: [{ namespaces: { matchLabels: { team: "monitoring" } } }] }],
      }),
    ],
    complying: [clusterPolicy("monitoring", { ingress: [MONITORING] })],
  },
  "cluster-network-policy-deny-effective": {
    violating: [
      clusterPolicy("platform", { priority: 5, egress: [accept({ networks: ["169.254.0.0/16"] })] }),
      clusterPolicy("metadata", { egress: [{ ...deny(METADATA), ...tcp(443) }] }),
    ],
    complying: [
      clusterPolicy("platform", { priority: 50, egress: [accept({ networks: ["169.254.0.0/16"] })] }),
      clusterPolicy("metadata", { egress: [{ ...deny(METADATA), ...tcp(443) }] }),
    ],
  },
  "cluster-network-policy-no-shadowed-rules": {
    violating: [
      clusterPolicy("egress", {
        egress: [deny({ networks: ["169.254.0.0/16"] }), accept({ networks: ["169.254.170.23/32"] })],
      }),
    ],
    complying: [
      clusterPolicy("egress", {
        egress: [accept({ networks: ["169.254.170.23/32"] }), deny({ networks: ["169.254.0.0/16"] })],
      }),
    ],
  },
};
