import { strict as assert } from "node:assert";
import fc from "fast-check";
import { judge, type QuestionResult, type Tried } from "../../verify/judge";
import { controlProbes, probeKey, probesOf, type Probe } from "../../verify/probes";
import type { ProbeQuestion } from "../../verify/question";
import type { Attempt } from "../../verify/script";
import { podName } from "../../verify/pods";
import { pod } from "./lab";

const [web, db] = [pod("shop", "web", {}), pod("shop", "db", {})];

const ask = (expected: ProbeQuestion["expected"]): ProbeQuestion => ({
  ...{ kind: "denial", protocol: "TCP", port: 5432, expected, because: "test" },
  from: { kind: "pods", name: "web", pods: [web] },
  to: { kind: "pods", name: "db", pods: [db] },
});

/** The answer where web → db and db → db came to these outcomes. */
function answer(
  expected: ProbeQuestion["expected"],
  outcome: Attempt["outcome"] | undefined,
  control: Attempt["outcome"] | undefined,
  more: Partial<Tried> = {},
): QuestionResult {
  const probed = probesOf(ask(expected));
  const controls = controlProbes([probed], []);
  const entries = (probes: readonly Probe[], value: Attempt["outcome"] | undefined) =>
    probes.flatMap((probe) =>
      value === undefined ? [] : [[probeKey(probe), { outcome: value, detail: "" }] as const],
    );
  const attempts = new Map([...entries(probed.probes, outcome), ...entries(controls, control)]);
  const [found] = judge([probed], controls, { attempts, broken: new Map(), changed: new Set(), ...more });
  assert.ok(found);
  return found;
}

const refusals = ["refused", "silent", "unreachable"] as const;

describe("verify: verdicts", () => {
  it("a connection is allowed, whatever the control says", () => {
    for (const control of ["connected", "refused", "failed", undefined] as const) {
      assert.equal(answer("allowed", "connected", control).result, "as-expected");
      assert.equal(answer("blocked", "connected", control).result, "different");
    }
  });

  it("a refusal is blocked only where the port is shown to listen", () => {
    for (const refusal of refusals) {
      assert.equal(answer("blocked", refusal, "connected").result, "as-expected");
      assert.equal(answer("allowed", refusal, "connected").result, "different");
      for (const control of ["refused", "silent", "failed", undefined] as const) {
        assert.equal(
          answer("blocked", refusal, control).result,
          "could-not-probe",
          `${refusal}, control ${control ?? "none"}`,
        );
      }
    }
  });

  it("names a port that nobody listens on as that", () => {
    assert.equal(
      answer("blocked", "refused", "refused").cause,
      "shop/db doesn't listen on tcp/5432: it refuses itself",
    );
  });

  it("a probe that failed, or never ran, or whose pod was replaced is never a verdict", () => {
    assert.equal(answer("blocked", "failed", "connected").result, "could-not-probe");
    const broken = answer("blocked", undefined, "connected", {
      broken: new Map([[podName(web), "exec in shop/web fails"]]),
    });
    assert.equal(broken.cause, "exec in shop/web fails");
    const changed = answer("blocked", "refused", "connected", { changed: new Set([podName(db)]) });
    assert.match(changed.cause ?? "", /shop\/db was replaced or stopped/);
  });

  it("property: without a working control nothing is ever blocked, and failures are never as expected", () => {
    const outcome = fc.constantFrom<Attempt["outcome"] | undefined>(
      "connected",
      "refused",
      "silent",
      "unreachable",
      "failed",
      undefined,
    );
    fc.assert(
      fc.property(
        fc.constantFrom("allowed" as const, "blocked" as const),
        outcome,
        outcome,
        (expected, probe, control) => {
          const { probes } = answer(expected, probe, control);
          const [verdict] = probes.map((each) => each.verdict.verdict);
          if (control !== "connected" && probe !== "connected") assert.equal(verdict, "could-not-probe");
          if (probe === "failed" || probe === undefined) assert.equal(verdict, "could-not-probe");
        },
      ),
    );
  });

  it("one connection of several that differs makes the question differ", () => {
    const other = pod("shop", "web-b", {}, "b");
    const question: ProbeQuestion = {
      ...ask("blocked"),
      from: { kind: "pods", name: "web", pods: [web, other] },
    };
    const probed = probesOf(question);
    const attempts = new Map(
      probed.probes.map((probe) => [
        probeKey(probe),
        { outcome: probe.from === other ? "connected" : "refused", detail: "" } as const,
      ]),
    );
    const [found] = judge([probed], [], { attempts, broken: new Map(), changed: new Set() });
    assert.equal(found?.result, "different");
    assert.match(
      found.probes.map(({ verdict }) => JSON.stringify(verdict)).join(),
      /shop\/web-b connects to it/,
    );
  });
});
