// Longer than most: one case a kind of workload.
import { strict as assert } from "node:assert";
import { MAKER_TABLE } from "../../../reachability/read/otherKinds/makerTable";
import { POLICY_TABLE } from "../../../reachability/read/otherKinds/policyTable";
import { WORKLOAD_TABLE } from "../../../reachability/read/otherKinds/workloadTable";
import { readWorld } from "../../../reachability/read/readWorld";
import { analysisOfObjects, sourced } from "../worlds";
import { DB_ADMITS_WEB, SHOP, pod, verdictIn } from "./shop";

type Fields = Record<string, unknown>;

/** An object whose pod template stands where a row says, with the labels app=web. */
function withTemplate(version: string, kind: string, steps: readonly string[], isWorkflow: boolean): Fields {
  const template = isWorkflow
    ? { metadata: { labels: { app: "web" } }, container: { image: "web" } }
    : pod({ app: "web" });
  const built = [...steps]
    .reverse()
    .reduce<unknown>((inner, step) => (step === "*" ? [inner] : { [step]: inner }), template);
  return { apiVersion: version, kind, metadata: { namespace: "shop", name: "other" }, ...(built as Fields) };
}

const version = (group: string) => `${group}/v1`;
const rollout = (spec: object) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { namespace: "shop", name: "other" },
  spec,
});

