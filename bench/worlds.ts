/** The manifests that the benchmark measures, as YAML text: the same text for the same size. */

/** `count` workloads, each with an ingress and an egress policy of three peers, in count/20 namespaces. */
export function services(count: number): string {
  const namespaces = Math.max(1, Math.floor(count / 20));
  const home = (number: number) => `team-${number % namespaces}`;
  const documents: string[] = [];
  for (let number = 0; number < namespaces; number++) {
    documents.push(
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-${number}\n  labels:\n    team: team-${number}\n`,
    );
  }
  for (let number = 0; number < count; number++) {
    // Peers in the same namespace and in the next one, so that both kinds of selector are used.
    const near = (number + namespaces) % count;
    const far = (number + 1) % count;
    documents.push(deployment(home(number), `app-${number}`));
    documents.push(policy(home(number), number, "Ingress", near, far, home(far)));
    documents.push(policy(home(number), number, "Egress", near, far, home(far)));
  }
  return documents.join("---\n");
}

function deployment(namespace: string, name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
    app: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        tier: backend
    spec:
      containers:
        - name: main
          image: registry.example/${name}:1.0.0
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          env:
            - name: LOG_LEVEL
              value: info
`;
}

function policy(
  namespace: string,
  number: number,
  type: string,
  near: number,
  far: number,
  farHome: string,
): string {
  const peers = type === "Ingress" ? "from" : "to";
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: app-${number}-${type.toLowerCase()}
  namespace: ${namespace}
spec:
  podSelector:
    matchLabels:
      app: app-${number}
  policyTypes: [${type}]
  ${type.toLowerCase()}:
    - ${peers}:
        - podSelector:
            matchLabels:
              app: app-${near}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ${farHome}
          podSelector:
            matchLabels:
              app: app-${far}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app: prometheus
      ports:
        - protocol: TCP
          port: 8080
        - protocol: TCP
          port: 9090
`;
}

/** `count` pods in count/20 namespaces and no policy. */
export function open(count: number): string {
  const documents = Array.from({ length: count }, (_, number) =>
    pod(`team-${number % Math.max(1, Math.floor(count / 20))}`, `pod-${number}`, { app: `app-${number}` }),
  );
  return documents.join("---\n");
}

/** `policies` policies over `count` pods of one namespace, with `selectors` distinct ones, each taking a third. */
export function dense(count: number, policies: number, selectors: number): string {
  const label = (number: number) => `l${number}`;
  const documents = Array.from({ length: count }, (_, number) => {
    const labels = Array.from({ length: selectors }, (_unused, selector) => {
      // A fixed mixing of both numbers, so that a third of the pods carries each label and no two labels agree.
      const mixed = Math.imul(number * 31 + selector, 0x9e3779b1) >>> 0;
      return [label(selector), Math.floor(mixed / 65536) % 3 === 0 ? "yes" : "no"] as const;
    });
    return pod("dense", `pod-${number}`, Object.fromEntries(labels));
  });
  for (let number = 0; number < policies; number++) {
    const chosen = label(number % selectors);
    const peer = label((number * 7 + 3) % selectors);
    const type = number % 2 === 0 ? "Ingress" : "Egress";
    documents.push(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: p-${number}
  namespace: dense
spec:
  podSelector:
    matchLabels:
      ${chosen}: "yes"
  policyTypes: [${type}]
  ${type.toLowerCase()}:
    - ${type === "Ingress" ? "from" : "to"}:
        - podSelector:
            matchLabels:
              ${peer}: "yes"
      ports:
        - port: ${[80, 443, 8080][number % 3] ?? 80}
`);
  }
  return documents.join("---\n");
}

function pod(namespace: string, name: string, labels: Readonly<Record<string, string>>): string {
  const lines = Object.entries(labels).map(([key, value]) => `    ${key}: "${value}"\n`);
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: ${namespace}
  labels:
${lines.join("")}spec:
  containers:
    - name: main
      image: registry.example/main:1.0.0
`;
}
