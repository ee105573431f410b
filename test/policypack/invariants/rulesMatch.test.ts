// Longer than most: every way in which a rule can match nothing.
import { strict as assert } from "node:assert";
import {
  namespace,
  policy,
  type Report,
  run,
  service,
  type TestResource,
  UNKNOWN,
  verdicts,
  workload,
} from "../helpers";

const NAME = "rules-match";
const judge = (...stack: readonly TestResource[]): Report[] => run(stack, {}, { only: NAME });
const silent = (...stack: readonly TestResource[]) => assert.deepEqual(verdicts(judge(...stack)), []);

/** That one finding is there, and what its message says. */
function says(stack: readonly TestResource[], ...texts: readonly RegExp[]): void {
  const reports = judge(...stack);
  assert.equal(reports.length, 1, JSON.stringify(reports.map(({ message }) => message)));
  assert.deepEqual([reports[0]?.level, reports[0]?.undecided], ["advisory", false]);
  for (const text of texts) assert.match(reports[0]?.message ?? "", text);
}

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const ports = (
  ...names: { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
) => ({
  containers: [{ name: "main", ports: names }],
});
const pods = (name: string, namespaceName = "shop", podSpec: object = {}, labels: unknown = { app: name }) =>
  workload("apps/v1:Deployment", podSpec, { name, namespaceName, labels });
const web = (change: object, labels: object = app("web")) =>
  policy("web", { ...labels, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [], ...change });
const from = (...peers: object[]) => web({ ingress: [{ from: peers }] });
const to = (...peers: object[]) => web({ egress: [{ to: peers }] });
const custom = (type: string, props: object): TestResource => ({
  type: `kubernetes:${type}`,
  name: "made",
  props,
});

const SHOP = [namespace(), pods("web"), pods("proxy")];

describe("rules-match: peers", () => {
  it("is silent on pods that are there, by labels, namespace, both, and for everybody", () => {
    silent(
      ...SHOP,
      from(app("proxy"), { podSelector: {} }, inNamespace("shop"), {
        ...inNamespace("shop"),
        ...app("proxy"),
      }),
    );
    silent(...SHOP, web({ ingress: [{}], egress: [{ to: [] }] }));
    silent(...SHOP, from({ ipBlock: { cidr: "10.0.0.0/8" } }));
  });

  it("reports a label that no pod of the namespace has, with the nearest that there is", () => {
    for (const rule of [
      from(app("porxy")),
      to(app("porxy")),
      from({ ...inNamespace("shop"), ...app("porxy") }),
    ])
      says(
        [...SHOP, rule],
        /has a peer that no pod can match/,
        /Remedy: write app: proxy in spec\.(in|e)gress\[0\]\.(from|to)\[0\]\.podSelector\.$/,
      );
    says(
      [...SHOP, from({ podSelector: { matchLabels: { name: "proxy" } } })],
      /none of the 2 workloads that the stack shows in namespace shop has these labels/,
      /write app: proxy in/,
    );
    says([...SHOP, from({ podSelector: { matchLabels: { ap: "proxy" } } })], /write app: proxy in/);
  });

  it("reports pods that are in another namespace, and says which", () => {
    const mon = [namespace("mon"), pods("prometheus", "mon")];
    says(
      [...SHOP, ...mon, from(app("prometheus"))],
      /pods with these labels are in namespace mon/,
      /write \{ namespaceSelector: \{ matchLabels: \{ kubernetes\.io\/metadata\.name: mon \} \}, podSelector: \{ matchLabels: \{ app: prometheus \} \} \} at/,
    );
    silent(...SHOP, ...mon, from({ ...inNamespace("mon"), ...app("prometheus") }));
  });

  it("suggests one peer where a whole namespace stands beside, whose pods the stack doesn't show", () => {
    says(
      [...SHOP, namespace("mon"), from(inNamespace("mon"), app("prom"))],
      /if pods of the namespace beside it were meant, write one peer: from: \[\{ namespaceSelector: \{ matchLabels: \{ kubernetes\.io\/metadata\.name: mon \} \}, podSelector: \{ matchLabels: \{ app: prom \} \} \}\]/,
    );
  });

  it("leaves it to peers-not-split where the stack shows them there, if that blocks", () => {
    const stack = [...SHOP, namespace("mon"), pods("prom", "mon"), from(inNamespace("mon"), app("prom"))];
    silent(...stack);
    const disabled = ["peers-not-split"];
    assert.deepEqual(verdicts(run(stack, {}, { only: NAME, disabled })), [`${NAME} web`]);
  });

  it("reports pods in their node's network only, which no selector matches", () => {
    const agent = pods("agent", "shop", { hostNetwork: true });
    says(
      [...SHOP, agent, from(app("agent"))],
      /names pods in their node's network/,
      /write the nodes' addresses as ipBlock/,
    );
    silent(...SHOP, agent, pods("agent-too", "shop", {}, { app: "agent" }), from(app("agent")));
    assert.deepEqual(
      verdicts(judge(...SHOP, pods("agent", "shop", { hostNetwork: UNKNOWN }), from(app("agent")))),
      [`${NAME} web?`],
    );
  });

  it("reports a namespace that is a typing slip away, and no other that the stack doesn't have", () => {
    const mon = [namespace("monitoring"), pods("prom", "monitoring")];
    says(
      [...SHOP, ...mon, from(inNamespace("monitorng"))],
      /names a namespace that the stack doesn't have/,
      /write \{ matchLabels: \{ kubernetes\.io\/metadata\.name: monitoring \} \} in spec\.ingress\[0\]\.from\[0\]\.namespaceSelector/,
    );
    for (const name of ["kube-system", "ingress-nginx", "monitoring-2", "monitor"])
      silent(...SHOP, ...mon, from({ ...inNamespace(name), ...app("x") }));
    silent(
      namespace("team-a"),
      pods("web", "team-a"),
      policy("p", { podSelector: {}, ingress: [{ from: [inNamespace("team-b")] }] }, "team-a"),
    );
    silent(
      namespace("shop-dev"),
      policy("p", { podSelector: {}, ingress: [{ from: [inNamespace("shop-prod")] }] }, "shop-dev"),
    );
  });

  it("reports a label that a named Namespace doesn't have, and of unnamed ones only a slip", () => {
    const named = {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop", team: "x" } },
    };
    says([...SHOP, from(named)], /the Namespace of that name doesn't have these labels/);
    const team = (value: string) => ({ namespaceSelector: { matchLabels: { team: value } } });
    const teams = [namespace("mon", { team: "platform" })];
    says(
      [...SHOP, ...teams, from(team("platfrom"))],
      /no namespace of the stack matches/,
      /write team: platform in/,
    );
    silent(...SHOP, ...teams, from(team("security")));
    silent(...SHOP, from({ namespaceSelector: {}, ...app("kube-dns") }));
    says(
      [...SHOP, from({ namespaceSelector: {}, ...app("porxy") })].map((one) => one),
      /write app: proxy in/,
    );
  });

  it("is silent where the stack may not show all pods: no workload, what makes others, another cluster", () => {
    const rule = from(app("porxy"));
    silent(namespace(), rule);
    silent(...SHOP, rule, {
      type: "kubernetes:helm.sh/v3:Release",
      name: "chart",
      props: { namespace: "shop" },
    });
    for (const made of [
      custom("helm.toolkit.fluxcd.io/v2:HelmRelease", {
        metadata: { name: "x", namespace: "flux" },
        spec: { targetNamespace: "shop" },
      }),
      custom("helm.toolkit.fluxcd.io/v2:HelmRelease", {
        metadata: { name: "x", namespace: "flux" },
        spec: { targetNamespace: UNKNOWN },
      }),
      custom("argoproj.io/v1alpha1:Application", { metadata: { name: "x", namespace: "argocd" }, spec: {} }),
      custom("postgresql.cnpg.io/v1:Cluster", { metadata: { name: "x", namespace: "shop" } }),
      custom("argoproj.io/v1alpha1:Rollout", { metadata: { name: "x", namespace: "shop" } }),
    ])
      silent(...SHOP, rule, made);
    const elsewhere = custom("postgresql.cnpg.io/v1:Cluster", { metadata: { name: "x", namespace: "db" } });
    says([...SHOP, rule, elsewhere], /write app: proxy in/);
    const other = { ...rule, provider: { name: "other", props: { kubeconfig: "other" } } };
    silent(...SHOP, other);
  });

  it("is silent on labels that a controller adds, on the rule for nobody, and on pods that another policy is for", () => {
    silent(...SHOP, from({ podSelector: { matchLabels: { app: "web", "pod-template-hash": "abc" } } }));
    const nobody = {
      matchExpressions: [
        { key: "x", operator: "Exists" },
        { key: "x", operator: "DoesNotExist" },
      ],
    };
    silent(...SHOP, from({ podSelector: nobody }), to({ namespaceSelector: nobody }));
    silent(...SHOP, to(app("db")), policy("db", { ...app("db"), policyTypes: ["Ingress"] }));
  });

  it("is silent on a direction that policyTypes leaves out, and on patches", () => {
    silent(...SHOP, web({ policyTypes: ["Egress"], ingress: [{ from: [app("porxy")] }] }));
    silent(...SHOP, { ...from(app("porxy")), type: "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch" });
  });

  it("says what isn't known, and calls no unknown label wrong", () => {
    const open = (...stack: TestResource[]) =>
      assert.deepEqual(verdicts(judge(...SHOP, ...stack)), [`${NAME} web?`]);
    open(pods("x", "shop", {}, { app: UNKNOWN }), from(app("porxy")));
    open(pods("x", "shop", {}, UNKNOWN), from(app("porxy")));
    open(
      workload("apps/v1:Deployment", {}, { name: "x", namespaceName: UNKNOWN, labels: { app: "porxy" } }),
      from(app("porxy")),
    );
    open(from({ podSelector: { matchLabels: { app: UNKNOWN } } }));
    open(from({ namespaceSelector: UNKNOWN }));
    open(web({ ingress: UNKNOWN }));
    silent(namespace(), web({ ingress: UNKNOWN }));
  });
});

describe("rules-match: ports", () => {
  const opening = (...list: object[]) => web({ ingress: [{ from: [app("proxy")], ports: list }] });
  const listening = [
    namespace(),
    pods("proxy"),
    pods("web", "shop", ports({ name: "http", containerPort: 8080 })),
  ];

  it("reports a name that no selected pod has, with the nearest", () => {
    silent(...listening, opening({ port: "http" }));
    says(
      [...listening, opening({ port: "htpt" })],
      /opens a port by a name that no pod has: htpt/,
      /write port: http at spec\.ingress\[0\]\.ports\[0\]/,
    );
    says([...listening, opening({ port: "http", protocol: "UDP" })], /write protocol: TCP at/);
    says(
      [...SHOP, opening({ port: "http" })],
      /containers of Deployment shop\/web \(.*\) name none/,
      /write the port's number/,
    );
  });

  it("reports it on egress, by the pods that the rule goes to", () => {
    const going = (peer: object, port: string) =>
      web({ egress: [{ to: [peer], ports: [{ port }] }] }, app("proxy"));
    silent(...listening, going(app("web"), "http"));
    says([...listening, going(app("web"), "https")], /no pod has: https/);
    silent(...listening, going({ namespaceSelector: {}, ...app("web") }, "https"));
    silent(...listening, going({ ipBlock: { cidr: "10.0.0.0/8" } }, "https"));
    silent(...listening, web({ egress: [{ ports: [{ port: "https" }] }] }, app("proxy")));
  });

  it("is silent where one of the pods has it, and says what isn't known", () => {
    const two = policy("all", {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: "http" }] }],
    });
    silent(...listening, two);
    const unknown = pods("web", "shop", { containers: UNKNOWN });
    assert.deepEqual(verdicts(judge(namespace(), pods("proxy"), unknown, opening({ port: "http" }))), [
      `${NAME} web?`,
    ]);
    silent(
      ...listening,
      policy("none", { ...app("nobody"), policyTypes: ["Ingress"], ingress: [{ ports: [{ port: "x" }] }] }),
    );
  });

  const served = (...list: object[]) => service({ selector: { app: "web" }, ports: list });

  it("reports the number of a Service's port where its pods list another", () => {
    for (const target of [8080, "http"])
      says(
        [...listening, served({ port: 80, targetPort: target }), opening({ port: 80 })],
        /opens TCP 80, which is a Service's port and not its pods'/,
        /Service shop\/web \(.*\) leads from 80 to 8080 of Deployment shop\/web/,
        /write port: 8080 at spec\.ingress\[0\]\.ports\[0\]/,
      );
    const egress = web({ egress: [{ to: [app("web")], ports: [{ port: 80 }] }] }, app("proxy"));
    says(
      [...listening, served({ port: 80, targetPort: 8080 }), egress],
      /write port: 8080 at spec\.egress\[0\]/,
    );
  });

  it("is silent where a pod may listen on it: listed, a target, no list, the right one beside, a range", () => {
    silent(...listening, served({ port: 8080 }), opening({ port: 8080 }));
    silent(...listening, served({ port: 80, targetPort: 8080 }), opening({ port: 80 }, { port: 8080 }));
    silent(...listening, served({ port: 80, targetPort: 8080 }), opening({ port: 80, endPort: 8080 }));
    silent(...listening, served({ port: 80, targetPort: 8080 }), opening({ port: 9000 }));
    silent(
      ...listening,
      served({ port: 80, targetPort: 8080 }, { port: 81, targetPort: 80 }),
      opening({ port: 80 }),
    );
    silent(...SHOP, served({ port: 80, targetPort: 8080 }), opening({ port: 80 }));
    const both = pods("web", "shop", ports({ containerPort: 80 }, { containerPort: 8080 }));
    silent(namespace(), pods("proxy"), both, served({ port: 80, targetPort: 8080 }), opening({ port: 80 }));
    silent(
      ...listening,
      service({ selector: { app: "proxy" }, ports: [{ port: 80, targetPort: 8080 }] }),
      opening({ port: 80 }),
    );
  });

  it("says which part of the Service isn't known", () => {
    for (const odd of [
      served({ port: 80, targetPort: UNKNOWN }),
      service({ selector: UNKNOWN, ports: [{ port: 80, targetPort: 8080 }] }),
      service({ selector: { app: UNKNOWN }, ports: [{ port: 80, targetPort: 8080 }] }),
      service({ selector: { app: "web" }, ports: UNKNOWN }),
    ])
      assert.deepEqual(verdicts(judge(...listening, odd, opening({ port: 80 }))), [`${NAME} web?`]);
  });

  it("tells a block that is a Service's address, in egress", () => {
    const block = (cidr: string) => ({ ipBlock: { cidr } });
    const api = service({ clusterIP: "10.43.7.9", externalIPs: ["198.51.100.7"], selector: { app: "api" } });
    for (const cidr of ["10.43.7.9/32", "198.51.100.7/32"])
      says(
        [web({ egress: [{ to: [block(cidr)] }] }), api],
        /ipBlock is within the addresses of Service shop\/web/,
        /name the pods behind by labels/,
      );
    silent(web({ egress: [{ to: [block("10.43.7.10/32"), block("10.43.0.0/16")] }] }), api);
    silent(from(block("10.43.7.9/32")), api);
  });
});
