import { strict as assert } from "node:assert";
import { block, DNS, INTERNET, namespace, policy, run, UNKNOWN, verdicts } from "../helpers";

const NAME = "kubernetes.io/metadata.name";
const pods = (name: string, labels?: object) => ({
  namespaceSelector: { matchLabels: { [NAME]: name } },
  ...(labels && { podSelector: { matchLabels: labels } }),
});
const NGINX = pods("ingress-nginx", { app: "nginx" });
const PORTS = [{ protocol: "TCP", port: 8080 }];

const border = {
  namespace: "shop",
  ingress: [
    { namespace: "ingress-nginx", labels: { app: "nginx" }, ports: ["tcp/8080"], pods: { app: "web" } },
    { namespace: "bank", ports: ["tcp/8080-8090"] },
    { cidr: "203.0.113.0/24", ports: ["tcp/8080"] },
  ],
  egress: [
    { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: ["udp/53", "tcp/53"] },
    { cidr: "169.254.20.10/32", ports: ["udp/53", "tcp/53"] },
    { cidr: "10.20.0.0/24", ports: ["tcp/5432"] },
    { internet: true, ports: ["tcp/80"], pods: { app: "web" } },
    { internet: true, ports: ["tcp/443"], pods: { app: "web" } },
  ],
};

const judged = (spec: object, borders: readonly object[] = [border], where: unknown = "shop") => {
  const full = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress", "Egress"], ...spec };
  const stack = [namespace(), policy("web", full, where)];
  return verdicts(run(stack, { "tenant-isolation": { borders } }, { only: "tenant-isolation" }));
};
const from = (...peers: unknown[]) => ({ ingress: [{ from: peers, ports: PORTS }] });
const to = (peers: unknown[], ...ports: unknown[]) => ({ egress: [{ to: peers, ports }] });
const CROSSED = ["tenant-isolation web"];

describe("tenant-isolation: a namespace's border", () => {
  it("is silent on what is listed, on the namespace's own pods, and where no border is configured", () => {
    const inside = { podSelector: { matchLabels: { app: "x" } } };
    const listed = {
      ...from(NGINX, pods("bank", { app: "any" }), block("203.0.113.7/32"), inside, pods("shop")),
      egress: [DNS, { to: [INTERNET], ports: [{ port: 80 }, { port: 443 }] }, { to: [inside] }],
    };
    assert.deepEqual(judged(listed), []);
    assert.deepEqual(judged({ ...from(pods("other")) }, []), []);
    assert.deepEqual(judged({ ...from(pods("other")) }, [{ ...border, namespace: "bank" }]), []);
    assert.deepEqual(judged({ policyTypes: ["Egress"], ...from(pods("other")) }), []);
  });

  const crossed: readonly (readonly [string, object])[] = [
    ["another namespace", from(pods("other", { app: "nginx" }))],
    [
      "a namespace beside a listed one",
      from({
        namespaceSelector: { matchExpressions: [{ key: NAME, operator: "In", values: ["bank", "other"] }] },
      }),
    ],
    ["every pod of a namespace of which some are listed", from(pods("ingress-nginx"))],
    ["other pods of it", from(pods("ingress-nginx", { app: "debug" }))],
    ["a wider block", from(block("203.0.112.0/23"))],
    ["the listed peer on another port", { ingress: [{ from: [NGINX], ports: [{ port: 22 }] }] }],
    [
      "the listed peer on more ports",
      { ingress: [{ from: [NGINX], ports: [{ port: 8080, endPort: 8081 }] }] },
    ],
    ["the listed peer on every port", { ingress: [{ from: [NGINX] }] }],
    ["the listed peer on a port by name", { ingress: [{ from: [NGINX], ports: [{ port: "http" }] }] }],
    ["the listed peer to all pods", { podSelector: {}, ...from(NGINX) }],
    ["the listed peer to other pods", { podSelector: { matchLabels: { app: "db" } }, ...from(NGINX) }],
    ["a private address as the internet", to([block("10.9.0.0/24")], { port: 443 })],
    ["link-local addresses as the internet", to([block("169.254.0.0/24")], { port: 443 })],
    ["a neighbour of a listed address", to([block("10.20.0.0/23")], { port: 5432 })],
    [
      "pods of every namespace by their labels",
      to([{ namespaceSelector: {}, podSelector: { matchLabels: { app: "x" } } }], { port: 1 }),
    ],
  ];
  for (const [what, spec] of crossed) {
    it(`reports ${what}`, () => assert.deepEqual(judged(spec), CROSSED));
  }

  it("admits nobody where the list is empty", () => {
    const closed = { namespace: "shop", ingress: [], egress: [] };
    assert.deepEqual(judged(from(NGINX), [closed]), CROSSED);
  });

  it("says what isn't known yet, and still reports what is", () => {
    assert.deepEqual(judged(from(UNKNOWN)), ["tenant-isolation web?"]);
    assert.deepEqual(judged(from({ namespaceSelector: { matchLabels: { [NAME]: UNKNOWN } } })), [
      "tenant-isolation web?",
    ]);
    assert.deepEqual(judged({ ingress: [{ from: [NGINX], ports: UNKNOWN }] }), ["tenant-isolation web?"]);
    assert.deepEqual(judged(from(UNKNOWN, pods("other"))), ["tenant-isolation web", "tenant-isolation web?"]);
    assert.deepEqual(
      judged({ ingress: [{ from: [pods("other")], ports: [{ port: UNKNOWN }, { port: 1 }] }] }),
      ["tenant-isolation web", "tenant-isolation web?"],
    );
  });

  it("refuses a border of which somebody is nobody or everybody", () => {
    const wrong = [
      { ports: ["tcp/1"] },
      { namespace: "a", cidr: "10.0.0.0/8", ports: ["tcp/1"] },
      { namespace: "a", labels: {}, ports: ["tcp/1"] },
      { namespace: "a", ports: [] },
    ];
    for (const one of wrong) {
      const reports = run(
        [namespace()],
        { "tenant-isolation": { borders: [{ namespace: "shop", ingress: [one], egress: [] }] } },
        { only: "tenant-isolation" },
      );
      assert.match(reports[0]?.message ?? "", /^The configuration of the policy tenant-isolation is wrong/);
    }
  });
});
