import { strict as assert } from "node:assert";
import { parseKubernetesType, readKinds } from "../../../policypack/facts";
import { CASES } from "./index";

/** Facts that no policy judges by themselves: others are judged by them. */
const HELPERS: ReadonlySet<string> = new Set(["Demand", "Maker", "Node", "ServiceAccount"]);

/** Read as other kinds are, or for what they make of others. */
const BESIDE: ReadonlySet<string> = new Set(["helm.sh Release", "aws:iam/user:User"]);

const kindsOf = (isBad: boolean): ReadonlySet<string> => {
  const chosen = CASES.filter(({ expected }) => expected.length > 0 === isBad);
  return new Set(
    chosen.flatMap((one) =>
      "stack" in one
        ? one.stack.map(({ type }) => {
            const { group, kind } = parseKubernetesType(type) ?? {};
            return kind === undefined ? type : `${group ?? ""} ${kind}`;
          })
        : one.manifests.map((manifest) => {
            const { apiVersion = "", kind = "" } = manifest as { apiVersion?: string; kind?: string };
            return `${apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "core"} ${kind}`;
          }),
    ),
  );
};

describe("the kinds that the pack judges", () => {
  const judged = readKinds().filter(
    ({ name, facts }) =>
      (facts.some(({ kind }) => !HELPERS.has(kind)) || /Route|Ingress|TargetGroupBinding/.test(name)) &&
      !BESIDE.has(name),
  );
  for (const [word, isBad] of [
    ["bad", true],
    ["good", false],
  ] as const) {
    it(`have a ${word} case each`, () => {
      const seen = kindsOf(isBad);
      assert.ok(judged.length > 100, String(judged.length));
      assert.deepEqual(
        judged.map(({ name }) => name).filter((name) => !seen.has(name)),
        [],
      );
    });
  }
});
