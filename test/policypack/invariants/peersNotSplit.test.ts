import { strict as assert } from "node:assert";
import { namespace, policy, run, type TestResource, UNKNOWN, verdicts, workload } from "../helpers";

const NAME = "peers-not-split";
const judge = (...stack: readonly TestResource[]) => verdicts(run(stack, {}, { only: NAME }));

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const pods = (name: string, namespaceName: string, labels: unknown = { app: name }) =>
  workload("apps/v1:Deployment", {}, { name: `${name}-${namespaceName}`, namespaceName, labels });
const rule = (...from: object[]) =>
  policy("api", { ...app("api"), policyTypes: ["Ingress"], ingress: [{ from }] }, "app");
const WORLD = [
  namespace("app"),
  namespace("mon", { team: "ops" }),
  pods("api", "app"),
  pods("prom", "mon"),
  pods("debug", "mon"),
];

describe("peers-not-split", () => {
  it("reports a whole namespace beside pods that are there and not in the own one, in either order", () => {
    for (const peers of [
      [inNamespace("mon"), app("prom")],
      [app("prom"), inNamespace("mon")],
      [{ ipBlock: { cidr: "10.0.0.0/8" } }, inNamespace("mon"), app("prom")],
      [{ namespaceSelector: { matchLabels: { team: "ops" } } }, app("prom")],
    ]) {
      const [report, ...others] = run([...WORLD, rule(...peers)], {}, { only: NAME });
      assert.deepEqual([report?.level, others], ["mandatory", []]);
      assert.match(report?.message ?? "", /lets every pod of namespace mon in, by a dash too many/);
      assert.match(
        report?.message ?? "",
        /write one peer: from: \[\{ namespaceSelector: .*, podSelector: \{ matchLabels: \{ app: prom \} \} \}\]/,
      );
    }
  });

  it("reports it on egress", () => {
    const to = [inNamespace("mon"), app("prom")];
    const egress = policy("api", { ...app("api"), policyTypes: ["Egress"], egress: [{ to }] }, "app");
    assert.match(
      run([...WORLD, egress], {}, { only: NAME })[0]?.message ?? "",
      /lets every pod of namespace mon be reached.*write one peer: to: /,
    );
  });

  it("is silent where an OR may be meant", () => {
    for (const [claim, stack] of Object.entries({
      "one peer": [...WORLD, rule({ ...inNamespace("mon"), ...app("prom") })],
      "pods of the own namespace": [...WORLD, pods("prom", "app"), rule(inNamespace("mon"), app("prom"))],
      "pods that nobody has": [...WORLD, rule(inNamespace("mon"), app("other"))],
      "pods that another policy of the own namespace is for": [
        ...WORLD,
        policy("prom", { ...app("prom"), policyTypes: ["Ingress"] }, "app"),
        rule(inNamespace("mon"), app("prom")),
      ],
      "an own namespace of which the stack shows nothing": [
        ...WORLD.filter(({ name }) => name !== "api-app"),
        rule(inNamespace("mon"), app("prom")),
      ],
      "an own namespace with a chart": [
        ...WORLD,
        { type: "kubernetes:helm.sh/v3:Release", name: "chart", props: { namespace: "app" } },
        rule(inNamespace("mon"), app("prom")),
      ],
      "another namespace than theirs": [...WORLD, rule(inNamespace("edge"), app("prom"))],
      "every namespace, which is for another policy": [
        ...WORLD,
        rule({ namespaceSelector: {} }, app("prom")),
      ],
      "two rules": [
        ...WORLD,
        policy(
          "api",
          {
            ...app("api"),
            policyTypes: ["Ingress"],
            ingress: [{ from: [inNamespace("mon")] }, { from: [app("prom")] }],
          },
          "app",
        ),
      ],
    }))
      assert.deepEqual(judge(...stack), [], claim);
  });

  it("reports every namespace, too, where the policy that it is for doesn't", () => {
    const stack = [...WORLD, rule({ namespaceSelector: {} }, app("prom"))];
    const disabled = ["network-policy-no-everyone-ingress"];
    assert.deepEqual(verdicts(run(stack, {}, { only: NAME, disabled })), [`${NAME} api`]);
  });

  it("says what isn't known", () => {
    for (const stack of [
      [...WORLD, pods("x", "app", UNKNOWN), rule(inNamespace("mon"), app("prom"))],
      [...WORLD, rule(inNamespace("mon"), { podSelector: { matchLabels: { app: UNKNOWN } } })],
      [...WORLD, rule({ namespaceSelector: { matchLabels: { team: UNKNOWN } } }, app("prom"))],
      [
        ...WORLD,
        policy("api", { ...app("api"), policyTypes: ["Ingress"], ingress: [{ from: UNKNOWN }] }, "app"),
      ],
    ])
      assert.deepEqual(judge(...stack), [`${NAME} api?`]);
  });
});
