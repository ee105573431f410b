import { Random } from "../twin/random";

const NAMESPACES = ["shop", "bank", "search", "mail", "tools", "orders", "billing", "media"];
const NAMES = ["web", "api", "worker", "db", "cache"];
const PORTS = [80, 443, 5432, 6379, 8080, 9000];
const BLOCKS = ["203.0.113.0/24", "198.51.100.7/32", "192.168.7.0/24", "172.20.0.0/14"];
/** All that `internet()` isn't, which a careful team leaves out. */
export const NO_INTERNET = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

export const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

export const policy = (namespace: string, name: string, spec: object): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec,
});

export const workload = (
  namespace: string,
  name: string,
  labels: object,
  ports: readonly number[] | Readonly<Record<string, number>>,
): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: "main",
            ports: Array.isArray(ports)
              ? ports.map((port: number) => ({ name: `p-${port}`, containerPort: port }))
              : Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
          },
        ],
      },
    },
  },
});

/** The clusters of a team: namespaces whose pods are isolated in both directions and resolve names, and rules between them. */
export function teamObjects(seed: number): object[] {
  const random = new Random(seed);
  const namespaces = random.some(NAMESPACES, 0.4);
  const own = namespaces.length === 0 ? ["shop"] : namespaces;
  const key = random.pick(["app", "component", "app.kubernetes.io/name"]);
  const placed = own.flatMap((namespace) => {
    const names = random.some(NAMES, 0.7);
    return (names.length < 2 ? ["web", "db"] : names).map((name) => ({ namespace, name }));
  });
  const selector = (name: string) => ({ matchLabels: { [key]: name } });
  const pods = (from: { namespace: string }, { namespace, name }: { namespace: string; name: string }) => ({
    ...(namespace === from.namespace
      ? {}
      : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
    podSelector: selector(name),
  });
  const ports = () => random.list(1, 2, () => portOf(random));
  const policies = placed.flatMap((subject) => {
    const made: object[] = [];
    const egress: object[] = [];
    for (const target of random.some(placed, 0.3)) {
      const opened = ports();
      // Now and then one side alone: nothing is open then.
      if (random.chance(0.9)) egress.push({ to: [pods(subject, target)], ports: opened });
      if (random.chance(0.9))
        made.push(
          policy(target.namespace, `${subject.namespace}-${subject.name}-to-${target.name}`, {
            podSelector: selector(target.name),
            ingress: [{ from: [pods(target, subject)], ports: opened }],
          }),
        );
    }
    if (random.chance(0.3)) egress.push({ to: [{ ipBlock: { cidr: random.pick(BLOCKS) } }], ports: ports() });
    if (random.chance(0.3))
      egress.push({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: NO_INTERNET } }], ports: ports() });
    // Each has a flow with somebody else: what has none isn't declared.
    const [what, namespace] = random.pick([
      ["metrics", "monitoring"],
      ["from-outside", "ingress-nginx"],
    ] as const);
    const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }];
    made.push(
      policy(subject.namespace, `${subject.name}-${what}`, {
        podSelector: selector(subject.name),
        ingress: [{ from, ports: [portOf(random)] }],
      }),
    );
    if (egress.length > 0)
      made.push(
        policy(subject.namespace, `${subject.name}-egress`, {
          podSelector: selector(subject.name),
          policyTypes: ["Egress"],
          egress,
        }),
      );
    return made;
  });
  const whole = own.flatMap((namespace) => [
    policy(namespace, "default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    ...(random.chance(0.3)
      ? [
          policy(namespace, "same-namespace", {
            podSelector: {},
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 8080 }] }],
            egress: [{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }],
          }),
        ]
      : []),
  ]);
  return [
    ...[...own, "monitoring", "ingress-nginx", "kube-system"].map((name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    })),
    ...placed.map(({ namespace, name }) => workload(namespace, name, { [key]: name }, PORTS)),
    workload("monitoring", "prometheus", { app: "prometheus" }, []),
    workload("ingress-nginx", "controller", { app: "ingress-nginx" }, []),
    workload("kube-system", "coredns", { "k8s-app": "kube-dns" }, []),
    ...whole,
    ...unique(policies),
    ...resolvers(own),
  ];
}

/** Every workload of some namespaces resolves names: what the language adds for each that has a flow. */
const resolvers = (namespaces: readonly string[]): object[] =>
  namespaces.map((namespace) =>
    policy(namespace, "allow-dns", { podSelector: {}, policyTypes: ["Egress"], egress: [DNS_RULE] }),
  );

const portOf = (random: Random): object => {
  const port = random.pick(PORTS);
  const kind = random.next();
  if (kind < 0.2) return { port: `p-${port}` };
  if (kind < 0.3) return { protocol: "UDP", port };
  return kind < 0.4 ? { port, endPort: port + 20 } : { port };
};

/** One object a name: a rule that is drawn twice is one policy. */
function unique(objects: readonly object[]): object[] {
  const byName = new Map(
    objects.map((one) => {
      const { metadata } = one as { metadata: { namespace: string; name: string } };
      return [`${metadata.namespace}/${metadata.name}`, one];
    }),
  );
  return [...byName.values()];
}
