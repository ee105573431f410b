import { strict as assert } from "node:assert";
import { defaultConfig } from "../../../policypack/policyConfig";
import { exactlyDeclared } from "../../../policypack/invariants/exactlyDeclared";
import { settingsSchema } from "../../../policypack/settings";
import { reveal, UNKNOWN_VALUE } from "../../../policypack/values/reveal";
import type { PlannedResource } from "../../../proof";
import { UNKNOWN } from "../../../kubernetes";
import { planOn, POLICY } from "../../proof/everyEnd";

/** A plan's resources as the engine tells them. */
const told = (plan: readonly PlannedResource[]) =>
  plan.map(({ urn, type, name, parent, outputs, propertyDependencies }) => ({
    urn,
    type,
    name,
    parent,
    props: wire(outputs),
    provider: {
      urn: "urn:pulumi:dev::p::pulumi:providers:kubernetes::lab",
      name: "lab",
      props: reveal({}),
    },
    propertyDependencies,
  }));

/** The pack's reading, with what isn't known as that. */
function wire(value: unknown): ReturnType<typeof reveal> {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return { kind: "list", items: value.map(wire) };
  if (typeof value !== "object" || value === null) return reveal(value);
  return { kind: "map", entries: new Map(Object.entries(value).map(([key, inner]) => [key, wire(inner)])) };
}

const judge = (plan: readonly PlannedResource[]) =>
  exactlyDeclared.judge(
    [],
    {},
    {
      settings: defaultConfig(settingsSchema),
      today: "2026-01-01",
      resources: told(plan),
    },
  );

const PLAN = planOn("calico");
const changed = (name: string, spec: object): PlannedResource[] =>
  PLAN.map((one) =>
    one.type === POLICY && one.name.endsWith(name)
      ? { ...one, outputs: { ...one.outputs, spec }, inputs: { ...one.inputs, spec } }
      : one,
  );

describe("exactly-declared", () => {
  it("is silent where what is declared is open and nothing else", () => {
    assert.deepEqual(judge(PLAN), []);
  });

  it("is silent on a stack without applications of ours", () => {
    assert.deepEqual(judge(PLAN.filter(({ type }) => type === POLICY)), []);
  });

  it("names what opens more, and a declared flow that isn't open, on the application", () => {
    const open = { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Egress"], egress: [{}] };
    const findings = judge(changed("db-egress", open));
    assert.ok(findings.length > 0);
    for (const finding of findings) {
      assert.ok(finding.kind === "violation");
      assert.equal(finding.title, "application lab/shop");
      assert.equal(finding.namespace, "shop");
      assert.match(finding.evidence, /NetworkPolicy shop\/db-egress spec\.egress\[0\]/);
    }
    const gone = judge(PLAN.filter(({ name }) => !name.endsWith("/db-ingress")));
    assert.ok(
      gone.some(
        (one) =>
          one.kind === "violation" &&
          one.wrong.startsWith("declares a flow that isn't open: web → db tcp/5432"),
      ),
    );
  });

  it("is undecided, and never silent, where part of a policy or of the declaration isn't known", () => {
    const unknown = judge(
      changed("db-egress", {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Egress"],
        egress: [{ to: UNKNOWN }],
      }),
    );
    assert.ok(unknown.some(({ kind }) => kind === "undecided"));
    const undeclared = judge(
      PLAN.map((one) => ("declared" in one.outputs ? { ...one, outputs: { declared: UNKNOWN } } : one)),
    );
    assert.deepEqual(
      undeclared.map(({ kind }) => kind),
      ["undecided", "undecided"],
    );
  });
});
