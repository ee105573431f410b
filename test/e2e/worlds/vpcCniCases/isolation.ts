import { app, inA, ingress, named, tcp, type VpcCniCase } from "./case";

export const isolation: readonly VpcCniCase[] = [
  {
    what: "no policy",
    policies: [],
    rules: [],
    open: ["in everybody: every port", "out everybody: every port"],
  },
  {
    what: "a policy of another namespace",
    policies: [
      {
        metadata: { name: "np", namespace: "w-b" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
    ],
    rules: [],
    open: [
      "in w-a/p1 w-a/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
      "out w-a/p1 w-a/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "a policy for other pods of the namespace",
    policies: [inA({ podSelector: { matchLabels: { app: "api" } }, policyTypes: ["Ingress", "Egress"] })],
    rules: [],
    open: [
      "in w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
      "out w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "ingress, no rules",
    policies: [inA({ podSelector: {}, policyTypes: ["Ingress"] })],
    rules: [],
    open: [
      "out w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "egress, no rules",
    policies: [inA({ podSelector: {}, policyTypes: ["Egress"] })],
    rules: [],
    open: [
      "in w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "both types, no rules",
    policies: [inA({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })],
    rules: [],
    open: [],
  },
  {
    what: "no types and no rules: ingress",
    policies: [inA({ podSelector: {} })],
    rules: [],
    open: [
      "out w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "no types and an egress rule: both",
    policies: [inA({ podSelector: {}, egress: [{ to: [app("api")] }] })],
    rules: ["w-a/np egress 10.42.1.11 every port"],
    open: [],
  },
  {
    what: "no types and an empty list of egress rules: ingress",
    policies: [inA({ podSelector: {}, egress: [] })],
    rules: [],
    open: [
      "out w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "two policies isolate one direction each",
    policies: [
      inA({ podSelector: {}, policyTypes: ["Ingress"] }, "in"),
      inA({ podSelector: {}, policyTypes: ["Egress"] }, "out"),
    ],
    rules: [],
    open: [],
  },
  {
    what: "egress rules in a policy of type Ingress close egress (departure: rules-beyond-types)",
    policies: [inA({ podSelector: {}, policyTypes: ["Ingress"], egress: [{ to: [app("api")] }] })],
    rules: ["w-a/np egress 10.42.1.11 every port"],
    open: [],
  },
  {
    what: "ingress rules in a policy of type Egress close ingress (departure: rules-beyond-types)",
    policies: [inA({ podSelector: {}, policyTypes: ["Egress"], ingress: [{ from: [app("api")] }] })],
    rules: ["w-a/np ingress 10.42.1.11 every port"],
    open: [],
  },
  {
    what: "rules of two policies add up",
    policies: [
      ingress({ from: [app("api")], ports: [tcp(80)] }),
      named("more", ingress({ from: [app("db")], ports: [tcp(81)] })),
    ],
    rules: ["w-a/more ingress 10.42.0.12 TCP/81", "w-a/np ingress 10.42.1.11 TCP/80"],
    open: ["in w-a/p1: tcp/80", "in w-a/p2: tcp/81", "out everybody: every port"],
  },
  {
    what: "rules of one policy add up, for one peer too",
    policies: [
      ingress({ from: [app("api")], ports: [tcp(80)] }, { from: [app("api"), app("db")], ports: [tcp(81)] }),
    ],
    rules: ["w-a/np ingress 10.42.0.12 TCP/81", "w-a/np ingress 10.42.1.11 TCP/80 TCP/81"],
    open: ["in w-a/p1: tcp/80 tcp/81", "in w-a/p2: tcp/81", "out everybody: every port"],
  },
  {
    what: "ports and every port for one peer: every port",
    policies: [ingress({ from: [app("api")], ports: [tcp(80)] }, { from: [app("api")] })],
    rules: ["w-a/np ingress 10.42.1.11 every port"],
    open: ["in w-a/p1: every port", "out everybody: every port"],
  },
  {
    what: "one pod of a rule set on its node is isolated: so is the other (departure: shared-rule-set)",
    target: "w-c/p-0",
    policies: [
      {
        metadata: { name: "np", namespace: "w-c" },
        spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] },
      },
    ],
    rules: [],
    open: [
      "out w-a/p0 w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-1 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
  {
    what: "a pod of a rule set's name on the other node is isolated: this one isn't",
    target: "w-c/p-0",
    policies: [
      {
        metadata: { name: "np", namespace: "w-c" },
        spec: { podSelector: { matchLabels: { app: "api" } }, policyTypes: ["Ingress"] },
      },
    ],
    rules: [],
    open: [
      "in everybody: every port",
      "out w-a/p0 w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2 internet office: every port",
    ],
  },
];
