import { strict as assert } from "node:assert";
import { faultsOf, type PlannedResource, prove } from "../../proof";
import { CLUSTER_POLICY, planWithBaseline } from "./everyEnd";

const faults = (plan: readonly PlannedResource[]) =>
  prove("dev", plan).map((proof) => {
    assert.equal(proof.kind, "proof");
    const { undeclared, closed, lenient } = faultsOf(proof);
    return { undeclared: undeclared.length > 0, closed: closed.length > 0, lenient };
  });

interface Spec {
  spec: { subject: object; egress?: { action: string; to: object[] }[] };
}

/** The plan with each of the baseline's policies changed. */
const changed = (edit: (policy: Spec) => void): PlannedResource[] =>
  planWithBaseline().map((one) => {
    if (one.type !== CLUSTER_POLICY) return one;
    const inputs = structuredClone(one.inputs);
    edit(inputs as unknown as Spec);
    return { ...one, inputs, outputs: inputs };
  });

describe("the proof of a cluster with a baseline", () => {
  it("finds every kind of declared end open, and nothing else", () => {
    assert.ok(planWithBaseline().some(({ type }) => type === CLUSTER_POLICY));
    assert.deepEqual(
      faults(planWithBaseline()),
      [1, 2].map(() => ({ undeclared: false, closed: false, lenient: undefined })),
    );
  });

  it("notices a denial that closes what is declared", () => {
    const closing = changed(({ spec }) => {
      // Databases' clients are forgotten.
      if (spec.egress?.[0]?.action === "Deny") spec.subject = { namespaces: {} };
    });
    assert.ok(faults(closing).some(({ closed }) => closed));
    const wide = changed(({ spec }) => {
      for (const rule of spec.egress ?? []) rule.to = [{ networks: ["0.0.0.0/0"] }];
    });
    assert.ok(faults(wide).some(({ closed }) => closed));
  });

  it("notices an Accept that opens what isn't declared", () => {
    const open = changed(({ spec }) => {
      for (const rule of spec.egress ?? []) {
        rule.action = "Accept";
        rule.to = [{ networks: ["0.0.0.0/0"] }];
      }
    });
    assert.ok(faults(open).some(({ undeclared }) => undeclared));
  });
});
