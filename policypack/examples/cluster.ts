// Tests: test/policypack/examples.test.ts
// Longer than most: a table, one row a policy.
import { type Examples, namespace, networkPolicy, object } from "./example";

const LABELS = {
  "palisade.dev/owner": "team-shop",
  "palisade.dev/environment": "dev",
  "app.kubernetes.io/part-of": "shop",
  "pod-security.kubernetes.io/enforce": "restricted",
};
const SHOP = namespace("shop", LABELS);
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const inside = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const tcp = (port: number | string) => ({ ports: [{ protocol: "TCP", port }] });
const block = (cidr: string) => ({ ipBlock: { cidr } });
const INGRESS = { policyTypes: ["Ingress"] };
const EGRESS = { policyTypes: ["Egress"] };
const DENY = networkPolicy("isolation", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const ingress = (app: string, ...rules: object[]) =>
  networkPolicy(app, { ...pods(app), ...INGRESS, ingress: rules });
const egress = (app: string, ...rules: object[]) =>
  networkPolicy(app, { ...pods(app), ...EGRESS, egress: rules });
const DNS = {
  to: [{ ...inside("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
const web = (spec: object) =>
  object("apps/v1", "Deployment", "web", {
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "web" }], ...spec },
    },
  });
const service = (spec: object) =>
  object("v1", "Service", "web", { selector: { app: "web" }, ports: [{ port: 443 }], ...spec });

const deployment = (name: string, home: string) =>
  object(
    "apps/v1",
    "Deployment",
    name,
    { template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name }] } } },
    home,
  );
const MONITORED = [
  SHOP,
  namespace("monitoring", LABELS),
  web({}),
  deployment("prometheus", "monitoring"),
  deployment("grafana", "monitoring"),
];
/** The Service that an admission webhook asks the API server to call. */
const WEBHOOK = {
  kind: "object" as const,
  object: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "orders" },
    webhooks: [
      {
        name: "orders.example.com",
        clientConfig: { service: { namespace: "shop", name: "web", port: 443 } },
      },
    ],
  },
};

const route = (number: number) =>
  object("networking.k8s.io/v1", "Ingress", "shop", {
    rules: [
      {
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number } } } }],
        },
      },
    ],
  });

