// Longer than most: a table.
import {
  block,
  COMPLIANT,
  defaultDeny,
  LABELS,
  namespace,
  policy,
  service,
  type TestResource,
  WEB,
  workload,
} from "../helpers";
import type { Broken } from "./broken";

const DB = { matchLabels: { app: "db" } };
const PROM = { matchLabels: { app: "prom" } };
const NAME = "kubernetes.io/metadata.name";
const WEB_INGRESS = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] };
const PROMETHEUS = workload(
  "apps/v1:Deployment",
  {},
  { name: "prom", namespaceName: "mon", labels: PROM.matchLabels },
);
const INGRESS: TestResource = {
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name: "bad",
  props: {
    metadata: { name: "bad", namespace: "shop" },
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  },
};
const ONE_SIDED = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] };

/** Stacks of Kubernetes objects with one defect each. */
export const BROKEN_CLUSTER: readonly Broken[] = [
  {
    invariant: "namespace-labels",
    stack: [namespace("shop", { team: "a" }), defaultDeny()],
    proof: { shop: ["metadata.labels", "metadata.name"] },
  },
  {
    invariant: "network-policy-explicit-types",
    stack: [...COMPLIANT, policy("bad", { ...WEB, policyTypes: ["Ingress"] })],
    proof: { bad: ["spec.policyTypes", "spec.egress"] },
  },
  {
    invariant: "network-policy-explicit-types",
    stack: [...COMPLIANT, policy("bad", { podSelector: {}, ingress: [] })],
    proof: { bad: ["spec"] },
  },
  {
    invariant: "network-policy-no-everyone-ingress",
    stack: [...COMPLIANT, policy("bad", { ...WEB, ingress: [...WEB.ingress, { ports: [{ port: 80 }] }] })],
    proof: { bad: ["spec.ingress.1"] },
  },
  {
    invariant: "network-policy-no-everyone-ingress",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, ingress: [{ from: [{ namespaceSelector: {} }, block("192.0.2.0/24")] }] }),
    ],
    proof: { bad: ["spec.ingress.0.from.0"] },
  },
  {
    invariant: "network-policy-no-everyone-egress",
    stack: [
      ...COMPLIANT,
      policy("bad", {
        ...WEB,
        egress: [
          { to: [{ ipBlock: { cidr: "0.0.0.0/1" } }], ports: [{ port: 1 }] },
          { to: [{ ipBlock: { cidr: "128.0.0.0/1" } }], ports: [{ port: 2 }] },
        ],
      }),
    ],
    // Each half is a violation by itself, so nothing but both of them is needed.
    proof: { bad: ["spec.egress.0.to", "spec.egress.1.to"] },
  },
  {
    invariant: "network-policy-no-metadata-egress",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, egress: [{ to: [block("169.254.0.0/16")], ports: [{ port: 80 }] }] }),
    ],
    proof: { bad: ["spec.egress.0.to.0.ipBlock"] },
  },
  {
    invariant: "network-policy-no-database-ports-by-cidr",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, egress: [{ to: [block("198.51.100.7/32")], ports: [{ port: 5432 }] }] }),
    ],
    proof: { bad: ["spec.egress.0"] },
  },
  {
    invariant: "network-policy-trusted-namespace-selectors",
    stack: [
      ...COMPLIANT,
      policy("bad", {
        ...WEB,
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }], ports: [{ port: 80 }] }],
      }),
    ],
    proof: { bad: ["spec.ingress.0.from.0.namespaceSelector"] },
  },
  {
    invariant: "workload-no-host-network",
    stack: [...COMPLIANT, workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "bad" })],
    proof: { bad: ["spec.template.spec.hostNetwork"] },
  },
  {
    invariant: "workload-no-host-network",
    stack: [
      {
        type: "kubernetes:core/v1:PersistentVolume",
        name: "bad",
        props: { metadata: { name: "bad" }, spec: { hostPath: { path: "/" } } },
      },
    ],
    proof: { bad: ["spec.claimRef", "spec.hostPath.path"] },
  },
  {
    invariant: "service-no-open-exposure",
    stack: [namespace(), service({ type: "LoadBalancer", ports: [{ port: 443 }] })],
    // Annotations may make it internal.
    proof: { web: ["spec.type", "metadata.annotations"] },
  },
  {
    invariant: "namespace-default-deny",
    stack: [namespace(), policy("web", WEB), policy("open", { ...WEB, podSelector: {} })],
    proof: {
      shop: ["metadata.name"],
      web: ["metadata.namespace", "spec"],
      open: ["metadata.namespace", "spec"],
    },
  },
  {
    invariant: "flows-have-both-sides",
    stack: [
      namespace(),
      policy("bad", { ...ONE_SIDED, egress: [{ to: [{ podSelector: DB }], ports: [{ port: 5432 }] }] }),
      policy("db", { podSelector: DB, policyTypes: ["Ingress"], ingress: [] }),
    ],
    proof: { bad: ["metadata.namespace", "spec"], db: ["metadata.namespace", "spec"] },
  },
  {
    invariant: "workload-no-host-network",
    stack: [
      workload("apps/v1:Deployment", {
        initContainers: [{ name: "proxy", ports: [{ containerPort: 1, hostPort: 9000 }] }],
        containers: [{ name: "main", securityContext: { capabilities: { drop: ["ALL"] } } }],
      }),
    ],
    proof: { web: ["metadata.namespace", "spec.template.spec.initContainers"] },
  },
  {
    invariant: "dns-reachable",
    stack: [
      namespace(),
      policy("bad", { ...ONE_SIDED, egress: [{ to: [{ podSelector: DB }], ports: [{ port: 5432 }] }] }),
    ],
    proof: { bad: ["metadata.namespace", "spec"] },
  },
  {
    invariant: "tenant-isolation",
    stack: [
      namespace(),
      namespace("bank", { ...LABELS, "palisade.dev/owner": "team-bank" }),
      policy("bad", {
        ...WEB,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "bank" } } }] },
        ],
      }),
    ],
    proof: {
      shop: ["metadata.name", "metadata.labels.palisade.dev/owner"],
      bank: ["metadata.name", "metadata.labels.palisade.dev/owner"],
      bad: ["metadata.namespace", "spec.policyTypes", "spec.ingress"],
    },
  },
  {
    invariant: "peers-not-split",
    stack: [
      namespace(),
      namespace("mon"),
      workload("apps/v1:Deployment"),
      PROMETHEUS,
      policy("bad", {
        ...WEB_INGRESS,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { [NAME]: "mon" } } }, { podSelector: PROM }] },
        ],
      }),
    ],
    proof: {
      web: ["metadata.namespace", "spec.template.metadata.labels"],
      prom: ["metadata.namespace", "spec.template.metadata.labels", "spec.template.spec.hostNetwork"],
      bad: ["metadata.namespace", "spec.ingress", "spec.policyTypes"],
    },
  },
  {
    invariant: "rules-match",
    stack: [
      namespace(),
      workload("apps/v1:Deployment"),
      policy("bad", { ...WEB_INGRESS, ingress: [{ from: [{ podSelector: PROM }] }] }),
    ],
    proof: {
      web: ["metadata.namespace", "spec.template.metadata.labels"],
      bad: ["metadata.namespace", "spec.ingress", "spec.policyTypes"],
    },
  },
  {
    invariant: "rules-match",
    stack: [
      namespace(),
      workload("apps/v1:Deployment", {
        containers: [{ name: "main", ports: [{ name: "http", containerPort: 8080 }] }],
      }),
      service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] }),
      policy("bad", { ...WEB_INGRESS, ingress: [{ ports: [{ port: 80 }] }] }),
    ],
    proof: {
      web: [
        "metadata.namespace",
        "spec.template.metadata.labels",
        "spec.template.spec.hostNetwork",
        "spec.template.spec.containers",
        "spec.selector",
        "spec.ports",
      ],
      bad: ["metadata.namespace", "spec.podSelector", "spec.ingress", "spec.policyTypes"],
    },
  },
  {
    invariant: "demands-admitted",
    stack: [
      namespace(),
      workload("apps/v1:Deployment"),
      service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] }),
      policy("closed", {
        ...WEB_INGRESS,
        ingress: [{ from: [{ podSelector: DB }], ports: [{ port: 8080 }] }],
      }),
      INGRESS,
    ],
    proof: {
      web: [
        "metadata.namespace",
        "metadata.name",
        "spec.template.metadata.labels",
        "spec.template.spec.hostNetwork",
        "spec.selector",
        "spec.ports",
      ],
      closed: ["metadata.namespace", "spec.podSelector", "spec.ingress", "spec.policyTypes"],
      bad: ["metadata.namespace", "spec"],
    },
  },
];
