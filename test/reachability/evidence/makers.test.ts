// Longer than most: one case a kind of object that makes others.
import { strict as assert } from "node:assert";
import { UNKNOWN } from "../../../kubernetes";
import { explain } from "../../../reachability/answer/explain/explain";
import { MAKER_TABLE } from "../../../reachability/read/otherKinds/makerTable";
import { readWorld } from "../../../reachability/read/readWorld";
import { analysisOfObjects, sourced } from "../worlds";
import { DB_ADMITS_WEB, deployment, endNamed, namespace, SHOP, shopAnswers, verdictIn } from "./shop";

type Fields = Record<string, unknown>;

const maker = (apiVersion: string, kind: string, spec: unknown, home: unknown = "ops"): Fields => ({
  apiVersion,
  kind,
  metadata: { namespace: home, name: "m" },
  spec,
});
const release = (spec: unknown, home?: unknown) =>
  maker("helm.toolkit.fluxcd.io/v2", "HelmRelease", spec, home);
const flux = (spec: unknown) => maker("kustomize.toolkit.fluxcd.io/v1", "Kustomization", spec);
const argo = (spec: unknown) => maker("argoproj.io/v1alpha1", "Application", spec);
const argoSet = (spec: unknown) => maker("argoproj.io/v1alpha1", "ApplicationSet", spec);
const crossplane = (manifest: unknown) =>
  maker("kubernetes.crossplane.io/v1alpha2", "Object", { forProvider: { manifest } });

/** Answers to the shop's questions beside what may bring policies into shop, into ops, and nowhere of these. */
const [IN_SHOP, IN_OPS, NOWHERE] = ["??????", "+-??++", "+-++++"];
const ANYWHERE = IN_SHOP;

const SAID = {
  pods: "pods that these make aren't in the input, so the answer lacks them",
  objects:
    "objects that these make aren't in the input: the answer lacks their pods, and what their policies may change is unknown",
};

describe("reachability: objects that make pods or policies which the input doesn't show", () => {
  for (const { kinds, group, makes, into, anywhere } of MAKER_TABLE) {
    for (const kind of kinds) {
      it(`${kind} of ${group} makes ${makes}`, () => {
        const object = maker(`${group}/v1`, kind, {});
        const { world, warnings } = readWorld(sourced([...SHOP, object]));
        assert.deepEqual(
          world.makers.map((one) => [one.kind, one.namespace, one.name, one.into, one.makes]),
          [[kind, "ops", "m", anywhere === true ? undefined : "ops", makes]],
        );
        const where = anywhere === true ? ", in any namespace" : "";
        assert.deepEqual(
          warnings.filter((one) => one.includes("ops/m")),
          [`${SAID[makes]} (1: ${kind} ops/m${where})`],
        );
        assert.equal(
          shopAnswers([object]),
          makes === "pods" ? NOWHERE : anywhere === true ? ANYWHERE : IN_OPS,
        );
      });
      if (into !== undefined)
        it(`${kind} of ${group} says by ${into.join(".")} where`, () => {
          const built = (value: unknown) =>
            [...into].reverse().reduce<unknown>((inner, step) => ({ [step]: inner }), value) as Fields;
          const object = (value: unknown) => ({ ...maker(`${group}/v1`, kind, {}), ...built(value) });
          const answers = ["shop", "else", "${tenant}", "{{name}}", UNKNOWN].map((value) =>
            shopAnswers([object(value)]),
          );
          assert.deepEqual(answers, [IN_SHOP, NOWHERE, ANYWHERE, ANYWHERE, ANYWHERE]);
        });
    }
  }

  it("policies that a release may bring close only what none isolates, and open only what some does", () => {
    const db = {
      ...DB_ADMITS_WEB,
      spec: { ...DB_ADMITS_WEB.spec, policyTypes: ["Ingress", "Egress"] },
    };
    const web = {
      ...DB_ADMITS_WEB,
      metadata: { namespace: "shop", name: "web" },
      spec: {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Ingress", "Egress"],
        egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }] }],
      },
    };
    const objects = [...SHOP.filter((one) => one !== DB_ADMITS_WEB), db, web, release({}, "shop")];
    const analysis = analysisOfObjects(objects);
    const verdicts = [
      ["shop/web", "shop/db"],
      ["shop/db", "shop/web"],
      ["ops/tool", "shop/db"],
    ].map(([from = "", to = ""]) => verdictIn(analysis, from, to, 5432));
    assert.deepEqual(verdicts, ["allowed", "unknown", "unknown"]);
    // What a side outside of its namespace closes stays closed.
    const tool = {
      ...DB_ADMITS_WEB,
      metadata: { namespace: "ops", name: "tool" },
      spec: { podSelector: {}, policyTypes: ["Egress"] },
    };
    assert.equal(verdictIn(analysisOfObjects([...objects, tool]), "ops/tool", "shop/db", 5432), "blocked");
  });

  it("a release into another namespace changes nothing between others, whose namespace it makes no end of", () => {
    const analysis = analysisOfObjects([...SHOP, release({ targetNamespace: "else" }, "flux-system")]);
    assert.deepEqual(
      analysis.ends.map(({ id }) => id).filter((id) => !id.startsWith("shop/") && !id.startsWith("ops/")),
      ["0.0.0.0/0", "::/0"],
    );
  });

  it("a Kafka cluster's policies are for its own pods", () => {
    const kafka = maker("kafka.strimzi.io/v1", "Kafka", {}, "shop");
    assert.equal(shopAnswers([kafka]), NOWHERE);
    const broker = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "m-kafka-0", labels: { "strimzi.io/cluster": "m" } },
      spec: { containers: [{ name: "kafka" }] },
    };
    const analysis = analysisOfObjects([...SHOP, kafka, broker]);
    assert.equal(verdictIn(analysis, "shop/web", "shop/m-kafka-0", 9092), "unknown");
    assert.equal(verdictIn(analysis, "shop/web", "shop/db", 5432), "allowed");
  });

  it("an Object of Crossplane's that says which one it makes is no policy unless it is called one", () => {
    assert.deepEqual(
      ["ConfigMap", "NetworkPolicy", "CiliumNetworkPolicy", undefined].map((kind) =>
        shopAnswers([crossplane({ kind, metadata: { namespace: "ops" } })]),
      ),
      [NOWHERE, IN_OPS, IN_OPS, IN_OPS],
    );
  });

  it("explain names it, and what it may bring", () => {
    const analysis = analysisOfObjects([...SHOP, release({}, "shop")]);
    const [from, to] = [endNamed(analysis, "ops/tool"), endNamed(analysis, "shop/db")];
    const { verdict, sentences } = explain(analysis, { from, to, protocol: "TCP", port: 5432 });
    assert.equal(verdict, "unknown");
    assert.ok(
      sentences.includes(
        "HelmRelease shop/m (world.yaml, document 7) may change this: what it makes isn't in the input, and may have NetworkPolicies.",
      ),
      sentences.join("\n"),
    );
  });
});

