// Longer than most: each case has its manifests beside it.
import { strict as assert } from "node:assert";
import { fortyPolicies } from "./fortyPolicies";
import { importOfObjects, linesOf, unexplained } from "./importing";
import { DNS_RULE, policy, workload } from "./teams";

const app = (name: string) => ({ matchLabels: { app: name } });
const deny = (namespace: string) =>
  policy(namespace, "deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const ingress = (
  namespace: string,
  name: string,
  from: readonly object[],
  port: number | string = 80,
): object =>
  policy(namespace, `${name}-in`, {
    podSelector: app(name),
    policyTypes: ["Ingress"],
    ingress: [{ from, ports: [{ port }] }],
  });
const egress = (namespace: string, name: string, to: readonly object[], port = 80): object =>
  policy(namespace, `${name}-out`, {
    podSelector: app(name),
    policyTypes: ["Egress"],
    egress: [{ to, ports: [{ port }] }, DNS_RULE],
  });
const pods = (name: string) => ({ podSelector: app(name) });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

/** Web and api of shop, isolated, web's flow to api. */
const shop = (...more: readonly object[]): object[] => [
  workload("shop", "web", { app: "web" }, []),
  workload("shop", "api", { app: "api" }, []),
  deny("shop"),
  egress("shop", "web", [pods("api")]),
  ingress("shop", "api", [pods("web")]),
  policy("shop", "api-dns", { podSelector: app("api"), policyTypes: ["Egress"], egress: [DNS_RULE] }),
  ...more,
];

const messagesOf = ({ plan }: ReturnType<typeof importOfObjects>) =>
  plan.unexpressed.map(({ place, message, ends }) => {
    const where = place
      .map((part) => ("subject" in part ? part.subject : "path" in part ? part.path.join(".") : ""))
      .filter((text) => text !== "");
    return `${where.join(" ")}: ${message} (${ends.join(", ")})`;
  });

