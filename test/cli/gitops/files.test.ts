import { strict as assert } from "node:assert";
import fc from "fast-check";
import { filesOf } from "../../../cli/gitops/files";
import { renderedClusters } from "../../../cli/gitops/rendered";
import type { Resource } from "../../../engine";
import { namespace, policy } from "./resources";

const PLAN = [
  namespace("shop"),
  policy("shop", "isolation", { after: ["shop"] }),
  policy("shop", "web", { after: ["shop/isolation"] }),
  policy("shop", "api", { after: ["shop/isolation"] }),
  namespace("bank"),
  policy("bank", "isolation", { after: ["bank"] }),
];

const filesFor = (resources: readonly Resource[]) =>
  renderedClusters(resources).flatMap((cluster) => [...filesOf(cluster, "prod")]);

describe("the files of a rendered folder", () => {
  it("are one an object, in a folder a namespace, and kustomizations that list them in their order", () => {
    const files = new Map(filesFor(PLAN));
    assert.deepEqual([...files.keys()].sort(), [
      "bank/kustomization.yaml",
      "bank/namespace.yaml",
      "bank/networkpolicy-isolation.yaml",
      "kustomization.yaml",
      "shop/kustomization.yaml",
      "shop/namespace.yaml",
      "shop/networkpolicy-api.yaml",
      "shop/networkpolicy-isolation.yaml",
      "shop/networkpolicy-web.yaml",
    ]);
    const head =
      "# Written by palisade render --stack prod: change what the stack declares, then render again.\n";
    const kustomization = (...resources: string[]) =>
      `${head}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${resources.map((each) => `  - ${each}\n`).join("")}`;
    assert.equal(files.get("kustomization.yaml"), kustomization("bank", "shop"));
    assert.equal(
      files.get("shop/kustomization.yaml"),
      kustomization(
        "namespace.yaml",
        "networkpolicy-isolation.yaml",
        "networkpolicy-api.yaml",
        "networkpolicy-web.yaml",
      ),
    );
  });

  it("have the same bytes in whatever order a program registers its resources and writes their fields", () => {
    const expected = filesFor(PLAN);
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, inner]) => [key, turned(inner)]),
            )
          : value;
    fc.assert(
      fc.property(fc.shuffledSubarray(PLAN, { minLength: PLAN.length }), fc.boolean(), (plan, isTurned) => {
        const given = isTurned
          ? plan.map((each) => ({ ...each, inputs: turned(each.inputs) as Resource["inputs"] }))
          : plan;
        assert.deepEqual(filesFor(given), expected);
      }),
    );
  });
});