describe("reachability: objects that make what the input holds", () => {
  /** The shop in a folder, and a maker in another. */
  const answersWith = (object: Fields, folder = "repo/apps/shop") => {
    const objects = [
      ...SHOP.map((value, i) => ({
        value,
        source: { file: `${folder}/all.yaml`, document: i + 1 },
        path: [],
      })),
      { value: object, source: { file: "repo/clusters/prod.yaml", document: 1 }, path: [] },
    ];
    return readWorld(objects, { representatives: false });
  };
  const isShown = (object: Fields, folder?: string) => answersWith(object, folder).world.makers.length === 0;

  it("a folder that is read is what it makes, which is said", () => {
    const { world, warnings } = answersWith(flux({ path: "./apps/shop" }));
    assert.deepEqual([world.makers, world.uncomputed], [[], []]);
    assert.ok(
      warnings.includes(
        "objects that these make were taken to be what the input holds of their folders (1: Kustomization ops/m: apps/shop)",
      ),
      warnings.join("\n"),
    );
  });

  const ROWS: readonly (readonly [claim: string, object: Fields, shown: boolean])[] = [
    ["Flux's folder with a slash", flux({ path: "/apps/shop/" }), true],
    ["a folder above", flux({ path: "apps" }), true],
    ["a folder that isn't read", flux({ path: "./apps/bank" }), false],
    ["the end of a folder's name", flux({ path: "./pps/shop" }), false],
    ["the root, which tells nothing", flux({ path: "./" }), false],
    ["no folder", flux({}), false],
    ["a way out of the repository", flux({ path: "../apps/shop" }), false],
    ["a folder that is yet to be filled in", flux({ path: "apps/${app}" }), false],
    ["a folder that isn't known", flux({ path: UNKNOWN }), false],
    ["other namespaces than the folder's", flux({ path: "apps/shop", targetNamespace: "ops" }), false],
    ["patches", flux({ path: "apps/shop", patches: [] }), false],
    ["Argo CD's folder", argo({ source: { repoURL: "r", path: "apps/shop", targetRevision: "main" } }), true],
    [
      "Argo CD's folders, all read",
      argo({ sources: [{ path: "apps/shop" }, { path: "apps" }], destination: { namespace: "shop" } }),
      true,
    ],
    ["one of Argo CD's folders", argo({ sources: [{ path: "apps/shop" }, { path: "apps/bank" }] }), false],
    ["a folder and a chart", argo({ sources: [{ path: "apps/shop" }, { chart: "redis" }] }), false],
    ["a chart with values", argo({ source: { path: "apps/shop", helm: { values: "a: 1" } } }), false],
    ["patches of Argo CD's", argo({ source: { path: "apps/shop", kustomize: { patches: [] } } }), false],
    [
      "folders that a generator lists",
      argoSet({
        generators: [{ git: { directories: [{ path: "apps/*" }, { path: "apps/none", exclude: true }] } }],
        template: { spec: { source: { path: "{{path}}" }, destination: { namespace: "{{path.basename}}" } } },
      }),
      true,
    ],
    [
      "folders that a generator lists, and others",
      argoSet({
        generators: [{ git: { directories: [{ path: "apps/*" }] } }, { list: {} }],
        template: { spec: { source: { path: "{{path}}" } } },
      }),
      false,
    ],
    [
      "a generator that lists the root's folders",
      argoSet({
        generators: [{ git: { directories: [{ path: "*" }] } }],
        template: { spec: { source: { path: "{{.path.path}}" } } },
      }),
      false,
    ],
    ["a chart of a repository of charts", release({ chart: { spec: { chart: "./apps/shop" } } }), false],
  ];
  for (const [claim, object, shown] of ROWS)
    it(`${claim}: ${shown ? "shown" : "not shown"}`, () => {
      assert.equal(isShown(object), shown);
    });

  it("what was built of a folder is read of it", () => {
    assert.equal(isShown(flux({ path: "repo/apps/shop (kustomize build)" }), "x"), false);
    const built = [
      ...[namespace("shop"), deployment("shop", "web")].map((value, i) => ({
        value,
        source: { file: "repo/apps/shop (kustomize build)", document: i + 1 },
        path: [],
      })),
      { value: flux({ path: "./apps/shop" }), source: { file: "repo/c.yaml", document: 1 }, path: [] },
    ];
    assert.deepEqual(readWorld(built).world.makers, []);
  });
});