describe("what an import proposes", () => {
  it("imports forty policies in eight namespaces to the same relation, with nothing that can't be said", () => {
    const imported = importOfObjects(fortyPolicies());
    const { plan, proof } = imported;
    const policies = imported.input.world.written;
    assert.deepEqual([policies.length, new Set(policies.map(({ namespace }) => namespace)).size], [40, 8]);
    assert.deepEqual(
      [
        proof.verdict,
        linesOf(proof.wider),
        linesOf(proof.narrower),
        proof.problems,
        plan.unexpressed,
        plan.kept,
        plan.leftOut,
      ],
      ["identical", [], [], [], [], [], []],
    );
    assert.deepEqual(
      plan.applications.map(({ application: { name, owner } }) => `${name} of ${owner}`),
      [
        "api of TODO",
        "catalog of TODO",
        "jobs of TODO",
        "mail of TODO",
        "ordering of ordering",
        "payments of TODO",
        "search of TODO",
        "web of TODO",
      ],
    );
  });

  it("names what admits everyone, with the place of the rule, and writes no flow for it", () => {
    const open = policy("shop", "open", {
      podSelector: app("web"),
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ port: 80 }] }],
    });
    const imported = importOfObjects(shop(open));
    assert.deepEqual(messagesOf(imported), [
      "NetworkPolicy shop/open spec.ingress.0: admits everyone, and no flow may come from everyone (shop/web[Deployment])",
    ]);
    assert.equal(imported.proof.verdict, "narrower");
    assert.deepEqual(unexplained(imported), []);
  });

  it("keeps what nobody isolates open where a flow names it, and says so of what is open in one direction", () => {
    const loose = [workload("shop", "loose", { app: "loose" }, [])];
    const without = shop().filter((one) => !JSON.stringify(one).includes('"deny"'));
    const imported = importOfObjects([...without, ...loose, egress("shop", "api", [pods("loose")])]);
    assert.deepEqual(
      imported.plan.applications.map(({ observed }) => observed),
      [["loose"]],
    );
    assert.deepEqual(messagesOf(imported), [
      "shop/web: no policy isolates ingress, so all is open that the other side admits (shop/web[Deployment])",
    ]);
    assert.deepEqual([linesOf(imported.proof.wider), unexplained(imported)], [[], []]);
  });

  it("calls pods that one label tells apart workloads, and those that policies tell apart besides, instances", () => {
    const kinds = ["read", "write"].map((instance) =>
      workload("bank", `bank-${instance}`, { app: "bank", instance }, []),
    );
    const job = workload("bank", "report", { app: "report" }, []);
    const same = workload("bank", "report-weekly", { app: "report" }, []);
    const only = policy("bank", "write-in", {
      podSelector: { matchLabels: { app: "bank", instance: "write" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [pods("report")], ports: [{ port: 80 }] }],
    });
    const imported = importOfObjects([
      ...kinds,
      job,
      same,
      deny("bank"),
      only,
      egress("bank", "report", [pods("bank")]),
      ingress("bank", "bank", [pods("bank")], 81),
      policy("bank", "dns", { podSelector: {}, policyTypes: ["Egress"], egress: [DNS_RULE] }),
    ]);
    const [one] = imported.plan.applications;
    assert.deepEqual(one?.application.workloads, {
      bank: {
        labels: { app: "bank" },
        instances: { read: { instance: "read" }, write: { instance: "write" } },
        ports: { http: "tcp/80" },
      },
      report: { labels: { app: "report" } },
    });
    assert.deepEqual(
      one.application.flows.map(({ from, to }) => [from, to]),
      [["report", "bank/write"]],
    );
    assert.deepEqual(linesOf(imported.proof.wider), []);
    assert.deepEqual(imported.plan.oneSided.map(({ flow, closed }) => `${flow}: no ${closed}`).sort(), [
      "bank/read → bank/read: no egress",
      "bank/read → bank/write: no egress",
      "bank/write → bank/read: no egress",
      "bank/write → bank/write: no egress",
      "report → bank/read: no ingress",
    ]);
  });

  it("leaves out, and names, pods without a label that tells them apart", () => {
    const bare = workload("shop", "bare", { tier: "back" }, []);
    const imported = importOfObjects(
      shop(
        bare,
        policy("shop", "bare-in", {
          podSelector: { matchLabels: { tier: "back" } },
          ingress: [{ from: [pods("web")] }],
        }),
      ),
    );
    assert.deepEqual(messagesOf(imported), [
      "shop/bare[Deployment]: is left out: its pods have no label app, which tells the namespace's other workloads apart (shop/bare[Deployment])",
    ]);
    assert.deepEqual([linesOf(imported.proof.wider), unexplained(imported)], [[], []]);
  });

  it("recognises the platform by its labels or usual namespaces, and leaves its namespaces' own policies as they are", () => {
    const prometheus = {
      ...inNamespace("observability"),
      podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
    };
    const operator = {
      ...inNamespace("operators"),
      podSelector: { matchLabels: { "app.kubernetes.io/name": "postgres-operator" } },
    };
    const dns = {
      to: [
        {
          ...inNamespace("openshift-dns"),
          podSelector: {
            matchLabels: { "dns.operator.openshift.io/daemonset-dns": "default", app: "coredns" },
          },
        },
      ],
      ports: [{ port: 53, protocol: "UDP" }, { port: 53 }],
    };
    const objects = shop(
      ingress("shop", "web", [prometheus], 9113),
      policy("shop", "web-traefik", {
        podSelector: app("web"),
        ingress: [{ from: [inNamespace("traefik")], ports: [{ port: 80 }] }],
      }),
      policy("shop", "api-operator", {
        podSelector: app("api"),
        ingress: [{ from: [operator], ports: [{ port: 80 }] }],
      }),
      deny("observability"),
      workload(
        "openshift-dns",
        "dns",
        { app: "coredns", "dns.operator.openshift.io/daemonset-dns": "default" },
        [],
      ),
    ).map(
      (one) =>
        JSON.parse(JSON.stringify(one).replaceAll(JSON.stringify(DNS_RULE), JSON.stringify(dns))) as object,
    );
    const { plan, proof } = importOfObjects(objects);
    assert.deepEqual(plan.cluster, {
      dns: {
        namespace: "openshift-dns",
        pods: { app: "coredns", "dns.operator.openshift.io/daemonset-dns": "default" },
      },
      platform: {
        ingress: { namespace: "traefik", pods: "every-pod" },
        monitoring: { namespace: "observability", pods: { "app.kubernetes.io/name": "prometheus" } },
        "postgres-operator": {
          namespace: "operators",
          pods: { "app.kubernetes.io/name": "postgres-operator" },
        },
      },
    });
    assert.deepEqual(plan.kept, [
      { namespace: "observability", because: "monitoring of the platform runs there" },
    ]);
    assert.equal(proof.verdict, "identical");
    assert.equal(plan.applications[0]?.application.workloads["web"]?.metrics, "tcp/9113");
  });

  it("leaves the cluster's own namespaces as they are", () => {
    const { plan, proof } = importOfObjects([
      workload("default", "web", { app: "web" }, []),
      ingress("default", "web", [pods("web")]),
    ]);
    assert.deepEqual(plan.kept, [
      { namespace: "default", because: "it belongs to the cluster, so no application can be placed in it" },
    ]);
    assert.equal(proof.verdict, "nothing");
  });

  it("never takes names of the input for code: hostile labels, names and comments stay texts", () => {
    const odd = `x");process.exit(1);//`;
    const objects = [
      workload("shop", "web", { app: "constructor" }, []),
      workload("shop", "api", { app: "toString" }, []),
      workload("shop", "db", { app: "UPPER_case.x" }, []),
      deny("shop"),
      {
        ...policy("shop", "db-in", {
          podSelector: app("UPPER_case.x"),
          ingress: [{ from: [pods("constructor"), pods("toString")], ports: [{ port: 80 }] }],
        }),
        metadata: {
          name: "db-in",
          namespace: "shop",
          annotations: { description: `${odd} \`\${process.exit(1)}\` */ why` },
        },
      },
      policy("shop", "out", {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: [pods("UPPER_case.x")], ports: [{ port: 80 }] }, DNS_RULE],
      }),
    ];
    const imported = importOfObjects(objects);
    assert.deepEqual(
      [imported.proof.verdict, imported.proof.problems, imported.plan.unexpressed],
      ["identical", [], []],
    );
    const workloads = imported.plan.applications[0]?.application.workloads ?? {};
    assert.deepEqual(Object.keys(workloads).sort(), ["tostring", "upper-case-x", "web"]);
  });
});
