import { strict as assert } from "node:assert";
import { COMPLIANT, freshPack, policy, run, type TestResource, UNKNOWN, workload } from "./helpers";

const POLICY = "workload-no-host-network";
const EXPIRED = "exemption-expired";
const TERMS = { until: "2026-12-31", reason: "reads interfaces", owner: "team-platform" };
const ALLOWED = { codeExemptions: { policies: [POLICY] } };

const agent = workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "agent" });
const output = (terms: unknown, name = POLICY) =>
  `palisade:exemption:${name}::${typeof terms === "string" ? terms : JSON.stringify(terms)}`;
const byOption = (terms: unknown, name?: string): TestResource => ({
  ...agent,
  secretOutputs: [output(terms, name)],
});
function byAnnotation(terms: unknown, name = POLICY): TestResource {
  const { metadata, ...props } = agent.props as { metadata: object };
  const annotations = {
    [`exempt.palisade.dev/${name}`]: typeof terms === "string" ? terms : JSON.stringify(terms),
  };
  return { ...agent, props: { ...props, metadata: { ...metadata, annotations } } };
}

/** `policy level: message` of what is said. */
const judge = (one: TestResource, settings: object = ALLOWED, only: readonly string[] = [POLICY, EXPIRED]) =>
  run([...COMPLIANT, one], { settings }, { only, pack: freshPack() }).map(
    ({ policy: name, level, message }) => `${name} ${level}: ${message}`,
  );
const heads = (said: readonly string[]) => said.map((one) => one.split(":")[0]).sort();
const BOTH = [`${EXPIRED} mandatory`, `${POLICY} mandatory`];

describe("policy pack: exemptions in code", () => {
  for (const [how, beside] of Object.entries({
    "a resource option": byOption,
    "an annotation": byAnnotation,
  })) {
    it(`${how} exempts where the configuration lets code do it, and is told`, () => {
      assert.deepEqual(judge(beside(TERMS)), [
        `${EXPIRED} advisory: The exemption from ${POLICY} beside agent in code (team-platform: reads interfaces) covers 1 violation until 2026-12-31.`,
      ]);
    });

    it(`${how} has no effect by default, or where another policy is listed: the violation stands`, () => {
      for (const settings of [{}, { codeExemptions: { policies: ["rds-private"] } }]) {
        const said = judge(beside(TERMS), settings);
        assert.deepEqual(heads(said), BOTH);
        assert.match(
          said.join("\n"),
          /has no effect, because the configuration doesn't let code exempt from it/,
        );
      }
    });

    it(`${how} that has expired is told with the violation; on its last day it still holds`, () => {
      assert.deepEqual(heads(judge(beside({ ...TERMS, until: "2026-11-22" }))), [`${EXPIRED} advisory`]);
      assert.deepEqual(heads(judge(beside({ ...TERMS, until: "2026-11-21" }))), BOTH);
    });

    it(`${how} without a reason, an owner or a last day, or with something else, exempts nothing`, () => {
      const { until, reason, owner } = TERMS;
      for (const [wrong, message] of [
        [{ until, owner }, /reason: is missing/],
        [{ until, reason }, /owner: is missing/],
        [{ reason, owner }, /until: is missing/],
        [{ ...TERMS, reason: " " }, /reason: must not be empty/],
        [{ ...TERMS, until: "2026-02-30" }, /until: "2026-02-30" isn't a date/],
        [{ ...TERMS, labels: {} }, /has no property "labels"/],
        ["because", /is "because"; write \{"until"/],
        ["[]", /is \[\]; write a map/],
        ["null", /is "null"; write/],
      ] as const) {
        const said = judge(beside(wrong));
        assert.deepEqual([...new Set(heads(said))], BOTH, JSON.stringify(wrong));
        assert.match(said.join("\n"), message);
      }
    });

    it(`${how} can't reach further ahead than the configuration lets it`, () => {
      const far = { ...TERMS, until: "2027-02-21" };
      assert.match(
        judge(beside(far)).join("\n"),
        /until: 2027-02-21 is more than 90 days away; write 2027-02-20/,
      );
      assert.deepEqual(heads(judge(beside(far))), BOTH);
      const longer = { codeExemptions: { policies: [POLICY], days: 91 } };
      assert.deepEqual(heads(judge(beside(far), longer)), [`${EXPIRED} advisory`]);
    });

    it(`${how} that names no policy is told with the nearest name, and one that nothing needs is told`, () => {
      assert.match(
        judge(beside(TERMS, `${POLICY}s`)).join("\n"),
        /did you mean "workload-no-host-network"\?/,
      );
      const settings = { codeExemptions: { policies: ["rds-private"] } };
      const unused = judge(beside(TERMS, "rds-private"), settings, [EXPIRED]);
      assert.deepEqual(heads(unused), [`${EXPIRED} mandatory`]);
      assert.match(unused.join("\n"), /covers no violation/);
    });
  }

  it("an annotation that isn't known yet exempts nothing", () => {
    assert.deepEqual(heads(judge(byAnnotation(UNKNOWN))), BOTH);
  });

  it("holds for its resource alone, and for its policy alone", () => {
    const other = workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "other" });
    const reports = run(
      [...COMPLIANT, byOption(TERMS), other],
      { settings: ALLOWED },
      { only: POLICY, pack: freshPack() },
    );
    assert.deepEqual(
      reports.map(({ urn }) => urn?.split("::").at(-1)),
      ["other"],
    );
    const open = policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] });
    const exempted = { ...open, secretOutputs: [output(TERMS)] };
    const only = "network-policy-no-everyone-ingress";
    assert.deepEqual(
      run([...COMPLIANT, exempted], { settings: ALLOWED }, { only, pack: freshPack() }).map(
        ({ level }) => level,
      ),
      ["mandatory"],
    );
  });

  it("exempts from no report about exemptions or the settings", () => {
    const settings = { codeExemptions: { policies: [EXPIRED, "settings"] } };
    const said = judge(byOption({ ...TERMS, until: "2026-11-21" }, EXPIRED), settings);
    assert.deepEqual(heads(said), BOTH);
  });
});
