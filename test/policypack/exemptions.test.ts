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
const judge = (exemptions: readonly object[], namespaceName = "shop") =>
  verdicts(
    run(
      [...COMPLIANT, workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "agent", namespaceName })],
      { settings: { exemptions } },
      { only: [POLICY, EXPIRED], pack: freshPack() },
    ),
  );

describe("policy pack: exemptions", () => {
  it("cover one policy's violation on one resource, or in one namespace", () => {
    assert.deepEqual(judge([]), [`${POLICY} agent`]);
    assert.deepEqual(judge([entry({ resource: "agent" })]), []);
    assert.deepEqual(judge([entry({ namespace: "shop" })]), []);
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
    ]) {
      const found = judge([entry(wrong)]);
      assert.ok(found.includes(`${POLICY} agent`) && found.some((one) => one.startsWith("settings")));
    }
  });
});
