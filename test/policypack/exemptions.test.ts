import { strict as assert } from "node:assert";
import { COMPLIANT, freshPack, run, UNKNOWN, verdicts, workload } from "./helpers";

const POLICY = "workload-no-host-network";
const EXPIRED = "exemption-expired";
const entry = (change: object) => ({
  policy: POLICY,
  until: "2026-12-31",
  reason: "r",
  owner: "o",
  ...change,
});
/** What is said of one that covers something. */
const IN_FORCE = / covers \d+ violations? until /;
const judge = (exemptions: readonly object[], namespaceName = "shop") =>
  verdicts(
    run(
      [...COMPLIANT, workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "agent", namespaceName })],
      { settings: { exemptions } },
      { only: [POLICY, EXPIRED], pack: freshPack() },
    ).filter(({ message }) => !IN_FORCE.test(message)),
  );

describe("policy pack: exemptions", () => {
  it("cover one policy's violation on one resource, or in one namespace", () => {
    assert.deepEqual(judge([]), [`${POLICY} agent`]);
    assert.deepEqual(judge([entry({ resource: "agent" })]), []);
    assert.deepEqual(judge([entry({ namespace: "shop" })]), []);
  });

  it("are told as advice while they are in force, with what they cover", () => {
    const settings = { exemptions: [entry({ namespace: "shop" })] };
    const agents = ["agent", "logs"].map((name) =>
      workload("apps/v1:DaemonSet", { hostNetwork: true }, { name }),
    );
    const said = run([...COMPLIANT, ...agents], { settings }, { only: [POLICY, EXPIRED], pack: freshPack() });
    assert.deepEqual(
      said.map(({ policy, level, message }) => `${policy} ${level}: ${message}`),
      [
        `${EXPIRED} advisory: The exemption from ${POLICY} for the namespace shop (o: r) covers 2 violations until 2026-12-31.`,
      ],
    );
  });

  it("hold to the end of their last day, and are reported afterwards with the violation", () => {
    assert.deepEqual(judge([entry({ resource: "agent", until: "2026-11-22" })]), []);
    assert.deepEqual(judge([entry({ resource: "agent", until: "2026-11-21" })]), [
      `${EXPIRED} -`,
      `${POLICY} agent`,
    ]);
  });

  it("are reported where nothing needs them: another resource, namespace or policy", () => {
    for (const change of [
      { resource: "other" },
      { namespace: "other" },
      { resource: "agent", policy: "rds-private" },
    ]) {
      assert.deepEqual(judge([entry(change)]), [`${EXPIRED} -`, `${POLICY} agent`]);
    }
  });

  it("cover no namespace that isn't known yet", () => {
    assert.deepEqual(judge([entry({ namespace: "shop" })], UNKNOWN), [`${EXPIRED} -`, `${POLICY} agent`]);
  });

  it("exempt nothing where they are wrong: no day, or neither resource nor namespace", () => {
    for (const wrong of [
      { resource: "agent", until: "soon" },
      {},
      { resource: "agent", namespace: "shop" },
      // An exemption is of a resource or a namespace: labels would be read as narrowing it, and narrow nothing.
      { namespace: "shop", labels: { app: "other" } },
    ]) {
      const found = judge([entry(wrong)]);
      assert.ok(found.includes(`${POLICY} agent`) && found.some((one) => one.startsWith("settings")));
    }
  });
});
