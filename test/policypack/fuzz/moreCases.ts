import { aws, database, egress, group, groupPolicy, ingress, peer, tcp } from "../aws";
import { block, COMPLIANT, defaultDeny, DNS, namespace, policy, WEB, workload } from "../helpers";
import type { Broken } from "./broken";

const NAME = "kubernetes.io/metadata.name";
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const port = (number: number) => ({ ports: [{ protocol: "TCP", port: number }] });
const half = (name: string, cidr: string) =>
  policy(name, {
    ...pods("web"),
    policyTypes: ["Ingress"],
    ingress: [{ from: [block(cidr)], ...port(443) }],
  });
const OTHERS = {
  from: [{ namespaceSelector: { matchLabels: { [NAME]: "other" } }, ...pods("x") }],
  ...port(80),
};
const OF_BAD = ["metadata.namespace", "spec.podSelector", "spec.policyTypes", "spec.ingress"];

const border = { namespace: "shop", ingress: [], egress: [] };
const end = { name: "the web", namespace: "shop", labels: { app: "web" }, ports: [], from: [] };
const PAIR = [
  egress("out", "web", { ...tcp(5432), ...peer("db-group")[0] }, peer("db-group")[1]),
  ingress("in", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
];

/** Defects that only configuration, or both layers together, show. */
export const MORE_BROKEN: readonly Broken[] = [
  {
    invariant: "every-workload-isolated",
    stack: [
      ...COMPLIANT,
      workload("apps/v1:Deployment"),
      half("low", "4.0.0.0/8"),
      half("high", "5.0.0.0/8"),
    ],
    proof: {
      web: [
        "metadata.namespace",
        "spec.template.metadata.labels",
        "spec.template.spec.hostNetwork",
        "spec.podSelector",
      ],
      low: OF_BAD,
      high: OF_BAD,
    },
  },
  {
    invariant: "protected-ends",
    stack: [policy("bad", { ...WEB, ingress: [OTHERS] })],
    config: { ends: [end] },
    proof: { bad: OF_BAD },
  },
  {
    invariant: "protected-ends",
    stack: [
      group("db-group"),
      group("web"),
      ingress("bad", "db-group", { ...tcp(5432), ...peer("web")[0] }, peer("web")[1]),
    ],
    config: { groups: [{ name: "the database", group: "db-group", from: [] }] },
    proof: { bad: ["ipProtocol", "fromPort", "toPort"] },
  },
  {
    invariant: "network-policy-cni-safe",
    stack: [
      policy("bad", { ...WEB, egress: [DNS, { to: [block("10.0.0.0/8", "10.1.0.0/16")], ...port(443) }] }),
    ],
    config: { cni: ["aws-vpc-cni"] },
    proof: { bad: ["spec.policyTypes", "spec.egress.1.to.0.ipBlock"] },
  },
  {
    invariant: "policy-selects-nothing",
    stack: [
      namespace(),
      defaultDeny(),
      workload("apps/v1:Deployment"),
      policy("bad", { ...WEB, ...pods("wbe") }),
    ],
    proof: {
      bad: ["metadata.namespace", "spec.podSelector"],
      web: ["metadata.namespace", "spec.template.metadata.labels"],
    },
  },
  {
    invariant: "tenant-isolation",
    stack: [namespace(), policy("bad", { ...WEB, egress: [], ingress: [OTHERS] })],
    config: { borders: [border] },
    proof: { bad: OF_BAD },
  },
  {
    invariant: "security-group-policy-effective",
    stack: [
      namespace(),
      group("web"),
      ...["tcp", "udp"].map((ipProtocol) =>
        egress(ipProtocol, "web", { ...tcp(53), ipProtocol, cidrIpv4: "10.0.0.2/32" }),
      ),
      groupPolicy("bad", ["web"]),
    ],
    config: { attached: [{ namespace: "shop", labels: { app: "web" } }] },
    proof: { bad: ["metadata.namespace", "spec.podSelector"], shop: ["metadata.name"] },
  },
  {
    invariant: "rds-encrypted-and-protected",
    stack: [
      aws("rds/parameterGroup:ParameterGroup", "bad", {
        family: "postgres16",
        parameters: [
          { name: "rds.force_ssl", value: "0" },
          { name: "log_connections", value: "1" },
        ],
      }),
    ],
    proof: { bad: ["parameters.0"] },
  },
  {
    invariant: "namespace-labels",
    stack: [namespace()],
    config: { allowed: { "pod-security.kubernetes.io/enforce": ["baseline"] } },
    proof: { shop: ["metadata.labels.pod-security.kubernetes.io/enforce", "metadata.name"] },
  },
  {
    invariant: "network-and-group-parity",
    stack: [
      policy("web", {
        ...pods("web"),
        policyTypes: ["Ingress", "Egress"],
        egress: [{ to: [block("10.20.0.0/24")], ...port(3306) }],
      }),
      ...["web", "db-group"].map((name) => group(name)),
      ...PAIR,
      database("db"),
      groupPolicy("attachment", ["web"], { podSelector: { matchLabels: { app: "web" } } }),
    ],
    proof: {
      web: ["metadata.namespace", "spec"],
      "db-group": [],
      out: ["securityGroupId", "referencedSecurityGroupId", "ipProtocol", "fromPort", "toPort"],
      attachment: ["metadata.namespace", "spec"],
    },
  },
];
