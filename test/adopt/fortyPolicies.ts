import { DNS_RULE, NO_INTERNET, policy, workload } from "./teams";

const inNamespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
const app = (name: string) => ({ matchLabels: { app: name } });
const pods = (namespace: string, name: string) => ({
  namespaceSelector: inNamespace(namespace),
  podSelector: app(name),
});
const METRICS = { from: [{ namespaceSelector: inNamespace("monitoring") }], ports: [{ port: 9090 }] };
const INTERNET = [{ ipBlock: { cidr: "0.0.0.0/0", except: NO_INTERNET } }];

/** What a namespace's team writes beside its five policies: none of it changes what is open. */
interface Team {
  readonly namespace: string;
  readonly workloads: readonly string[];
  /** What makes its workloads other than `app`. */
  readonly extra?: Readonly<Record<string, string>>;
  readonly rules: readonly (readonly [name: string, spec: object])[];
}

const ingress = (name: string, ...rules: readonly object[]): object => ({
  podSelector: app(name),
  policyTypes: ["Ingress"],
  ingress: rules,
});
const egress = (name: string, ...rules: readonly object[]): object => ({
  podSelector: app(name),
  policyTypes: ["Egress"],
  egress: rules,
});
const metrics = ["metrics", { podSelector: {}, policyTypes: ["Ingress"], ingress: [METRICS] }] as const;

const TEAMS: readonly Team[] = [
  {
    namespace: "web",
    workloads: ["shop"],
    rules: [
      metrics,
      [
        "customers",
        ingress("shop", {
          from: [{ namespaceSelector: inNamespace("ingress-nginx") }],
          ports: [{ port: "http" }],
        }),
      ],
      ["shop-calls-api", egress("shop", { to: [pods("api", "gateway")], ports: [{ port: 8080 }] })],
    ],
  },
  {
    namespace: "api",
    workloads: ["gateway", "sessions"],
    rules: [
      metrics,
      [
        "gateway",
        {
          podSelector: app("gateway"),
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [pods("web", "shop"), pods("jobs", "nightly")], ports: [{ port: 8080 }] }],
          egress: [
            { to: [{ podSelector: app("sessions") }], ports: [{ port: 6379 }] },
            {
              to: [pods("orders", "orders"), pods("catalog", "catalog"), pods("search", "query")],
              ports: [{ port: 8080 }],
            },
          ],
        },
      ],
      ["sessions", ingress("sessions", { from: [{ podSelector: app("gateway") }], ports: [{ port: 6379 }] })],
    ],
  },
  {
    namespace: "orders",
    workloads: ["orders", "orders-db"],
    extra: { "app.kubernetes.io/part-of": "ordering", team: "ordering" },
    rules: [
      metrics,
      [
        "orders",
        {
          podSelector: app("orders"),
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [pods("api", "gateway")], ports: [{ port: 8080 }] }],
          egress: [
            { to: [{ podSelector: app("orders-db") }], ports: [{ port: 5432 }] },
            { to: [pods("payments", "payments"), pods("mail", "mailer")], ports: [{ port: 8080 }] },
          ],
        },
      ],
      [
        "orders-db",
        ingress("orders-db", { from: [{ podSelector: app("orders") }], ports: [{ port: 5432 }] }),
      ],
    ],
  },
  {
    namespace: "payments",
    workloads: ["payments", "ledger"],
    rules: [
      metrics,
      [
        "payments",
        {
          podSelector: app("payments"),
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [pods("orders", "orders")], ports: [{ port: 8080 }] }],
          egress: [
            { to: [{ podSelector: app("ledger") }], ports: [{ port: 5432 }] },
            {
              to: [{ ipBlock: { cidr: "203.0.113.0/24" } }, { ipBlock: { cidr: "198.51.100.7/32" } }],
              ports: [{ port: 443 }],
            },
          ],
        },
      ],
      ["ledger", ingress("ledger", { from: [{ podSelector: app("payments") }], ports: [{ port: 5432 }] })],
    ],
  },
  {
    namespace: "catalog",
    workloads: ["catalog", "catalog-db"],
    rules: [
      metrics,
      [
        "catalog",
        {
          podSelector: app("catalog"),
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [pods("api", "gateway"), pods("search", "indexer")], ports: [{ port: 8080 }] }],
          egress: [{ to: [{ podSelector: app("catalog-db") }], ports: [{ port: 5432 }] }],
        },
      ],
      [
        "catalog-db",
        ingress("catalog-db", {
          from: [
            { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["catalog"] }] } },
          ],
          ports: [{ protocol: "TCP", port: 5432 }],
        }),
      ],
    ],
  },
  {
    namespace: "search",
    workloads: ["query", "indexer", "index"],
    rules: [
      metrics,
      [
        "same-namespace",
        {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 9200, endPort: 9300 }] }],
          egress: [{ to: [{ podSelector: {} }], ports: [{ port: 9200, endPort: 9300 }] }],
        },
      ],
      [
        "search",
        {
          podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["query", "indexer"] }] },
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [pods("api", "gateway")], ports: [{ port: 8080 }] }],
          egress: [{ to: [pods("catalog", "catalog")], ports: [{ port: 8080 }] }],
        },
      ],
    ],
  },
  {
    namespace: "mail",
    workloads: ["mailer"],
    rules: [
      metrics,
      ["mailer", ingress("mailer", { from: [pods("orders", "orders")], ports: [{ port: 8080 }] })],
      ["smtp", egress("mailer", { to: INTERNET, ports: [{ port: 587 }, { port: 465 }] })],
    ],
  },
  {
    namespace: "jobs",
    workloads: ["nightly"],
    rules: [
      metrics,
      ["nightly", egress("nightly", { to: [pods("api", "gateway")], ports: [{ port: 8080 }] })],
      ["exchange-rates", egress("nightly", { to: INTERNET, ports: [{ port: 443 }] })],
    ],
  },
];

const PORTS = [8080, 9090, 5432, 6379];

/** Forty policies in eight namespaces, five each: a default deny, name resolution, scraping and what the workloads need. */
export const fortyPolicies = (): object[] => [
  ...[...TEAMS.map(({ namespace }) => namespace), "monitoring", "ingress-nginx", "kube-system"].map(
    (name) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    }),
  ),
  ...TEAMS.flatMap(({ namespace, workloads, extra = {} }) =>
    workloads.map((name) =>
      workload(namespace, name, { app: name, ...extra }, name === "shop" ? { http: 8000 } : PORTS),
    ),
  ),
  workload("monitoring", "prometheus", { app: "prometheus" }, []),
  workload("ingress-nginx", "controller", { app: "ingress-nginx" }, []),
  workload("kube-system", "coredns", { "k8s-app": "kube-dns" }, []),
  ...TEAMS.flatMap(({ namespace, rules }) => [
    policy(namespace, "default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    policy(namespace, "allow-dns", { podSelector: {}, policyTypes: ["Egress"], egress: [DNS_RULE] }),
    ...rules.map(([name, spec]) => policy(namespace, name, spec)),
  ]),
];
