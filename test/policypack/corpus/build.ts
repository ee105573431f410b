/** Manifests as charts render them, from the few parts in which they differ. */

/** One manifest or chart of the corpus: its shape, in our own words. */
export interface Shape {
  /** The software whose public manifests look like this, and the part of them. */
  readonly name: string;
  readonly objects: readonly object[];
  /** Mandatory findings of the profile for strangers, `policy namespace/name`, each because it really is so; none is expected otherwise. */
  readonly right?: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a workload has besides its name. */
export interface Parts {
  readonly ports?: readonly number[];
  readonly pod?: Fields;
  readonly container?: Fields;
  readonly labels?: Readonly<Record<string, string>>;
}

const labelsOf = (name: string): Record<string, string> => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": name,
});

const metadata = (name: string, namespace: string) => ({
  name,
  namespace,
  labels: { ...labelsOf(name), "app.kubernetes.io/managed-by": "Helm" },
});

function template(name: string, { ports = [], pod = {}, container = {}, labels = {} }: Parts) {
  return {
    metadata: { labels: { ...labelsOf(name), ...labels } },
    spec: {
      serviceAccountName: name,
      containers: [
        {
          name,
          image: `example.org/${name}:1.0.0`,
          ...(ports.length === 0 ? {} : { ports: ports.map((containerPort) => ({ containerPort })) }),
          ...container,
        },
      ],
      ...pod,
    },
  };
}

function workload(kind: string, name: string, namespace: string, parts: Parts, more: Fields = {}): object {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: metadata(name, namespace),
    spec: { ...more, selector: { matchLabels: labelsOf(name) }, template: template(name, parts) },
  };
}

export const deployment = (name: string, namespace: string, parts: Parts = {}): object =>
  workload("Deployment", name, namespace, parts, { replicas: 1 });
export const daemonSet = (name: string, namespace: string, parts: Parts = {}): object =>
  workload("DaemonSet", name, namespace, parts);
export const statefulSet = (name: string, namespace: string, parts: Parts = {}): object =>
  workload("StatefulSet", name, namespace, parts, { serviceName: `${name}-headless`, replicas: 3 });

const oncePod = (name: string, parts: Parts) => {
  const { metadata: meta, spec } = template(name, parts);
  return { metadata: meta, spec: { ...spec, restartPolicy: "OnFailure" } };
};
/** A Job as charts run one before or after an install. */
export const hook = (name: string, namespace: string, parts: Parts = {}): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { ...metadata(name, namespace), annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } },
  spec: { template: oncePod(name, parts) },
});
export const cronJob = (name: string, namespace: string, parts: Parts = {}): object => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: metadata(name, namespace),
  spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: oncePod(name, parts) } } },
});

export const service = (
  name: string,
  namespace: string,
  ports: readonly number[],
  more: Fields = {},
): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(name, namespace),
  spec: {
    type: "ClusterIP",
    ports: ports.map((port) => ({ name: `tcp-${port}`, port, targetPort: port, protocol: "TCP" })),
    selector: labelsOf(name),
    ...more,
  },
});
export const headless = (name: string, namespace: string, ports: readonly number[]): object => ({
  ...service(name, namespace, ports, { clusterIP: "None" }),
  metadata: metadata(`${name}-headless`, namespace),
});
export const namespace = (name: string, labels: Readonly<Record<string, string>> = {}): object => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "kubernetes.io/metadata.name": name, ...labels } },
});

/** What a policy says: rules are as in the API. */
export interface Rules {
  readonly ingress?: readonly Fields[];
  readonly egress?: readonly Fields[];
  /** The pods' labels; left out: the workload of the policy's name; null: every pod of the namespace. */
  readonly pods?: Fields | null;
}
export const networkPolicy = (name: string, ns: string, { ingress, egress, pods }: Rules): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(name, ns),
  spec: {
    podSelector: pods === null ? {} : { matchLabels: pods ?? labelsOf(name) },
    policyTypes: [...(ingress === undefined ? [] : ["Ingress"]), ...(egress === undefined ? [] : ["Egress"])],
    ...(ingress === undefined ? {} : { ingress }),
    ...(egress === undefined ? {} : { egress }),
  },
});

export const tcp = (...ports: readonly (number | string)[]) =>
  ports.map((port) => ({ protocol: "TCP", port }));
export const from = (name: string) => ({ podSelector: { matchLabels: labelsOf(name) } });
export const fromNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
export const dns = {
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
  to: [fromNamespace("kube-system")],
};

export const ingressRoute = (name: string, ns: string, port: number): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: metadata(name, ns),
  spec: {
    ingressClassName: "nginx",
    rules: [
      {
        host: `${name}.example.org`,
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { number: port } } } }],
        },
      },
    ],
  },
});

/** A web application: Deployment, Service, and an Ingress where it has one. */
export const web = (name: string, ns: string, port: number, parts: Parts = {}): readonly object[] => [
  deployment(name, ns, { ports: [port], ...parts }),
  service(name, ns, [port]),
];
export const site = (name: string, ns: string, port: number, parts: Parts = {}): readonly object[] => [
  ...web(name, ns, port, parts),
  ingressRoute(name, ns, port),
];
/** A clustered store: StatefulSet, Service, headless Service. */
export const store = (
  name: string,
  ns: string,
  ports: readonly number[],
  parts: Parts = {},
): readonly object[] => [
  statefulSet(name, ns, { ports, ...parts }),
  service(name, ns, ports),
  headless(name, ns, ports),
];
/** An operator: a Deployment with a webhook's Service. */
export const operator = (name: string, ns: string, parts: Parts = {}): readonly object[] => [
  deployment(name, ns, { ports: [9443, 8080], ...parts }),
  service(name, ns, [443], { ports: [{ name: "https", port: 443, targetPort: 9443 }] }),
];
/** A policy as a popular family of charts renders it by default: its ports open to everybody, and everything outwards. */
export const openByDefault = (name: string, ns: string, ...ports: readonly number[]): object =>
  networkPolicy(name, ns, { ingress: [{ ports: tcp(...ports) }], egress: [{}] });
/** The same with its clients named by a label, as with allowExternal: false. */
export const forClients = (name: string, ns: string, ...ports: readonly number[]): object =>
  networkPolicy(name, ns, {
    ingress: [
      {
        from: [{ podSelector: { matchLabels: { [`${name}-client`]: "true" } } }, from(name)],
        ports: tcp(...ports),
      },
    ],
    egress: [dns, { to: [from(name)], ports: tcp(...ports) }],
  });

/** Why a workload of a node's agent is told in a namespace that the configuration doesn't exempt. */
export const AGENT =
  "it takes its node's own: no NetworkPolicy applies to it, or it may change its node's; its namespace can be exempted";
