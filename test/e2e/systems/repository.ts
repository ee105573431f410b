import type { KubeObject } from "../kube/client";

const deployment = (name: string, kind = "Deployment") => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${kind === "StatefulSet" ? `serviceName: ${name}` : "replicas: 1"}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: registry.example/${name}:1 }] }
`;

/** A base and two overlays, one of which is deployed: labels, namespace and a patch are the overlay's. */
export const OVERLAYS: Readonly<Record<string, string>> = {
  "base/kustomization.yaml": "resources:\n  - web.yaml\n  - db.yaml\n  - deny.yaml\n",
  "base/web.yaml": deployment("web"),
  "base/db.yaml": deployment("db", "StatefulSet"),
  "base/deny.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }]
`,
  "overlays/prod/kustomization.yaml": `namespace: prod
resources:
  - ../../base
patches:
  - path: replicas.yaml
labels:
  - pairs: { env: prod }
    includeSelectors: true
`,
  "overlays/prod/replicas.yaml":
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n",
};

/** A chart, and the values that it is deployed with. */
export const CHART: Readonly<Record<string, string>> = {
  "charts/api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 0.1.0\n",
  "charts/api/values.yaml": "port: 8080\npolicy: false\n",
  "charts/api/templates/api.yaml": `${deployment("api").replace(
    "image: registry.example/api:1",
    'image: "registry.example/api:{{ .Chart.Version }}"',
  )}---
{{- if .Values.policy }}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: {{ .Release.Namespace }} }
spec:
  podSelector: { matchLabels: { app: api } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: {{ .Values.port }} }] }]
{{- end }}
`,
  "prod.yaml": "port: 9000\npolicy: true\n",
};

const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "main", image: `registry.example/${name}:1` }] },
});
const workload = (kind: string, name: string, more: object): KubeObject => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: "shop" },
  spec: { selector: { matchLabels: { app: name } }, template: template(name), ...more },
});

/** A system on a cluster. */
export const CLUSTER_OBJECTS: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "ops" } },
  workload("Deployment", "web", { replicas: 2 }),
  workload("StatefulSet", "db", { serviceName: "db" }),
  workload("Deployment", "idle", { replicas: 0 }),
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "db", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
    },
  },
];

/** The pods that a workload would have, were there a controller: its own, with addresses. */
export function podsOf({ apiVersion, kind, metadata }: KubeObject): readonly KubeObject[] {
  const { name, namespace, uid } = metadata;
  if (!["web", "db"].includes(name) || apiVersion !== "apps/v1") return [];
  return ["0", "1"].map((suffix, i) => {
    const ip = `10.42.${kind === "Deployment" ? 1 : 2}.${i + 2}`;
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: `${name}-${suffix}`,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { app: name },
        ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
      },
      spec: { ...template(name).spec, automountServiceAccountToken: false, nodeName: "input-a" },
      status: { phase: "Running", podIP: ip, podIPs: [{ ip }] },
    };
  });
}

/** Another project's policy kind, its definition cut down to what an API server needs. */
export const CUSTOM_POLICY: { readonly definition: KubeObject; readonly object: KubeObject } = {
  definition: {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "ciliumnetworkpolicies.cilium.io" },
    spec: {
      group: "cilium.io",
      scope: "Namespaced",
      names: {
        kind: "CiliumNetworkPolicy",
        plural: "ciliumnetworkpolicies",
        singular: "ciliumnetworkpolicy",
      },
      versions: [
        {
          name: "v2",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      ],
    },
  },
  object: {
    apiVersion: "cilium.io/v2",
    kind: "CiliumNetworkPolicy",
    metadata: { name: "web", namespace: "shop" },
    spec: { endpointSelector: { matchLabels: { app: "web" } }, ingress: [{}] },
  },
};