/** Examples of the policies about a cluster's objects, by the policy's name. */
export const CLUSTER_EXAMPLES: Readonly<Record<string, Examples>> = {
  "namespace-labels": {
    violating: [namespace("shop", { "palisade.dev/owner": "team-shop" })],
    complying: [SHOP],
    config: {},
  },
  "network-policy-explicit-types": {
    violating: [networkPolicy("web", { ...pods("web"), egress: [DNS] })],
    complying: [egress("web", DNS)],
  },
  "network-policy-no-everyone-ingress": {
    violating: [ingress("web", tcp(8080))],
    complying: [ingress("web", { from: [{ ...inside("ingress-nginx"), ...pods("nginx") }], ...tcp(8080) })],
    config: {},
  },
  "network-policy-no-everyone-egress": {
    violating: [egress("web", { to: [block("0.0.0.0/0")] })],
    complying: [egress("web", { to: [block("203.0.113.0/24")], ...tcp(443) })],
    config: {},
  },
  "network-policy-no-metadata-egress": {
    violating: [egress("web", { to: [block("169.254.0.0/16")], ...tcp(80) })],
    complying: [egress("web", { to: [block("169.254.170.23/32")], ...tcp(80) })],
    config: {},
  },
  "network-policy-no-database-ports-by-cidr": {
    violating: [ingress("db", { from: [block("10.0.0.0/16")], ...tcp(5432) })],
    complying: [ingress("db", { from: [pods("web")], ...tcp(5432) })],
    config: {},
  },
  "network-policy-trusted-namespace-selectors": {
    violating: [
      ingress("web", { from: [{ namespaceSelector: { matchLabels: { team: "ops" } } }], ...tcp(9090) }),
    ],
    complying: [ingress("web", { from: [{ ...inside("monitoring"), ...pods("prometheus") }], ...tcp(9090) })],
    config: {},
  },
  "protected-ends": {
    violating: [
      networkPolicy("db", {
        podSelector: { matchLabels: { component: "postgresql" } },
        ...INGRESS,
        ingress: [{ from: [{ podSelector: { matchLabels: { component: "cart" } } }], ...tcp(5432) }],
      }),
    ],
    complying: [
      networkPolicy("db", {
        podSelector: { matchLabels: { component: "postgresql" } },
        ...INGRESS,
        ingress: [{ from: [{ podSelector: { matchLabels: { component: "django" } } }], ...tcp(5432) }],
      }),
    ],
  },
  "workload-no-host-network": { violating: [web({ hostNetwork: true })], complying: [web({})], config: {} },
  "service-no-open-exposure": {
    violating: [service({ type: "LoadBalancer" })],
    complying: [service({ type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] })],
    config: {},
  },
  "no-route-to-databases": {
    violating: [route(5432)],
    complying: [route(8080)],
    config: {},
  },
  "namespace-default-deny": { violating: [SHOP], complying: [SHOP, DENY], config: {} },
  "every-workload-isolated": {
    violating: [
      SHOP,
      DENY,
      web({}),
      ...["4.0.0.0/8", "5.0.0.0/8"].map((cidr, i) =>
        networkPolicy(`half-${i}`, {
          ...pods("web"),
          ...INGRESS,
          ingress: [{ from: [block(cidr)], ...tcp(8080) }],
        }),
      ),
    ],
    complying: [
      SHOP,
      DENY,
      web({}),
      ingress("web", { from: [{ ...inside("ingress-nginx"), ...pods("nginx") }], ...tcp(8080) }),
    ],
  },
  "flows-have-both-sides": {
    violating: [
      SHOP,
      DENY,
      egress("web", DNS, { to: [pods("db")], ...tcp(5432) }),
      networkPolicy("db", { ...pods("db"), ...INGRESS, ingress: [] }),
    ],
    complying: [
      SHOP,
      DENY,
      egress("web", DNS, { to: [pods("db")], ...tcp(5432) }),
      ingress("db", { from: [pods("web")], ...tcp(5432) }),
    ],
    config: {},
  },
  "dns-reachable": {
    violating: [SHOP, egress("web", { to: [pods("db")], ...tcp(5432) })],
    complying: [SHOP, egress("web", DNS, { to: [pods("db")], ...tcp(5432) })],
    config: {},
  },
  "tenant-isolation": {
    violating: [
      SHOP,
      namespace("bank", { ...LABELS, "palisade.dev/owner": "team-bank" }),
      ingress("web", { from: [inside("bank")], ...tcp(8080) }),
    ],
    complying: [
      SHOP,
      namespace("bank", { ...LABELS, "palisade.dev/owner": "team-shop" }),
      ingress("web", { from: [inside("bank")], ...tcp(8080) }),
    ],
    config: {},
  },
  "policy-selects-nothing": {
    violating: [SHOP, web({}), ingress("wbe", { from: [pods("nginx")], ...tcp(8080) })],
    complying: [SHOP, web({}), ingress("web", { from: [pods("nginx")], ...tcp(8080) })],
  },
  "network-policy-cni-safe": {
    violating: [
      egress("web", { to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ...tcp(443) }),
    ],
    complying: [egress("web", { to: [block("10.20.0.0/24")], ...tcp(443) })],
    config: { cni: ["aws-vpc-cni"] },
  },
  "peers-not-split": {
    violating: [
      ...MONITORED,
      ingress("web", { from: [inside("monitoring"), pods("prometheus")], ...tcp(9090) }),
    ],
    complying: [
      ...MONITORED,
      ingress("web", { from: [{ ...inside("monitoring"), ...pods("prometheus") }], ...tcp(9090) }),
    ],
  },
  "rules-match": {
    violating: [
      SHOP,
      web({}),
      deployment("db", "shop"),
      ingress("db", { from: [pods("wbe")], ...tcp(5432) }),
    ],
    complying: [
      SHOP,
      web({}),
      deployment("db", "shop"),
      ingress("db", { from: [pods("web")], ...tcp(5432) }),
    ],
  },
  "demands-admitted": {
    violating: [
      SHOP,
      web({}),
      service({}),
      WEBHOOK,
      networkPolicy("web", { ...pods("web"), ...INGRESS, ingress: [] }),
    ],
    complying: [
      SHOP,
      web({}),
      service({}),
      WEBHOOK,
      ingress("web", { from: [block("10.0.0.0/28")], ...tcp(443) }),
    ],
  },
};
