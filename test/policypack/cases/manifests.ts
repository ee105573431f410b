import { UNKNOWN } from "../helpers";
import type { Case } from "./case";

const LABELS = {
  "palisade.dev/owner": "team-shop",
  "palisade.dev/environment": "dev",
  "app.kubernetes.io/part-of": "shop",
  "pod-security.kubernetes.io/enforce": "restricted",
};

/** Pulumi's mark of a secret, as labels may have it: both are label keys and values that the API takes. */
const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const namespace = (name: string, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { ...LABELS, ...labels } },
});
const policy = (name: string, where: string, spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: where },
  spec,
});
const pod = (name: string, where: string, spec: object, labels: object = { app: name }) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: where, labels },
  spec: { containers: [{ name: "main", image: "web" }], ...spec },
});
const ATTACK = "an attacker with commit rights";
const world = { ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 80 }] }] };

/** Plain manifests, in which nothing is a mark of Pulumi's. */
export const MANIFEST_CASES: readonly Case[] = [
  {
    id: "manifest-namespace-named-as-a-mark",
    idea: "A namespace is named like Pulumi's mark of an unknown: it is that name",
    source: ATTACK,
    policies: ["namespace-default-deny"],
    manifests: [namespace(UNKNOWN)],
    expected: [`namespace-default-deny ${UNKNOWN}`],
  },
  {
    id: "manifest-pods-labelled-as-a-mark",
    idea: "A policy selects pods by a label whose value is Pulumi's mark of an unknown, and admits the internet",
    source: ATTACK,
    policies: ["network-policy-no-everyone-ingress"],
    manifests: [
      policy("web", "shop", {
        podSelector: { matchLabels: { app: UNKNOWN } },
        policyTypes: ["Ingress"],
        ...world,
      }),
    ],
    expected: ["network-policy-no-everyone-ingress shop/web"],
  },
  {
    id: "manifest-peer-labelled-as-a-mark",
    idea: "A peer's namespace is named like Pulumi's mark: the peer is another owner's",
    source: ATTACK,
    policies: ["protected-ends"],
    config: {
      "protected-ends": {
        ends: [{ name: "the database", namespace: "shop", labels: { app: "db" }, from: [] }],
      },
    },
    manifests: [
      policy("db", "shop", {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": UNKNOWN } },
                podSelector: { matchLabels: { app: "x" } },
              },
            ],
          },
        ],
      }),
    ],
    expected: ["protected-ends shop/db"],
  },
  {
    id: "manifest-owner-as-a-mark",
    idea: "A namespace's owner is Pulumi's mark of an unknown: a label with a value",
    source: ATTACK,
    policies: ["namespace-labels"],
    manifests: [namespace("shop", { "palisade.dev/owner": UNKNOWN })],
    expected: [],
  },
  {
    id: "manifest-labels-as-a-secret",
    idea: "Labels that look like Pulumi's mark of a secret are labels: those that are missing are missing",
    source: ATTACK,
    policies: ["namespace-labels"],
    manifests: [
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "shop", labels: { ...SECRET_MARK, value: "x" } },
      },
    ],
    expected: ["namespace-labels shop"],
  },
  {
    id: "manifest-selector-as-a-secret",
    idea: "A default deny for pods with labels like Pulumi's mark of a secret isn't one for all pods",
    source: ATTACK,
    policies: ["namespace-default-deny"],
    manifests: [
      namespace("shop"),
      policy("isolation", "shop", {
        podSelector: { matchLabels: SECRET_MARK },
        policyTypes: ["Ingress", "Egress"],
      }),
    ],
    expected: ["namespace-default-deny shop"],
  },
  {
    id: "manifest-pod-beside-a-mark",
    idea: "A pod of the node's network with a label that is Pulumi's mark",
    source: ATTACK,
    policies: ["workload-no-host-network"],
    manifests: [pod("agent", "shop", { hostNetwork: true }, { app: UNKNOWN })],
    expected: ["workload-no-host-network shop/agent"],
  },
];
