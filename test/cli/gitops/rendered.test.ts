import { strict as assert } from "node:assert";
import { renderedClusters, type RenderedCluster } from "../../../cli/gitops/rendered";
import { UNKNOWN_SENTINEL } from "../../../data";
import { secret } from "../../../engine/values";
import { PalisadeInputError, problemText } from "../../../problems";
import { type Given, namespace, planned, policy } from "./resources";

const one = (clusters: readonly RenderedCluster[]): RenderedCluster => {
  const [first, ...others] = clusters;
  assert.ok(first);
  assert.deepEqual(others, []);
  return first;
};

const problems = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof PalisadeInputError) return error.problems.map(problemText);
    throw error;
  }
  return [];
};

describe("what is rendered of a plan", () => {
  it("has a wave for each object, after whatever it depends on, directly or by something that isn't rendered", () => {
    const bucket = planned("x", "bucket", {}, { type: "aws:s3:Bucket", after: ["shop/isolation"] });
    const { objects } = one(
      renderedClusters([
        policy("shop", "web", { after: ["bucket"] }),
        bucket,
        policy("shop", "isolation", { after: ["shop"] }),
        namespace("shop"),
        policy("shop", "alone"),
      ]),
    );
    assert.deepEqual(
      objects.map(({ kind, name, wave, object }) => [
        kind,
        name,
        wave,
        (object["metadata"] as { annotations: Record<string, string> }).annotations[
          "argocd.argoproj.io/sync-wave"
        ],
      ]),
      [
        ["Namespace", "shop", -10, "-10"],
        ["NetworkPolicy", "alone", -10, "-10"],
        ["NetworkPolicy", "isolation", -9, "-9"],
        ["NetworkPolicy", "web", -8, "-8"],
      ],
    );
  });

  const PRUNE = "kustomize.toolkit.fluxcd.io/prune";
  const handled = (given: Given, type = "networking.k8s.io/v1:NetworkPolicy") => {
    const metadata = { name: "x", namespace: "shop" };
    const { objects } = one(renderedClusters([planned(type, "x", { metadata, spec: {} }, given)]));
    const [first] = objects;
    assert.ok(first);
    const { annotations } = first.object["metadata"] as { annotations: Record<string, string> };
    return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.endsWith("sync-wave")));
  };
  const options = (text: string) => ({ "argocd.argoproj.io/sync-options": text });

  it("is never deleted by Argo CD or Flux where Pulumi would keep or protect it; else deleted last", () => {
    const kept = { ...options("Prune=false,Delete=false"), [PRUNE]: "disabled" };
    assert.deepEqual(handled({}), options("PruneLast=true"));
    assert.deepEqual(handled({ options: { retainOnDelete: true } }), kept);
    assert.deepEqual(handled({ options: { protect: true } }), kept);
  });

  it("is applied beside other owners' fields and never deleted where it is a patch, under the object's own kind", () => {
    const patch = {
      ...options("Prune=false,Delete=false,ServerSideApply=true"),
      [PRUNE]: "disabled",
      "kustomize.toolkit.fluxcd.io/ssa": "Merge",
    };
    assert.deepEqual(handled({}, "core/v1:NamespacePatch"), patch);
    const { objects } = one(
      renderedClusters([planned("core/v1:ServiceAccountPatch", "x", { metadata: { name: "x" } })]),
    );
    assert.deepEqual(
      objects.map(({ kind, namespace: where, object }) => [kind, where, object["kind"]]),
      [["ServiceAccount", "default", "ServiceAccount"]],
    );
  });

  it("is the object as planned, without what only Pulumi reads, in one order of fields", () => {
    const [first] = one(renderedClusters([namespace("shop")])).objects;
    assert.equal(
      JSON.stringify(first?.object),
      JSON.stringify({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "shop",
          annotations: {
            "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
            "argocd.argoproj.io/sync-wave": "-10",
            [PRUNE]: "disabled",
          },
          labels: { a: "1", b: "2" },
        },
      }),
    );
  });

  it("leaves out, by name and field, what isn't known before a deployment", () => {
    const groups = { groupIds: ["sg-1", UNKNOWN_SENTINEL] };
    const { objects, unrendered } = one(
      renderedClusters([
        planned("vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "web", {
          metadata: { name: "web", namespace: "shop" },
          spec: { securityGroups: groups },
        }),
        planned("networking.k8s.io/v1:NetworkPolicy", "unnamed", { metadata: { namespace: "shop" } }),
        policy("shop", "isolation"),
      ]),
    );
    assert.deepEqual(
      objects.map(({ name }) => name),
      ["isolation"],
    );
    assert.deepEqual(unrendered, [
      { object: "NetworkPolicy shop/unnamed", unknown: ["metadata.name"] },
      { object: "SecurityGroupPolicy shop/web", unknown: ["spec.securityGroups.groupIds[1]"] },
    ]);
  });

  it("counts objects that isolation isn't made of, and takes neither components nor what is only read", () => {
    const { objects, others } = one(
      renderedClusters([
        policy("shop", "isolation"),
        planned("apps/v1:Deployment", "web", {}),
        planned("core/v1:Secret", "key", { data: secret({ key: "c2VjcmV0" }) }),
        planned("core/v1:Secret", "other", {}),
        planned("yaml:ConfigFile", "file", {}, { custom: false }),
        policy("shop", "theirs", { read: true }),
      ]),
    );
    assert.deepEqual(
      [objects.length, [...others]],
      [
        1,
        [
          ["Deployment", 1],
          ["Secret", 2],
        ],
      ],
    );
  });

  it("refuses secrets, and names that would lead out of the folder, all at once", () => {
    const provider = "urn:pulumi:prod::shop::pulumi:providers:kubernetes::../etc::id";
    const annotations = { token: secret("hunter2") };
    const said = problems(() =>
      renderedClusters([
        planned("core/v1:ServiceAccount", "web", {
          metadata: { name: "web", namespace: "shop", annotations },
        }),
        policy("../..", "a"),
        policy("shop", "a/../../b"),
        policy("shop", "fine", { provider }),
      ]),
    );
    assert.deepEqual(said, [
      "ServiceAccount shop/web: metadata.annotations.token is a secret, and a rendered folder is there to be committed. Give it a value that isn't secret.",
      "NetworkPolicy ../../a: isn't called as Kubernetes calls objects",
      "NetworkPolicy shop/a/../../b: isn't called as Kubernetes calls objects",
      "cluster \"../etc\": can't be a folder's name. Call its provider by letters, digits, dots, hyphens and underscores.",
    ]);
  });
});
