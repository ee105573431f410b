import { block, COMPLIANT, defaultDeny, LABELS, namespace, policy, service, WEB, workload } from "../helpers";
import type { Broken } from "./broken";

const DB = { matchLabels: { app: "db" } };
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
    invariant: "service-no-open-exposure",
    stack: [namespace(), service({ type: "LoadBalancer", ports: [{ port: 443 }] })],
    proof: { web: ["spec.type"] },
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
];
