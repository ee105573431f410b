import { strict as assert } from "node:assert";
import { literal } from "../../policypack/index";
import { policiesJudgingResource } from "../../policypack/judgedBy";
import { POLICIES } from "../../policypack/policies";
import { CASES } from "./cases";
import { EVERY_CASE } from "./fuzz/cases";
import { run, type TestResource, urnOf } from "./helpers";

interface Judged {
  readonly stack: readonly TestResource[];
  readonly config?: Readonly<Record<string, object>>;
  readonly policies: readonly string[];
}

const ALL: readonly Judged[] = [
  ...CASES.filter((one) => "stack" in one),
  ...EVERY_CASE.map(({ invariant, stack, config }) => ({
    stack,
    policies: [invariant],
    ...(config === undefined ? {} : { config: { [invariant]: config } }),
  })),
];

const judging = ({ type, name, props }: TestResource) =>
  policiesJudgingResource({ urn: urnOf({ type, name, props }), type, name, props: literal(props) });

describe("which policies judge a resource", () => {
  it("includes each one that says something of it, in every case of the table and of the fuzz", () => {
    const told = new Set<string>();
    const missing = new Set<string>();
    for (const { stack, config, policies } of ALL) {
      const byUrn = new Map(stack.map((resource) => [urnOf(resource), resource]));
      for (const { policy, urn } of run(stack, config, { only: policies })) {
        const resource = byUrn.get(urn ?? "");
        if (resource === undefined || policy === "settings") continue;
        told.add(policy);
        if (!judging(resource).includes(policy)) missing.add(`${policy}: ${resource.type}`);
      }
    }
    assert.deepEqual(
      [...missing].sort(),
      [],
      "policypack/judgedBy.ts doesn't list the policy for what it judges",
    );
    // These speak of a component's outputs, of the configuration, and of what no policy judges.
    const others = ["exactly-declared", "exemption-expired", "resources-unjudged", "settings"];
    const silent = POLICIES.map(({ name }) => name).filter((name) => !told.has(name));
    assert.deepEqual(silent.sort(), others, "no case says anything by these");
  });
});
