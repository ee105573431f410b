import { strict as assert } from "node:assert";
import { analyze } from "../../../reachability/compute/analysis";
import { readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";
import { SHOP, deployment, namespace, verdictIn } from "./shop";

const policy = (spec: object, home = "shop") => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: home, name: "p" },
  spec: { podSelector: { matchLabels: { app: "web" } }, ...spec },
});
const from = (...peers: readonly object[]) =>
  policy({ policyTypes: ["Ingress"], ingress: [{ from: peers, ports: [{ port: 8080 }] }] });
const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const named = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const labelled = (team: string) => ({ namespaceSelector: { matchLabels: { team } } });

const read = (objects: readonly object[]) =>
  readWorld(sourced([...SHOP, ...objects]), { representatives: "peers" });
const representatives = (objects: readonly object[]) =>
  read(objects).world.workloads.flatMap((one) =>
    one.representative ? [`${one.namespace}/${one.name}`] : [],
  );

/** Peers of the policies of `web`, and the ends that stand for those which no manifest holds; for any CNI. */
const ROWS: readonly (readonly [claim: string, objects: readonly object[], ends: readonly string[]])[] = [
  ["a peer that a workload is needs no other end", [from(app("db"))], []],
  ["a pod of its namespace", [from(app("proxy"))], ["shop/{app=proxy}"]],
  [
    "a pod of a namespace that isn't given",
    [from({ ...named("edge"), ...app("proxy") })],
    ["edge/{app=proxy}"],
  ],
  ["any pod of such a namespace", [from(named("edge"))], ["edge/{other}"]],
  ["a pod of a given namespace", [from({ ...labelled("ops"), ...app("proxy") })], ["ops/{app=proxy}"]],
  [
    "a given namespace without workloads",
    [namespace("edge", { team: "edge" }), from(labelled("edge"))],
    ["edge/{other}"],
  ],
  ["a namespace by labels that none has", [from(labelled("edge"))], ["{team=edge}/{other}"]],
  ["a pod of any namespace", [from({ namespaceSelector: {}, ...app("proxy") })], ["{other}/{app=proxy}"]],
  ["any pod of any namespace is some workload", [from({ namespaceSelector: {} })], []],
  [
    "several namespaces by name",
    [
      from({
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["a", "b"] }],
        },
      }),
    ],
    ["a/{other}", "b/{other}"],
  ],
  [
    "a label that has to be there",
    [from({ podSelector: { matchExpressions: [{ key: "role", operator: "Exists" }] } })],
    ["shop/{role=any}"],
  ],
  ["a node's address is no pod", [from({ ipBlock: { cidr: "10.0.0.0/8" } })], []],
  [
    "peers of a policy that selects nobody",
    [policy({ podSelector: { matchLabels: { app: "x" } }, ingress: [{ from: [app("proxy")] }] })],
    [],
  ],
  [
    "peers of a direction that policyTypes leaves out",
    [policy({ policyTypes: ["Ingress"], egress: [{ to: [app("proxy")] }] })],
    [],
  ],
  [
    "DNS of kube-system",
    [
      policy({
        policyTypes: ["Egress"],
        egress: [
          { to: [{ ...named("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }] },
        ],
      }),
    ],
    ["kube-system/{k8s-app=kube-dns}"],
  ],
  [
    "a hostNetwork pod isn't the peer",
    [deployment("shop", "proxy", { hostNetwork: true }), from(app("proxy"))],
    ["shop/{app=proxy}"],
  ],
];

describe("reachability: peers that policies name and no manifest holds are ends", () => {
  for (const [claim, objects, ends] of ROWS)
    it(claim, () => assert.deepEqual(representatives(objects), ends));

  it("what the policy lets in from them is answered, and nothing else", () => {
    const analysis = analyze(read([from({ ...named("edge"), ...app("proxy") })]).world);
    const proxy = "edge/{app=proxy}[Pod]";
    assert.deepEqual(
      [8080, 9090].map((port) => verdictIn(analysis, proxy, "shop/web", port)),
      ["allowed", "blocked"],
    );
    assert.equal(verdictIn(analysis, "ops/tool", "shop/web", 8080), "blocked");
  });

  it("a namespace that is named and not given is said", () => {
    assert.deepEqual(read([from(named("edge"))]).warnings, [
      "namespaces are referred to but not given; their only label is their name (1: edge)",
    ]);
  });
});