describe("reachability: workloads of other projects", () => {
  for (const { kind, groups, as, templates, workflow } of WORKLOAD_TABLE) {
    for (const steps of templates) {
      it(`${kind} of ${groups.join(", ")} is an end with the pods of ${steps.join(".")}`, () => {
        const object = withTemplate(version(groups[0] ?? ""), kind, steps, workflow !== undefined);
        const analysis = analysisOfObjects([...SHOP, object]);
        assert.deepEqual(
          ["shop/other", "ops/tool"].map((from) => verdictIn(analysis, from, "shop/db", 5432)),
          ["allowed", "blocked"],
        );
        assert.ok(analysis.ends.some(({ id }) => id === `shop/other[${as}]`));
      });
    }
  }

  it("a label that a controller adds is there with a value that isn't known", () => {
    const policy = {
      ...DB_ADMITS_WEB,
      spec: {
        ...DB_ADMITS_WEB.spec,
        ingress: [{ from: [{ podSelector: { matchLabels: { "rollouts-pod-template-hash": "abc" } } }] }],
      },
    };
    const objects = [
      ...SHOP.filter((one) => one !== DB_ADMITS_WEB),
      policy,
      rollout({ template: pod({ app: "web" }) }),
    ];
    assert.equal(verdictIn(analysisOfObjects(objects), "shop/other", "shop/db", 5432), "unknown");
  });

  it("a Rollout's canaries have the labels of canaryMetadata besides: what only they may do is unknown", () => {
    const spec = {
      template: pod({ app: "x" }),
      strategy: { canary: { canaryMetadata: { labels: { app: "web" } } } },
    };
    assert.equal(
      verdictIn(analysisOfObjects([...SHOP, rollout(spec)]), "shop/other", "shop/db", 5432),
      "unknown",
    );
  });

  it("pods of a Rollout's ReplicaSet fold into it", () => {
    const owned = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        namespace: "shop",
        name: "other-5d8f-x",
        labels: { app: "web", "rollouts-pod-template-hash": "5d8f" },
        ownerReferences: [
          { apiVersion: "apps/v1", kind: "ReplicaSet", name: "other-5d8f", controller: true },
        ],
      },
    };
    const ids = analysisOfObjects([...SHOP, rollout({ template: pod({ app: "web" }) }), owned]).ends.map(
      ({ id }) => id,
    );
    assert.deepEqual(
      ids.filter((id) => id.startsWith("shop/other")),
      ["shop/other[Rollout]"],
    );
  });

  it("a workflow's steps and graphs are no pods; its podMetadata is on all that are", () => {
    const workflow = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "CronWorkflow",
      metadata: { namespace: "shop", name: "other" },
      spec: {
        workflowSpec: {
          podMetadata: { labels: { app: "web" } },
          templates: [
            { name: "main", steps: [] },
            { name: "run", script: { image: "sh" } },
          ],
        },
      },
    };
    const { workloads } = readWorld(sourced([workflow]), { representatives: false }).world;
    assert.equal(workloads[0]?.variants.length, 1);
    assert.equal(verdictIn(analysisOfObjects([...SHOP, workflow]), "shop/other", "shop/db", 5432), "allowed");
  });

  it("a named port of a Knative Service may be its proxy's: it isn't known", () => {
    const service = {
      apiVersion: "serving.knative.dev/v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "fn" },
      spec: { template: pod({ team: "fn" }) },
    };
    const policy = {
      ...DB_ADMITS_WEB,
      metadata: { namespace: "shop", name: "fn" },
      spec: {
        podSelector: { matchLabels: { team: "fn" } },
        ingress: [{ ports: [{ port: "http-usermetric" }] }],
      },
    };
    const analysis = analysisOfObjects([...SHOP, service, policy]);
    assert.equal(verdictIn(analysis, "shop/web", "shop/fn", 9091), "unknown");
  });

  it("a Rollout with a workloadRef has that workload's pods, with its own controller's labels", () => {
    const web = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { namespace: "shop", name: "referred" },
      spec: { template: pod({ app: "web" }) },
    };
    const reference = { apiVersion: "apps/v1", kind: "Deployment", name: "referred" };
    const canary = { canary: { canaryMetadata: { labels: { app: "canary" } } } };
    // The order in which they are read doesn't matter.
    for (const objects of [
      [rollout({ workloadRef: reference }), web],
      [web, rollout({ workloadRef: reference })],
    ]) {
      const { world } = readWorld(sourced([...SHOP, ...objects]));
      const [one] = world.workloads.filter(({ kind }) => kind === "Rollout");
      assert.deepEqual([...(one?.variants[0]?.labels.known.keys() ?? [])].sort(), [
        "app",
        "rollouts-pod-template-hash",
      ]);
      assert.deepEqual(world.makers, []);
      const analysis = analysisOfObjects([...SHOP, ...objects]);
      assert.equal(verdictIn(analysis, "shop/other", "shop/db", 5432), "allowed");
    }
    const analysis = analysisOfObjects([...SHOP, web, rollout({ workloadRef: reference, strategy: canary })]);
    assert.equal(verdictIn(analysis, "shop/other", "shop/db", 5432), "unknown");
  });

  describe("a kind that isn't known, whose object holds a pod template", () => {
    const app = (spec: object, labels: object = { app: "web" }) => ({
      apiVersion: "example.com/v1",
      kind: "WebApp",
      metadata: { namespace: "shop", name: "other" },
      spec: { replicas: 2, ...spec, labels },
    });
    const containers = [{ name: "main", ports: [{ name: "http", containerPort: 80 }] }];
    const template = (labels: object) => ({ metadata: { labels }, spec: { containers } });

    for (const [field, spec] of [
      ["spec.template", { template: template({ app: "web" }) }],
      ["spec.podTemplate", { podTemplate: template({ app: "web" }) }],
      ["spec.jobTemplate", { jobTemplate: { spec: { template: template({ app: "web" }) } } }],
    ] as const) {
      it(`${field}: an end with its labels, and the input says so`, () => {
        const analysis = analysisOfObjects([...SHOP, app(spec)]);
        assert.equal(verdictIn(analysis, "shop/other", "shop/db", 5432), "allowed");
        assert.ok(analysis.ends.some(({ id }) => id === "shop/other[WebApp.example.com]"));
        const { warnings } = readWorld(sourced([...SHOP, app(spec)]));
        assert.match(warnings.join("\n"), /hold a pod template, and were taken for workloads/);
      });
    }

    it("its controller may add labels: what only they decide is unknown", () => {
      const analysis = analysisOfObjects([...SHOP, app({ template: template({ tier: "x" }) })]);
      assert.equal(verdictIn(analysis, "shop/other", "shop/db", 5432), "unknown");
    });

    it("pods that it owns fold into it; an object without containers is none", () => {
      const owned = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          namespace: "shop",
          name: "other-0",
          labels: { app: "web" },
          ownerReferences: [
            { apiVersion: "example.com/v1", kind: "WebApp", name: "other", controller: true },
          ],
        },
      };
      const idsOf = (...objects: object[]) =>
        analysisOfObjects([...SHOP, ...objects])
          .ends.map(({ id }) => id)
          .filter((id) => id.startsWith("shop/other"));
      assert.deepEqual(idsOf(app({ template: template({ app: "web" }) }), owned), [
        "shop/other[WebApp.example.com]",
      ]);
      assert.deepEqual(idsOf(app({ template: { spec: { secretName: "x" } } }), owned), ["shop/other-0[Pod]"]);
    });
  });

  it("a workload whose template is elsewhere says that its pods are missing", () => {
    const { world, warnings } = readWorld(
      sourced([...SHOP, rollout({ workloadRef: { kind: "Deployment", name: "gone" } })]),
    );
    assert.deepEqual(
      world.makers.map(({ kind, name, makes }) => [kind, name, makes]),
      [["Rollout", "other", "pods"]],
    );
    assert.ok(
      warnings.includes(
        "pods that these make aren't in the input, so the answer lacks them (1: Rollout shop/other)",
      ),
      warnings.join("\n"),
    );
  });
});

describe("reachability: kinds of other projects", () => {
  it("no kind is in two tables", () => {
    const all = [
      ...POLICY_TABLE.flatMap(({ kind, groups }) => groups.map((group) => `${group}/${kind}`)),
      ...WORKLOAD_TABLE.flatMap(({ kind, groups }) => groups.map((group) => `${group}/${kind}`)),
      ...MAKER_TABLE.flatMap(({ kinds, group }) => kinds.map((kind) => `${group}/${kind}`)),
    ];
    assert.deepEqual(
      all.filter((one, i) => all.indexOf(one) !== i),
      [],
    );
  });
});
