import { strict as assert } from "node:assert";
import * as pulumi from "@pulumi/pulumi";
import { IsolatedApplication } from "../../components/isolatedApplication";
import { configOf, run } from "./program";
import type { Recorded } from "./recorded";

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

interface ClusterText {
  readonly name: string;
  readonly applications: Readonly<Record<string, { readonly namespace?: string }>>;
}

const clustersOf = (stack: string) =>
  JSON.parse(configOf(stack)["palisade:clusters"] ?? "[]") as readonly ClusterText[];

/** A stack with those of the two systems that it places, and no other application that it may have beside them. */
function systemsOf(stack: string): Promise<readonly Recorded[]> {
  const placed = clustersOf(stack).flatMap(({ applications }) => Object.keys(applications));
  const systems = ["fineract", "jewelry-shop"].filter((name) => placed.includes(name));
  return run({ ...configOf(stack), "palisade:applications": JSON.stringify(systems) });
}

describe("the stacks", () => {
  for (const [stack, expected] of Object.entries(EXPECTED)) {
    it(`${stack} registers exactly these namespaces, policies, components and providers for the two systems`, async () => {
      const recorded = (await systemsOf(stack)).filter(({ type }) => OURS.test(type));
      assert.deepEqual(
        recorded.map(({ type, name }) => `${type} ${name}`),
        [...expected].sort(),
      );
    });

    it(`${stack} registers every application that its config places, and no other`, async () => {
      const placed = clustersOf(stack).flatMap(({ name, applications }) =>
        Object.entries(applications).map(([key, { namespace = key }]) => `${name}/${namespace}`),
      );
      const recorded = (await stackOf(stack)).filter(({ type }) => type === IsolatedApplication.type);
      assert.deepEqual(
        recorded.map(({ name }) => name),
        placed.sort(),
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
    assert.deepEqual(identifiers(await systemsOf("dev")), [
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
        `PalisadeInputError: palisade:environment: "test" isn't an environment. Use dev, uat or prod.`,
      );
      return true;
    });
  });
});
