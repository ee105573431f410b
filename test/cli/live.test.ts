// Longer than most: the commands against one fake cluster, which all tests share.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as check from "../../cli/check";
import * as explain from "../../cli/explain";
import * as reach from "../../cli/reach";
import { captured } from "../captured";
import { type Answer, FakeApiServer, kubeconfigFor } from "../kube/fakeApiServer";
import { served, type ServedObjects } from "../kube/servedObjects";

const CONTEXT = "k3d-jewelry-dev";
const labelled = (name: string) => ({ app: name });
const namespace = (name: string) => ({ metadata: { name, labels: { "kubernetes.io/metadata.name": name } } });
const owner = (kind: string, name: string) => [
  { apiVersion: "apps/v1", kind, name, uid: `${kind}-${name}`, controller: true },
];
const pod = (name: string, ip: string, ownerReferences?: object[]) => ({
  metadata: { name: `${name}-1`, namespace: "shop", labels: labelled(name), ownerReferences },
  spec: { nodeName: "a", containers: [{ name: "main" }] },
  status: { phase: "Running", podIP: ip, podIPs: [{ ip }] },
});
const deployment = {
  metadata: { name: "web", namespace: "shop", uid: "Deployment-web" },
  spec: {
    selector: { matchLabels: labelled("web") },
    template: { metadata: { labels: labelled("web") }, spec: { containers: [{ name: "main" }] } },
  },
};
const replicaSet = {
  metadata: {
    name: "web-5d4",
    namespace: "shop",
    uid: "ReplicaSet-web-5d4",
    ownerReferences: owner("Deployment", "web"),
  },
  spec: deployment.spec,
};
const onlyWebToDb = {
  metadata: { name: "db", namespace: "shop" },
  spec: {
    podSelector: { matchLabels: labelled("db") },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: labelled("web") } }], ports: [{ port: 5432 }] }],
  },
};

const CORE: readonly ServedObjects[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    resource: "namespaces",
    objects: [namespace("shop"), namespace("ops")],
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    resource: "pods",
    objects: [pod("web", "10.42.0.2", owner("ReplicaSet", "web-5d4")), pod("db", "10.42.0.3")],
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    resource: "networkpolicies",
    objects: [onlyWebToDb],
  },
  { apiVersion: "apps/v1", kind: "Deployment", resource: "deployments", objects: [deployment] },
  { apiVersion: "apps/v1", kind: "ReplicaSet", resource: "replicasets", objects: [replicaSet] },
  { apiVersion: "v1", kind: "Secret", resource: "secrets", refuse: true },
];

const cilium = (more: Partial<ServedObjects>): ServedObjects => ({
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  resource: "ciliumnetworkpolicies",
  ...more,
});

/** CORE with one kind otherwise. */
const with_ = (kind: string, more: Partial<ServedObjects>): readonly ServedObjects[] =>
  CORE.map((one) => (one.kind === kind ? { ...one, ...more } : one));

