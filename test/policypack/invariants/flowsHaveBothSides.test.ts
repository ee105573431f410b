import { strict as assert } from "node:assert";
import { DNS, policy, run, UNKNOWN } from "../helpers";
import { app, deployment, from, judgeBy, of, shop, to } from "../shop";

describe("flows-have-both-sides", () => {
  const NAME = "flows-have-both-sides";
  const judge = judgeBy(NAME);

  for (const workloads of [[], [deployment("web"), deployment("db")]]) {
    const how = workloads.length > 0 ? "between workloads" : "between what policies name";
    it(`is silent where both sides are there, ${how}`, () =>
      assert.deepEqual(judge(shop({}, ...workloads)), []));
    it(`reports an egress that no ingress admits, ${how}`, () => {
      assert.deepEqual(judge(shop({ db: { ingress: [] } }, ...workloads)), [`${NAME} web`]);
      assert.deepEqual(judge(shop({ db: { ingress: [from("web", 5433)] } }, ...workloads)), [
        `${NAME} db`,
        `${NAME} web`,
      ]);
    });
    it(`reports an ingress that no egress reaches, ${how}`, () => {
      assert.deepEqual(judge(shop({ web: { egress: [DNS] } }, ...workloads)), [`${NAME} db`]);
    });
    it(`names what isn't known of the other side, ${how}`, () => {
      assert.deepEqual(judge(shop({ db: { ingress: UNKNOWN } }, ...workloads)), [
        `${NAME} db?`,
        `${NAME} web?`,
      ]);
    });
  }

  it("reports one port of two, and says which end and port", () => {
    const [report] = run(shop({ web: { egress: [DNS, to("db", 5432, 8008)] } }), {}, { only: NAME });
    assert.match(report?.message ?? "", /reach the pods of NetworkPolicy shop\/db \(.*\) on TCP 8008/);
  });

  it("resolves a port's name by the pods that listen", () => {
    const named = deployment("db", { containers: [{ ports: [{ name: "pg", containerPort: 5432 }] }] });
    const other = deployment("db", { containers: [{ ports: [{ name: "pg", containerPort: 5433 }] }] });
    const change = { db: { ingress: [from("web", "pg")] } };
    assert.deepEqual(judge(shop(change, deployment("web"), named)), []);
    assert.deepEqual(judge(shop(change, deployment("web"), other)), [`${NAME} db`, `${NAME} web`]);
  });

  it("is silent where the other end isn't isolated, isn't here, or is a whole neighbourhood", () => {
    assert.deepEqual(judge([of("web", { egress: [to("db", 5432)] }), deployment("db")]), []);
    assert.deepEqual(judge([of("web", { egress: [to("elsewhere", 5432)] })]), []);
    const wide = { egress: [{ to: [{ podSelector: {} }] }] };
    assert.deepEqual(judge(shop({ web: wide, db: { ingress: [] } })), []);
  });

  it("counts another policy's side", () => {
    const more = policy("more", { ...app("db"), policyTypes: ["Ingress"], ingress: [from("web", 5432)] });
    assert.deepEqual(judge(shop({ db: { ingress: [] } }, more)), []);
  });
});
