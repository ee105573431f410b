import type { DeclaredApplication } from "../../flows";

/** JSON-like data, as a test changes it. */
export type Data = Readonly<Record<string, unknown>>;

/** Two applications: shop leads into bank, which accepts it; bank has what AWS has. */
export const declared: readonly DeclaredApplication[] = [
  {
    name: "shop",
    owner: "shop-team",
    workloads: {
      web: { labels: { app: "web" }, ports: { http: "tcp/80" }, metrics: "tcp/9100" },
      db: { labels: { app: "db" }, ports: { sql: "tcp/5432" } },
    },
    flows: [
      { from: "web", to: "db", ports: ["tcp/5432"], because: "orders" },
      { from: { kind: "platform", service: "ingress" }, to: "web", ports: ["tcp/80"], because: "customers" },
      { from: "web", to: { kind: "internet" }, ports: ["tcp/443"], because: "payment", name: "web-out" },
    ],
  },
  {
    name: "bank",
    owner: "bank-team",
    workloads: { api: { labels: { app: "api" }, ports: { http: "tcp/8080" }, serviceAccount: "api" } },
    databases: { ledger: { engine: "postgres" } },
    buckets: { papers: {} },
    flows: [
      { from: "api", to: { kind: "database", database: "ledger" }, ports: ["tcp/5432"], because: "accounts" },
      {
        from: "api",
        to: { kind: "bucket", bucket: "papers", access: "read" },
        ports: ["tcp/443"],
        because: "papers",
      },
      { from: "api", to: { kind: "cloud-identity" }, ports: ["tcp/443"], because: "the bucket's role" },
      { from: "api", to: "api", ports: ["tcp/8080"], because: "replicas" },
    ],
  },
];

/** A valid cluster for both. */
export const lab = (): Data => ({
  name: "lab",
  context: "lab",
  cni: "k3s",
  podCidrs: ["10.42.0.0/16"],
  serviceCidrs: ["10.43.0.0/16"],
  nodeCidrs: ["192.168.1.0/24"],
  dns: { serviceAddresses: ["10.43.0.10"] },
  apiServer: { endpoints: [{ cidr: "192.168.1.10/32", port: 6443 }], serviceAddresses: ["10.43.0.1"] },
  platform: {
    ingress: { namespace: "kube-system", pods: { app: "traefik" } },
    monitoring: { namespace: "monitoring", pods: "every-pod" },
  },
  applications: {
    shop: { stage: "enforce" },
    bank: {
      namespace: "bank-lab",
      stage: "observe",
      databases: { ledger: { subnetCidrs: ["10.9.0.0/24"] } },
      buckets: { papers: { endpoint: { kind: "gateway", prefixListCidrs: ["52.216.0.0/15"] } } },
      identity: { kind: "irsa", stsSubnetCidrs: ["10.9.1.0/27"] },
    },
  },
});

/** Pulumi's config values of a stack with these clusters. */
export const values = (
  clusters: unknown,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  "palisade:environment": "dev",
  "palisade:clusters": typeof clusters === "string" ? clusters : JSON.stringify(clusters),
  ...extra,
});

/** `data` with the value at a path ("applications.shop.stage") replaced, or removed where it is undefined. */
export function changed(data: Data, path: string, value: unknown): Data {
  const [head = "", ...rest] = path.split(".");
  if (rest.length > 0) return { ...data, [head]: changed((data[head] ?? {}) as Data, rest.join("."), value) };
  const others = Object.entries(data).filter(([key]) => key !== head);
  return Object.fromEntries(value === undefined ? others : [...others, [head, value]]);
}
