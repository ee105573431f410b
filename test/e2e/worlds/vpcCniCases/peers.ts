// Longer than most: a table, one row a case.
import { app, egress, ingress, type VpcCniCase } from "./case";

const all = { namespaceSelector: {} };
const inProd = { namespaceSelector: { matchLabels: { env: "prod" } } };
const tier = (operator: string, values?: readonly string[]) => ({
  podSelector: { matchExpressions: [{ key: "tier", operator, ...(values === undefined ? {} : { values }) }] },
});

export const peers: readonly VpcCniCase[] = [
  {
    what: "a rule without peers or ports: everybody",
    policies: [ingress({})],
    rules: ["w-a/np ingress 0.0.0.0/0 every port", "w-a/np ingress ::/0 every port"],
    open: ["in everybody: every port", "out everybody: every port"],
  },
  {
    what: "an empty list of peers: everybody",
    policies: [egress({ to: [] })],
    rules: ["w-a/np egress 0.0.0.0/0 every port", "w-a/np egress ::/0 every port"],
    open: ["in everybody: every port", "out everybody: every port"],
  },
  {
    what: "an empty list of ports: every port",
    policies: [ingress({ from: [app("api")], ports: [] })],
    rules: ["w-a/np ingress 10.42.1.11 every port"],
    open: ["in w-a/p1: every port", "out everybody: every port"],
  },
  {
    what: "pods of the own namespace by a label",
    policies: [ingress({ from: [app("api")] })],
    rules: ["w-a/np ingress 10.42.1.11 every port"],
    open: ["in w-a/p1: every port", "out everybody: every port"],
  },
  {
    what: "pods of the own namespace by a label, as destinations",
    policies: [egress({ to: [app("db")] })],
    rules: ["w-a/np egress 10.42.0.12 every port"],
    open: ["in everybody: every port", "out w-a/p2: every port"],
  },
  {
    what: "every pod of the own namespace",
    policies: [ingress({ from: [{ podSelector: {} }] })],
    rules: [
      "w-a/np ingress 10.42.0.10 every port",
      "w-a/np ingress 10.42.0.12 every port",
      "w-a/np ingress 10.42.1.11 every port",
    ],
    open: ["in w-a/p1 w-a/p2: every port", "out everybody: every port"],
  },
  {
    what: "every pod of every namespace, and nobody outside",
    policies: [ingress({ from: [all] })],
    rules: [
      "w-a/np ingress 10.42.0.10 every port",
      "w-a/np ingress 10.42.0.12 every port",
      "w-a/np ingress 10.42.0.15 every port",
      "w-a/np ingress 10.42.0.18 every port",
      "w-a/np ingress 10.42.0.20 every port",
      "w-a/np ingress 10.42.0.23 every port",
      "w-a/np ingress 10.42.1.11 every port",
      "w-a/np ingress 10.42.1.14 every port",
      "w-a/np ingress 10.42.1.16 every port",
      "w-a/np ingress 10.42.1.19 every port",
      "w-a/np ingress 10.42.1.22 every port",
      "w-a/np ingress 10.42.1.24 every port",
    ],
    open: [
      "in w-a/p1 w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2: every port",
      "out everybody: every port",
    ],
  },
  {
    what: "namespaces by a label",
    policies: [ingress({ from: [inProd] })],
    rules: [
      "w-a/np ingress 10.42.0.15 every port",
      "w-a/np ingress 10.42.0.18 every port",
      "w-a/np ingress 10.42.0.20 every port",
      "w-a/np ingress 10.42.1.14 every port",
      "w-a/np ingress 10.42.1.16 every port",
      "w-a/np ingress 10.42.1.19 every port",
    ],
    open: ["in w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2: every port", "out everybody: every port"],
  },
  {
    what: "a namespace by its name",
    policies: [
      egress({ to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "w-d" } } }] }),
    ],
    rules: [
      "w-a/np egress 10.42.0.23 every port",
      "w-a/np egress 10.42.1.22 every port",
      "w-a/np egress 10.42.1.24 every port",
    ],
    open: ["in everybody: every port", "out w-d/p-0 w-d/p-1 w-d/p-2: every port"],
  },
  {
    what: "namespaces that lack a label",
    policies: [
      ingress({
        from: [{ namespaceSelector: { matchExpressions: [{ key: "env", operator: "DoesNotExist" }] } }],
      }),
    ],
    rules: [
      "w-a/np ingress 10.42.0.10 every port",
      "w-a/np ingress 10.42.0.12 every port",
      "w-a/np ingress 10.42.0.23 every port",
      "w-a/np ingress 10.42.1.11 every port",
      "w-a/np ingress 10.42.1.22 every port",
      "w-a/np ingress 10.42.1.24 every port",
    ],
    open: ["in w-a/p1 w-a/p2 w-d/p-0 w-d/p-1 w-d/p-2: every port", "out everybody: every port"],
  },
  {
    what: "namespaces whose label is none of some, and those without it",
    policies: [
      ingress({
        from: [
          { namespaceSelector: { matchExpressions: [{ key: "team", operator: "NotIn", values: ["a"] }] } },
        ],
      }),
    ],
    rules: [
      "w-a/np ingress 10.42.0.15 every port",
      "w-a/np ingress 10.42.0.18 every port",
      "w-a/np ingress 10.42.0.20 every port",
      "w-a/np ingress 10.42.0.23 every port",
      "w-a/np ingress 10.42.1.14 every port",
      "w-a/np ingress 10.42.1.16 every port",
      "w-a/np ingress 10.42.1.19 every port",
      "w-a/np ingress 10.42.1.22 every port",
      "w-a/np ingress 10.42.1.24 every port",
    ],
    open: [
      "in w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2 w-d/p-0 w-d/p-1 w-d/p-2: every port",
      "out everybody: every port",
    ],
  },
  {
    what: "pods of namespaces: both selectors of one peer",
    policies: [ingress({ from: [{ ...inProd, ...app("web") }] })],
    rules: ["w-a/np ingress 10.42.0.18 every port", "w-a/np ingress 10.42.1.14 every port"],
    open: ["in w-b/p0 w-c/p-0: every port", "out everybody: every port"],
  },
  {
    what: "two peers: either",
    policies: [ingress({ from: [inProd, app("db")] })],
    rules: [
      "w-a/np ingress 10.42.0.12 every port",
      "w-a/np ingress 10.42.0.15 every port",
      "w-a/np ingress 10.42.0.18 every port",
      "w-a/np ingress 10.42.0.20 every port",
      "w-a/np ingress 10.42.1.14 every port",
      "w-a/np ingress 10.42.1.16 every port",
      "w-a/np ingress 10.42.1.19 every port",
    ],
    open: ["in w-a/p2 w-b/p0 w-b/p1 w-b/p2 w-c/p-0 w-c/p-1 w-c/p-2: every port", "out everybody: every port"],
  },
  {
    what: "a label of some values",
    policies: [ingress({ from: [tier("In", ["front", "back"])] })],
    rules: ["w-a/np ingress 10.42.0.10 every port"],
    open: ["out everybody: every port"],
  },
  {
    what: "a label with the empty value",
    policies: [ingress({ from: [tier("In", [""])] })],
    rules: ["w-a/np ingress 10.42.0.12 every port"],
    open: ["in w-a/p2: every port", "out everybody: every port"],
  },
  {
    what: "a label of none of some values, and pods without it",
    policies: [ingress({ from: [{ ...all, ...tier("NotIn", ["front"]) }] })],
    rules: [
      "w-a/np ingress 10.42.0.12 every port",
      "w-a/np ingress 10.42.0.15 every port",
      "w-a/np ingress 10.42.0.20 every port",
      "w-a/np ingress 10.42.0.23 every port",
      "w-a/np ingress 10.42.1.11 every port",
      "w-a/np ingress 10.42.1.16 every port",
      "w-a/np ingress 10.42.1.19 every port",
      "w-a/np ingress 10.42.1.24 every port",
    ],
    open: [
      "in w-a/p1 w-a/p2 w-b/p1 w-b/p2 w-c/p-1 w-c/p-2 w-d/p-1 w-d/p-2: every port",
      "out everybody: every port",
    ],
  },
  {
    what: "pods that have a label",
    policies: [egress({ to: [{ ...all, ...tier("Exists") }] })],
    rules: [
      "w-a/np egress 10.42.0.10 every port",
      "w-a/np egress 10.42.0.12 every port",
      "w-a/np egress 10.42.0.18 every port",
      "w-a/np egress 10.42.0.20 every port",
      "w-a/np egress 10.42.1.14 every port",
      "w-a/np egress 10.42.1.16 every port",
      "w-a/np egress 10.42.1.22 every port",
      "w-a/np egress 10.42.1.24 every port",
    ],
    open: [
      "in everybody: every port",
      "out w-a/p2 w-b/p0 w-b/p2 w-c/p-0 w-c/p-2 w-d/p-0 w-d/p-2: every port",
    ],
  },
  {
    what: "pods that lack a label",
    policies: [egress({ to: [{ ...all, ...tier("DoesNotExist") }] })],
    rules: [
      "w-a/np egress 10.42.0.15 every port",
      "w-a/np egress 10.42.0.23 every port",
      "w-a/np egress 10.42.1.11 every port",
      "w-a/np egress 10.42.1.19 every port",
    ],
    open: ["in everybody: every port", "out w-a/p1 w-b/p1 w-c/p-1 w-d/p-1: every port"],
  },
  {
    what: "a label and an expression: both",
    policies: [
      ingress({
        from: [
          {
            ...all,
            podSelector: {
              matchLabels: { app: "db" },
              matchExpressions: [{ key: "tier", operator: "In", values: ["front"] }],
            },
          },
          {
            ...inProd,
            podSelector: {
              matchLabels: { app: "web" },
              matchExpressions: [{ key: "tier", operator: "Exists" }],
            },
          },
        ],
      }),
    ],
    rules: ["w-a/np ingress 10.42.0.18 every port", "w-a/np ingress 10.42.1.14 every port"],
    open: ["in w-b/p0 w-c/p-0: every port", "out everybody: every port"],
  },
  {
    what: "a selector that selects nobody",
    policies: [ingress({ from: [app("nobody")] })],
    rules: [],
    open: ["out everybody: every port"],
  },
  {
    what: "a namespace that nobody is",
    policies: [egress({ to: [{ namespaceSelector: { matchLabels: { env: "test" } } }] })],
    rules: [],
    open: ["in everybody: every port"],
  },
];
