import { clusterPolicy, run, type TestResource, verdicts } from "./helpers";

export const INGRESS = "cluster-network-policy-no-everyone-ingress";
export const EGRESS = "cluster-network-policy-no-everyone-egress";
export const METADATA = "cluster-network-policy-no-metadata-egress";
export const DATABASES = "cluster-network-policy-no-database-ports-by-cidr";
export const TRUSTED = "cluster-network-policy-trusted-namespace-selectors";
export const TWINS = [INGRESS, EGRESS, METADATA, DATABASES, TRUSTED];

export const tcp = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
export const range = (start: number, end: number) => ({
  protocols: [{ tcp: { destinationPort: { range: { start, end } } } }],
});
export const named = (name: string) => ({
  namespaces: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
export const networks = (...cidrs: unknown[]) => ({ networks: cidrs });
export const accept = (...to: unknown[]) => ({ action: "Accept", to, ...tcp(443) });
export const deny = (...to: unknown[]) => ({ action: "Deny", to });
export const pass = (...to: unknown[]) => ({ action: "Pass", to });
export const accepted = (...from: unknown[]) => ({ action: "Accept", from, ...tcp(443) });
export const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

export const judge = (spec: object, config: Record<string, object> = {}) =>
  judgeAll([clusterPolicy("bad", spec)], config);
export const judgeAll = (stack: readonly TestResource[], config: Record<string, object> = {}) =>
  verdicts(run(stack, config, { only: TWINS }));
