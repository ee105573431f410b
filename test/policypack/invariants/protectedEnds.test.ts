import { strict as assert } from "node:assert";
import {
  block,
  clusterPolicy,
  namespace,
  policy,
  run,
  type TestResource,
  UNKNOWN,
  verdicts,
} from "../helpers";
import { app, from, inNamespace, tcp } from "../shop";

describe("protected-ends", () => {
  const NAME = "protected-ends";
  const ends = [
    {
      name: "the database",
      namespace: "shop",
      labels: { app: "db" },
      ports: ["tcp/5432"],
      from: [
        { labels: { app: "web" } },
        { namespace: "backup", labels: { app: "dump" } },
        { cidr: "10.9.0.0/24" },
      ],
    },
  ];
  const judge = (resource: TestResource) => verdicts(run([resource], { [NAME]: { ends } }, { only: NAME }));
  const db = (ingress: unknown, selector: object = app("db")) =>
    policy("db", { ...selector, policyTypes: ["Ingress"], ingress });
  const admitting = (peer: unknown) => db([{ from: [peer], ports: tcp(5432) }]);

  for (const [claim, resource] of Object.entries({
    "another workload": admitting(app("cart")),
    "every pod of the namespace": admitting({ podSelector: {} }),
    "a whole listed namespace": admitting(inNamespace("backup")),
    "listed labels in another namespace": admitting({ ...inNamespace("other"), ...app("dump") }),
    "listed labels in any namespace": admitting({ namespaceSelector: {}, ...app("dump") }),
    "a wider block": admitting(block("10.9.0.0/16")),
    everyone: db([{ ports: tcp(5432) }]),
    "another workload, by a rule for every port": db([{ from: [app("cart")] }]),
    "another workload, by a policy for all pods": db([from("cart", 5432)], { podSelector: {} }),
    "another workload, to some of its pods": db([from("cart", 5432)], {
      podSelector: { matchLabels: { app: "db", role: "replica" } },
    }),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(resource), [`${NAME} db`]));
  }

  for (const [claim, resource] of Object.entries({
    "who is listed": admitting(app("web")),
    "some of who is listed": admitting({ podSelector: { matchLabels: { app: "web", tier: "a" } } }),
    "a listed namespace's listed pods": admitting({ ...inNamespace("backup"), ...app("dump") }),
    "a part of a listed block": admitting(block("10.9.0.4/32")),
    "another port": db([from("cart", 9187)]),
    "another end": db([from("cart", 5432)], app("cart")),
    "another namespace": policy("db", { ...app("db"), policyTypes: ["Ingress"], ingress: [{}] }, "bank"),
    "no rules": db([]),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(resource), []));
  }

  describe("by policies of tiers", () => {
    const place = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
    const pods = (name: string, label: string) => ({
      pods: { namespaceSelector: place(name), podSelector: { matchLabels: { app: label } } },
    });
    const port = (number: number) => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
    const accepting = (from: object, more: object = {}, spec: object = {}) =>
      clusterPolicy("db", {
        subject: { namespaces: place("shop") },
        ingress: [{ action: "Accept", from: [from], ...port(5432), ...more }],
        ...spec,
      });

    for (const [claim, resource] of Object.entries({
      "another namespace": accepting({ namespaces: place("bank") }),
      "listed labels in another namespace": accepting(pods("bank", "dump")),
      "a whole listed namespace": accepting({ namespaces: place("backup") }),
      everyone: accepting({ namespaces: {} }),
      "another namespace, on every port": accepting({ namespaces: place("bank") }, { protocols: undefined }),
      "another namespace, to its own pods": accepting(
        { namespaces: place("bank") },
        {},
        { subject: pods("shop", "db") },
      ),
      "another namespace, to every pod of the cluster": accepting(
        { namespaces: place("bank") },
        {},
        { subject: { namespaces: {} } },
      ),
    })) {
      it(`reports ${claim}`, () => assert.deepEqual(judge(resource), [`${NAME} db`]));
    }

    for (const [claim, resource] of Object.entries({
      "who is listed": accepting(pods("backup", "dump")),
      "another port": accepting({ namespaces: place("bank") }, port(80)),
      "a rule that denies": accepting({ namespaces: place("bank") }, { action: "Deny" }),
      "a rule that leaves it to NetworkPolicies": accepting(
        { namespaces: place("bank") },
        { action: "Pass" },
      ),
      "the Baseline tier, which NetworkPolicies replace": accepting(
        { namespaces: place("bank") },
        {},
        { tier: "Baseline" },
      ),
      "another end": accepting({ namespaces: place("bank") }, {}, { subject: pods("shop", "web") }),
      "another namespace's pods": accepting(
        { namespaces: place("bank") },
        {},
        { subject: { namespaces: place("mall") } },
      ),
    })) {
      it(`is silent on ${claim}`, () => assert.deepEqual(judge(resource), []));
    }

    it("is silent where a rule before denies the peer", () => {
      const from = [{ namespaces: place("bank") }];
      const ingress = [
        { action: "Deny", from },
        { action: "Accept", from, ...port(5432) },
      ];
      assert.deepEqual(judge(accepting({}, {}, { ingress })), []);
      assert.deepEqual(judge(accepting({}, {}, { ingress: [...ingress].reverse() })), [`${NAME} db`]);
    });

    it("asks for the labels of the namespace, where the subject goes by others, and takes them from the stack", () => {
      const teams = accepting(
        { namespaces: place("bank") },
        {},
        { subject: { namespaces: { matchLabels: { team: "a" } } } },
      );
      const said = (team: string) =>
        verdicts(run([teams, namespace("shop", { team })], { [NAME]: { ends } }, { only: NAME }));
      assert.deepEqual(judge(teams), [`${NAME} db?`]);
      assert.deepEqual(said("a"), [`${NAME} db`]);
      assert.deepEqual(said("b"), []);
    });
  });

  it("names what may admit others as not yet known", () => {
    const other = { podSelector: { matchLabels: { tier: "data" } } };
    for (const resource of [
      db(UNKNOWN),
      admitting(UNKNOWN),
      db([{ from: [app("cart")], ports: tcp(UNKNOWN) }]),
      db([from("cart", "pg")]),
      db([from("cart", 5432)], other),
      policy("db", { ...app("db"), policyTypes: ["Ingress"], ingress: [from("cart", 5432)] }, UNKNOWN),
    ]) {
      assert.deepEqual(judge(resource), [`${NAME} db?`]);
    }
  });
});
