import { defaultDeny, DNS, namespace, policy, run, type TestResource, verdicts, workload } from "./helpers";

export const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
export const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
export const tcp = (...ports: unknown[]) => ports.map((port) => ({ protocol: "TCP", port }));
export const from = (name: string, ...ports: unknown[]) => ({ from: [app(name)], ports: tcp(...ports) });
export const to = (name: string, ...ports: unknown[]) => ({ to: [app(name)], ports: tcp(...ports) });
export const of = (name: string, spec: object) =>
  policy(name, { ...app(name), policyTypes: ["Ingress", "Egress"], ingress: [], egress: [], ...spec });
export const deployment = (name: string, podSpec = {}) =>
  workload("apps/v1:Deployment", podSpec, { name: `${name}-pods`, labels: { app: name } });

/** A web that asks a database: both sides, DNS, default deny. */
export const shop = (change: { web?: object; db?: object } = {}, ...more: TestResource[]) => [
  namespace(),
  defaultDeny(),
  of("web", { egress: [DNS, to("db", 5432)], ...change.web }),
  of("db", { ingress: [from("web", 5432)], ...change.db }),
  ...more,
];
/** A stack's verdicts by one policy. */
export const judgeBy =
  (only: string) =>
  (stack: readonly TestResource[], config: object = {}) =>
    verdicts(run(stack, { [only]: config }, { only }));
