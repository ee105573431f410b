import type { Resource } from "../../../engine";
import { addition, beside, change, type Change, type Operator, ofType, type Stack } from "../stack";

interface NamespaceProps {
  metadata: { name: string; labels: Record<string, string> };
}

const namespaces = (stack: Stack): Resource[] => ofType(stack, "core/v1:Namespace");
const nameOf = (namespace: Resource): string => (namespace.inputs as unknown as NamespaceProps).metadata.name;

const labels = (stack: Stack, edit: (labels: Record<string, string>) => boolean | undefined): Change[] =>
  namespaces(stack).flatMap((namespace) =>
    change<NamespaceProps>(namespace, "labels", ({ metadata }) => edit(metadata.labels)),
  );

const without = (label: string): Operator => ({
  name: `a namespace without ${label}`,
  changes: (stack) =>
    labels(stack, (own) => {
      if (own[label] === undefined) return false;
      Reflect.deleteProperty(own, label);
      return true;
    }),
});

/** A workload in each namespace. */
const workload = (name: string, type: string, podSpec: object): Operator => ({
  name,
  changes: (stack) =>
    namespaces(stack).map((namespace) => {
      const metadata = { name: "debug", namespace: nameOf(namespace) };
      const template = {
        metadata: { labels: { app: "debug" } },
        spec: { containers: [{ name: "main", image: "debug" }], ...podSpec },
      };
      const spec = type.endsWith("CronJob") ? { jobTemplate: { spec: { template } } } : { template };
      const props = type.endsWith(":Pod") ? { metadata, spec: template.spec } : { metadata, spec };
      return addition(
        `in ${nameOf(namespace)}`,
        beside(namespace, `kubernetes:${type}`, `debug-${nameOf(namespace)}`, props),
      );
    }),
});

const container = (name: string, change: object): Operator =>
  workload(name, "apps/v1:Deployment", { containers: [{ name: "main", image: "debug", ...change }] });

const hostPath = (name: string, path: string): Operator =>
  workload(name, "apps/v1:Deployment", { volumes: [{ name: "node", hostPath: { path } }] });

const service = (name: string, spec: object): Operator => ({
  name,
  changes: (stack) =>
    namespaces(stack).map((namespace) =>
      addition(
        `in ${nameOf(namespace)}`,
        beside(namespace, "kubernetes:core/v1:Service", `open-${nameOf(namespace)}`, {
          metadata: { name: "open", namespace: nameOf(namespace) },
          spec: { selector: { app: "debug" }, ports: [{ port: 5432 }], ...spec },
        }),
      ),
    ),
});

/** Mistakes around the policies: namespaces, workloads, Services. */
export const CLUSTER_OPERATORS: readonly Operator[] = [
  without("palisade.dev/owner"),
  without("palisade.dev/environment"),
  without("app.kubernetes.io/part-of"),
  without("pod-security.kubernetes.io/enforce"),
  {
    name: "a namespace without any label",
    changes: (stack) =>
      labels(stack, (own) => {
        for (const key of Object.keys(own)) Reflect.deleteProperty(own, key);
        return true;
      }),
  },
  {
    name: "Pod Security: privileged",
    changes: (stack) =>
      labels(stack, (own) => {
        own["pod-security.kubernetes.io/enforce"] = "privileged";
        return true;
      }),
  },
  {
    name: "a second namespace without isolation",
    changes: (stack) =>
      namespaces(stack).map((namespace) => {
        const own = (namespace.inputs as unknown as NamespaceProps).metadata.labels;
        return addition(
          `beside ${nameOf(namespace)}`,
          beside(namespace, namespace.type, `second-${nameOf(namespace)}`, {
            metadata: { name: "second", labels: own },
          }),
        );
      }),
  },
  {
    name: "a workload in a namespace of nobody's",
    changes: (stack) =>
      namespaces(stack).map((namespace) =>
        addition(
          `beside ${nameOf(namespace)}`,
          beside(namespace, "kubernetes:apps/v1:Deployment", `second-${nameOf(namespace)}`, {
            metadata: { name: "debug", namespace: "second" },
            spec: { template: { metadata: { labels: { app: "debug" } }, spec: { containers: [] } } },
          }),
        ),
      ),
  },
  workload("hostNetwork: a Deployment", "apps/v1:Deployment", { hostNetwork: true }),
  workload("hostNetwork: a CronJob", "batch/v1:CronJob", { hostNetwork: true }),
  workload("hostNetwork: a Pod", "core/v1:Pod", { hostNetwork: true }),
  workload("hostPID: a Deployment", "apps/v1:Deployment", { hostPID: true }),
  container("hostPort: a Deployment", { ports: [{ containerPort: 8080, hostPort: 8080 }] }),
  container("privileged: a Deployment", { securityContext: { privileged: true } }),
  container("NET_ADMIN: a Deployment", { securityContext: { capabilities: { add: ["NET_ADMIN"] } } }),
  container("SYS_ADMIN: a Deployment", { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }),
  hostPath("the node's files: a Deployment", "/"),
  hostPath("a runtime's socket: a Deployment", "/run/containerd/containerd.sock"),
  hostPath("the node's processes by its files: a Deployment", "/proc"),
  service("a Service of type LoadBalancer", { type: "LoadBalancer" }),
  service("a Service of type LoadBalancer for halves of the world", {
    type: "LoadBalancer",
    loadBalancerSourceRanges: ["0.0.0.0/1", "128.0.0.0/1"],
  }),
  service("a Service of type NodePort", { type: "NodePort" }),
  service("a Service with externalIPs", { externalIPs: ["203.0.113.7"] }),
];
