import { strict as assert } from "node:assert";
import { block, policy, run, type TestResource, UNKNOWN, verdicts } from "../helpers";
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