describe("a running cluster as input: --context", () => {
  let server: FakeApiServer | undefined;
  const folder = mkdtempSync(join(tmpdir(), "palisade-live-"));
  afterEach(() => server?.stop());
  after(() => rmSync(folder, { recursive: true }));

  async function cluster(
    answer: readonly ServedObjects[] | ((method: string, url: string) => Answer | undefined),
  ): Promise<{ context: string; kubeconfig: string }> {
    server?.stop();
    server = new FakeApiServer(typeof answer === "function" ? answer : served(answer));
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, kubeconfigFor(await server.start()));
    return { context: CONTEXT, kubeconfig };
  }
  const asked = async (kinds: readonly ServedObjects[], flags: reach.ReachFlags = {}) => {
    const where = await cluster(kinds);
    return captured(() => reach.run([], { format: "txt", failOn: "unknown", ...where, ...flags }));
  };
  const inside = (stdout: string) => stdout.split("\n").filter((line) => /^shop.* => shop/.test(line));

  it("reads who reaches whom; pods are named by their outermost owner, and what it doesn't need isn't asked for", async () => {
    const { code, stdout, stderr } = await asked(CORE);
    assert.deepEqual(inside(stdout), [
      "shop/db-1[Pod] => shop/web[Deployment] : All Connections",
      "shop/web[Deployment] => shop/db-1[Pod] : TCP 5432",
      "shop/web[Deployment] => shop/web[Deployment] : All Connections",
    ]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(
      server?.requests.filter((one) => one.includes("secrets")),
      [],
    );
  });

  it("reads lists page by page", async () => {
    const pods = Array.from({ length: 1201 }, (_, i) => pod(`p${i}`, `10.42.${4 + (i >> 8)}.${i & 255}`));
    const { code, stdout } = await asked(with_("Pod", { objects: pods }), {
      from: "shop/p1200-1",
      port: "1",
    });
    assert.equal(code, 0);
    assert.match(stdout, /shop\/p1200-1\[Pod\] => shop\/p0-1\[Pod\] : TCP 1\n/);
    assert.deepEqual(
      server?.requests.filter((one) => one.includes("/pods")),
      ["?limit=500", "?limit=500&continue=500", "?limit=500&continue=1000"].map(
        (query) => `GET /api/v1/pods${query}`,
      ),
    );
  });

  it("a list whose rest the server forgot is read again, whole", async () => {
    const pods = Array.from({ length: 600 }, (_, i) => pod(`p${i}`, `10.42.${4 + (i >> 8)}.${i & 255}`));
    const answer = served(with_("Pod", { objects: pods }));
    const where = await cluster((method, url) =>
      url.includes("continue") ? { status: 410, body: { message: "expired" } } : answer(method, url),
    );
    const { code, stdout } = await captured(() =>
      reach.run([], { ...where, format: "txt", from: "shop/p599-1", to: "shop/p0-1" }),
    );
    assert.deepEqual([code, stdout], [0, "shop/p599-1[Pod] => shop/p0-1[Pod] : All Connections\n"]);
  });

  it("without permission for pods there is no answer, but the least role that has all of it", async () => {
    const { code, stdout, stderr } = await asked([...with_("Pod", { refuse: true }), cilium({})]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(
      stderr,
      [
        `error: context ${CONTEXT}: no permission to list pods. Bind this role to whom the context is:`,
        "apiVersion: rbac.authorization.k8s.io/v1",
        "kind: ClusterRole",
        "metadata:",
        "  name: palisade-read",
        "rules:",
        '  - apiGroups: [""]',
        "    resources: [namespaces, pods]",
        "    verbs: [list]",
        "  - apiGroups: [apps]",
        "    resources: [deployments, replicasets]",
        "    verbs: [list]",
        "  - apiGroups: [cilium.io]",
        "    resources: [ciliumnetworkpolicies]",
        "    verbs: [list]",
        "  - apiGroups: [networking.k8s.io]",
        "    resources: [networkpolicies]",
        "    verbs: [list]",
      ]
        .map((line) => `${line}\n`)
        .join("")
        .concat("\n"),
    );
  });

  it("a policy kind that is served counts; one that may not be listed makes everything unknown, and is said", async () => {
    const denies = {
      metadata: { name: "c", namespace: "shop" },
      spec: { endpointSelector: { matchLabels: labelled("web") }, ingress: [{}] },
    };
    const listed = await asked([...CORE, cilium({ objects: [denies] })]);
    assert.equal(listed.code, 3);
    assert.match(listed.stdout, /shop\/db-1\[Pod\] => shop\/web\[Deployment\] : All Connections \(unknown\)/);
    assert.match(listed.stdout, /shop\/web\[Deployment\] => shop\/db-1\[Pod\] : TCP 5432\n/);
    const hidden = await asked([...CORE, cilium({ refuse: true })]);
    assert.equal(hidden.code, 3);
    assert.deepEqual(
      inside(hidden.stdout).filter((line) => !line.endsWith("(unknown)")),
      [],
    );
    assert.match(hidden.stderr, /can't be listed were left out.* \(1: ciliumnetworkpolicies\.cilium\.io\)/);
    assert.match(hidden.stderr, /kind: ClusterRole/);
    const where = await cluster([...CORE, cilium({ refuse: true })]);
    const said = await captured(() => explain.run("shop/web", "shop/db-1", "5432", [], { ...where }));
    assert.match(
      said.stdout,
      /CiliumNetworkPolicy \* \(context k3d-jewelry-dev\) may change this: policies of its kind can't be listed\./,
    );
  });

  it("owners that may not be listed leave pods by their own names, and the answer isn't firm", async () => {
    const { code, stdout, stderr } = await asked(with_("Deployment", { refuse: true }));
    assert.equal(code, 3);
    assert.match(stdout, /shop\/web-5d4\[ReplicaSet\] => shop\/db-1\[Pod\] : TCP 5432\n/);
    assert.match(stderr, /\(1: deployments\.apps\)/);
  });

  it("a group whose server is silent may hide policies; one of metrics doesn't", async () => {
    const stale = (name: string) => (method: string, url: string) => {
      const answer = served(CORE)(method, url);
      if (url !== "/apis") return answer;
      const body = answer?.body as { items: object[] };
      const versions = [{ version: "v3", freshness: "Stale", resources: [] }];
      return { body: { ...body, items: [...body.items, { metadata: { name }, versions }] } };
    };
    for (const [group, expected] of [
      ["projectcalico.org", 3],
      ["metrics.k8s.io", 0],
    ] as const) {
      const where = await cluster(stale(group));
      const { code, stderr } = await captured(() =>
        reach.run([], { format: "txt", failOn: "unknown", ...where }),
      );
      assert.equal(code, expected, group);
      if (expected === 3)
        assert.match(stderr, /all of projectcalico\.org: the server behind it doesn't answer/);
    }
  });

  it("a server that discovers group by group is read as well", async () => {
    const answer = served(CORE);
    const where = await cluster((method, url) => {
      if (url === "/api") return { body: { kind: "APIVersions", versions: ["v1"] } };
      if (url === "/apis") {
        const groups = ["apps", "networking.k8s.io"].map((name) => ({
          name,
          versions: [{ version: "v1" }],
          preferredVersion: { version: "v1" },
        }));
        return { body: { kind: "APIGroupList", groups } };
      }
      const own = CORE.filter(
        ({ apiVersion }) => url === `/api/${apiVersion}` || url === `/apis/${apiVersion}`,
      );
      if (own.length === 0) return answer(method, url);
      return {
        body: { resources: own.map(({ kind, resource }) => ({ name: resource, kind, verbs: ["list"] })) },
      };
    });
    const { code, stdout } = await captured(() => reach.run([], { ...where, format: "txt" }));
    assert.equal(code, 0);
    assert.match(stdout, /shop\/web\[Deployment\] => shop\/db-1\[Pod\] : TCP 5432/);
  });

  describe("what leads to no cluster ends in exit code 2, with its place and a remedy", () => {
    const cases: readonly (readonly [string, (where: reach.ReachFlags) => reach.ReachFlags, RegExp])[] = [
      [
        "no such context",
        (where) => ({ ...where, context: "nope" }),
        /^error: --context nope: kubeconfig: no context nope; there are: k3d-jewelry-dev\. Give one of them/,
      ],
      [
        "no such kubeconfig",
        (where) => ({ ...where, kubeconfig: "/nowhere" }),
        /^error: --context k3d-jewelry-dev: kubeconfig: \/nowhere: no such file/,
      ],
      [
        "--namespace",
        (where) => ({ ...where, namespace: "shop" }),
        /^error: --namespace: is for manifests\. With --context a cluster is read instead\.$/m,
      ],
      [
        "--stack too",
        (where) => ({ ...where, stack: "dev" }),
        /Give one of manifests, --stack and --context/,
      ],
    ];
    for (const [claim, change, expected] of cases) {
      it(claim, async () => {
        const flags = change(await cluster(CORE));
        const { code, stdout, stderr } = await captured(() => reach.run([], flags));
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, expected);
      });
    }

    it("credentials that the server doesn't know", async () => {
      const where = await cluster(() => ({ status: 401, body: { message: "Unauthorized" } }));
      const { code, stderr } = await captured(() => reach.run([], where));
      assert.equal(code, 2);
      assert.match(
        stderr,
        /refuses: Unauthorized\. It doesn't know who is asking: renew the context's credentials/,
      );
    });
  });

  it("check judges what runs, owned objects by their owner", async () => {
    const where = await cluster(CORE);
    const { stdout } = await captured(() => check.run([], { ...where, json: true }));
    const report = JSON.parse(stdout) as {
      judged: number;
      findings: { policy: string; kind?: string; name?: string; file?: string; document?: number }[];
    };
    const denied = report.findings.filter(({ policy }) => policy === "namespace-default-deny");
    assert.deepEqual(
      denied.map(({ name, file, document }) => [name, file, document]),
      ["shop", "ops"].map((name) => [name, `context ${CONTEXT}`, undefined]),
    );
    assert.ok(!report.findings.some(({ kind, name }) => kind === "Pod" && name === "shop/web-1"));
    const again = await cluster(CORE);
    const text = await captured(() => check.run([], again));
    assert.match(text.stdout, /, \d+ objects judged/);
    assert.equal((await captured(() => check.run(["x.yaml"], again))).code, 2);
  });
});
