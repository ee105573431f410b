import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { placingTwoSystems } from "../twoSystems";
import { configOf, run } from "./program";

/** The dev stack with the two systems alone: two clusters of one application each; one of them is in a VPC. */
function devConfig(): Record<string, string> {
  const { "palisade:clusters": clusters = "[]", ...others } = configOf("dev");
  const placed = placingTwoSystems(JSON.parse(clusters) as object[]);
  return { ...others, "palisade:clusters": JSON.stringify(placed) };
}

/** Functions of a file, counted wherever another file calls them. */
function counted(
  file: string,
  ...names: readonly string[]
): { readonly calls: Record<string, number>; readonly end: () => void } {
  const exports = createRequire(__filename)(file) as Record<string, (...args: unknown[]) => unknown>;
  const calls: Record<string, number> = {};
  const originals = names.map((name) => [name, exports[name] ?? assert.fail(name)] as const);
  for (const [name, original] of originals) {
    calls[name] = 0;
    exports[name] = (...args) => {
      calls[name] = (calls[name] ?? 0) + 1;
      return original(...args);
    };
  }
  return {
    calls,
    end: () => {
      for (const [name, original] of originals) exports[name] = original;
    },
  };
}

describe("a stack's program", function () {
  this.timeout(60_000);

  /** How often each step is done for a config. */
  async function steps(config: Record<string, string>): Promise<Record<string, number>> {
    const counters = [
      counted("../../compile/check/checkCluster", "checkCluster"),
      counted("../../compile/check/checkPlacement", "checkPlacement"),
      counted("../../compile/networkPolicy/openings", "openingsOf"),
      counted("../../compile/networkPolicy/manifests", "manifests"),
      counted("../../compile/aws/securityGroups", "compileRules"),
    ];
    try {
      await run(config);
    } finally {
      for (const { end } of counters) end();
    }
    return Object.assign({}, ...counters.map(({ calls }) => calls)) as Record<string, number>;
  }

  it("checks each cluster and placement once, and compiles each application once", async () => {
    assert.deepEqual(await steps(devConfig()), {
      checkCluster: 2,
      checkPlacement: 2,
      openingsOf: 2,
      manifests: 2,
      compileRules: 1,
    });
  });

  it("compiles no application that a selection leaves out twice, and none anew where its cluster stays whole", async () => {
    const only = { ...devConfig(), "palisade:applications": '["fineract"]' };
    assert.deepEqual(await steps(only), {
      checkCluster: 2,
      checkPlacement: 2,
      openingsOf: 2,
      manifests: 2,
      compileRules: 1,
    });
  });
});
