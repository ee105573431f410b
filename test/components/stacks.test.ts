import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { outside } from "../compile/outside";
import { type Recorded, record } from "./recorded";

const root = `${__dirname}/../..`;

/** A stack's config as Pulumi hands it over: structures as JSON. */
function configOf(stack: string): Record<string, string> {
  const { config } = load(readFileSync(`${root}/Pulumi.${stack}.yaml`, "utf8")) as {
    readonly config: Readonly<Record<string, unknown>>;
  };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs the program itself, afresh, and gives what it registers for a config. */
async function run(config: Record<string, string>): Promise<readonly Recorded[]> {
  const load = createRequire(__filename);
  Reflect.deleteProperty(load.cache, load.resolve("../../index"));
  // Whatever clusters this machine knows, none is looked at.
  process.env["PALISADE_PREVIEW"] = "true";
  return record(
    () => {
      pulumi.runtime.setAllConfig(config);
      return (load("../../index") as () => Promise<unknown>)();
    },
    outside.outputs,
    outside.call,
  );
}

const stacks = new Map<string, Promise<readonly Recorded[]>>();

/** What a stack of this repository registers; run once, however often it is asked for. */
function stackOf(stack: string): Promise<readonly Recorded[]> {
  const recorded = stacks.get(stack) ?? run(configOf(stack));
  stacks.set(stack, recorded);
  return recorded;
}

const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const jewelryShop = (cluster: string) => [
  ...[
    "celery-beat-egress",
    "celery-worker-egress",
    "django-egress",
    "django-ingress",
    "isolation",
    "nginx-egress",
    "nginx-ingress",
    "pgbouncer-egress",
    "pgbouncer-ingress",
    "postgresql-egress",
    "postgresql-ingress",
    "redis-egress",
    "redis-ingress",
    "sentinel-egress",
    "sentinel-ingress",
  ].map((name) => `${POLICY} ${cluster}/jewelry-shop/${name}`),
  ...application(`${cluster}/jewelry-shop`),
];

const fineract = (cluster: string, namespace: string) => [
  ...[
    "fineract-ingress",
    "fineract-redis-egress",
    "fineract-redis-ingress",
    "fineract.batch-egress",
    "fineract.read-egress",
    "fineract.write-egress",
    "isolation",
    "keycloak-egress",
    "keycloak-ingress",
    "oauth2-proxy-egress",
    "oauth2-proxy-ingress",
  ].map((name) => `${POLICY} ${cluster}/${namespace}/${name}`),
  ...application(`${cluster}/${namespace}`),
];

const application = (name: string) => [
  `kubernetes:core/v1:Namespace ${name}`,
  `palisade:index:IsolatedApplication ${name}`,
  `palisade:index:IsolatedNamespace ${name}`,
  `pulumi:providers:kubernetes ${name.split("/")[0] ?? ""}`,
];

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  dev: [...jewelryShop("k3d-dev"), ...fineract("eks-dev", "fineract-dev")],
  uat: fineract("eks-uat", "fineract-uat"),
  prod: [...jewelryShop("k3s-prod"), ...fineract("eks-prod", "fineract-production")],
};

/** What this file vouches for: what a stack has on AWS is another's. */
const OURS =
  /^(kubernetes:(core\/v1:Namespace|networking)|palisade:index:Isolated|pulumi:providers:kubernetes)/;

describe("the stacks", () => {
  for (const [stack, expected] of Object.entries(EXPECTED)) {
    it(`${stack} registers exactly these namespaces, policies, components and providers`, async () => {
      const recorded = (await stackOf(stack)).filter(({ type }) => OURS.test(type));
      assert.deepEqual(
        recorded.map(({ type, name }) => `${type} ${name}`),
        [...expected].sort(),
      );
    });
  }

  it("prod selected down to one owner's application has no other's cluster and no provider for it", async () => {
    const recorded = await run({ ...configOf("prod"), "palisade:applications": '["jewelry-shop"]' });
    assert.deepEqual(
      recorded.map(({ type, name }) => `${type} ${name}`),
      [...jewelryShop("k3s-prod")].sort(),
    );
  });

  it("protects every namespace of uat and prod, none of dev, and retains all", async () => {
    for (const [stack, isProtected] of [
      ["dev", false],
      ["uat", true],
      ["prod", true],
    ] as const) {
      const namespaces = (await stackOf(stack)).filter(({ type }) => type.endsWith(":Namespace"));
      assert.ok(namespaces.length > 0);
      assert.ok(namespaces.every(({ protect, retainOnDelete }) => protect === isProtected && retainOnDelete));
    }
  });

  it("gives every Kubernetes provider what its cluster is known by: its name, or the identifier", async () => {
    const identifiers = (recorded: readonly Recorded[]) =>
      recorded
        .filter(({ type }) => type === "pulumi:providers:kubernetes")
        .map(({ name, inputs }) => [name, inputs["clusterIdentifier"]]);
    assert.deepEqual(identifiers(await stackOf("dev")), [
      ["eks-dev", "eks-dev"],
      ["k3d-dev", "k3d-dev"],
    ]);
    const { "palisade:clusters": text = "[]", ...others } = configOf("prod");
    const clusters = (JSON.parse(text) as object[]).map((each) => ({ ...each, identifier: "for good" }));
    const [first] = clusters;
    const one = { ...others, "palisade:clusters": JSON.stringify([first]) };
    assert.deepEqual(
      identifiers(await run(one)).map(([, identifier]) => identifier),
      ["for good"],
    );
  });

  it("says a mistake in the config plainly, and registers nothing", async () => {
    const failure = run({ ...configOf("dev"), "palisade:environment": "test" });
    await assert.rejects(failure, (error: unknown) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.equal(
        String(error),
        'PalisadeInputError: palisade:environment: "test" is not an environment. Use dev, uat or prod.',
      );
      return true;
    });
  });
});
