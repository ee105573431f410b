// Tests: test/policypack/examples.test.ts
import type { Examples } from "./example";

/** A whole program with one application, its flows, and what is written beside them. */
const program = (flows: string, beside: string) => `import * as k8s from "@pulumi/kubernetes";
import { application, IsolatedApplication, validateApplications } from "pulumi-palisade";

const [shop] = validateApplications([
  application("shop", {
    owner: "team-shop",
    workloads: {
      web: { labels: { app: "web" }, ports: { http: "tcp/8080" } },
      api: { labels: { app: "api" }, ports: { http: "tcp/8000" } },
      reports: { labels: { app: "reports" } },
    },
    flows: [
${flows}
    ],
  }),
]);

const provider = new k8s.Provider("k3s", { context: "k3s" });
new IsolatedApplication(
  "k3s/shop",
  {
    application: shop,
    placement: {
      application: "shop",
      environment: "dev",
      namespace: "shop",
      stage: "enforce",
      adopt: false,
      observedWorkloads: [],
      podSecurity: { enforce: "restricted", audit: "restricted", warn: "restricted" },
      databases: {},
      buckets: {},
    },
    cluster: {
      name: "k3s",
      access: { context: "k3s" },
      cni: "k3s",
      podCidrs: ["10.42.0.0/16"],
      serviceCidrs: ["10.43.0.0/16"],
      nodeCidrs: ["172.18.0.0/24"],
      dns: {
        namespace: "kube-system",
        pods: { "k8s-app": "kube-dns" },
        nodeLocalAddresses: [],
        serviceAddresses: ["10.43.0.10"],
      },
      apiServer: { endpoints: [{ cidr: "172.18.0.2/32", port: 6443 }], serviceAddresses: ["10.43.0.1"] },
      platform: {},
    },
  },
  { provider },
);
${beside}`;

const FLOWS = `      { from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made of what the API says" },
      { from: "reports", to: "web", ports: ["tcp/8080"], because: "visits are counted each night" },`;
const DECLARED = `      { from: "reports", to: "api", ports: ["tcp/8000"], because: "orders are counted each night" },`;

/** By hand: the one side of a flow that nobody declares. */
const BY_HAND = `
new k8s.networking.v1.NetworkPolicy(
  "reports-to-api",
  {
    metadata: { namespace: "shop", name: "reports-to-api" },
    spec: {
      podSelector: { matchLabels: { app: "api" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: "reports" } } }],
          ports: [{ protocol: "TCP", port: 8000 }],
        },
      ],
    },
  },
  { provider },
);
`;

/** Of the policies that compare what an application declares: they need whole programs. */
export const PROGRAM_EXAMPLES: Readonly<Record<string, Examples>> = {
  "exactly-declared": {
    violating: [{ kind: "program", text: program(FLOWS, BY_HAND) }],
    complying: [{ kind: "program", text: program(`${FLOWS}\n${DECLARED}`, "") }],
  },
};
