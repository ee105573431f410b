import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { construct } from "../../../library/plugin/construct";
import { TYPE } from "../../../library/plugin/schema";
import { outside } from "../../compile/outside";
import { configOf, run } from "../../components/program";
import { type Recorded, record } from "../../components/recorded";
import { inputsOf } from "./inputs";

/** What the component registers, itself included. */
function constructed(inputs: pulumi.Inputs, options = {}): Promise<readonly Recorded[]> {
  process.env["PALISADE_PREVIEW"] = "true";
  return record(() => construct("shop", TYPE, inputs, options), outside.outputs, outside.call);
}

/** What it refuses, as the user reads it. */
async function refusal(inputs: pulumi.Inputs, options = {}): Promise<string> {
  const error = await constructed(inputs, options).then(
    () => assert.fail("nothing is refused"),
    (thrown: unknown) => thrown,
  );
  assert.ok(pulumi.RunError.isInstance(error), String(error));
  return error.message;
}

const programs = new Map<string, Promise<readonly Recorded[]>>();

/** What the TypeScript program of a stack registers; run once, however often it is asked for. */
function programOf(stack: string): Promise<readonly Recorded[]> {
  const recorded = programs.get(stack) ?? run(configOf(stack));
  programs.set(stack, recorded);
  return recorded;
}

const isTop = ({ parent }: Recorded) => parent === "";

describe("the component of other languages", () => {
  for (const stack of ["dev", "prod"]) {
    it(`registers what the TypeScript program of ${stack} does, each under the component that was at the top`, async () => {
      const program = await programOf(stack);
      const [component, ...others] = [...(await constructed(inputsOf(stack)))].sort((a, b) =>
        a.type === TYPE ? -1 : b.type === TYPE ? 1 : 0,
      );
      assert.equal(component?.name, "shop");
      const known = (resource: Recorded) => ({ ...resource, aliases: [] });
      assert.deepEqual(
        others.map(known),
        program.map((resource) => known(isTop(resource) ? { ...resource, parent: "shop" } : resource)),
      );
    });

    it(`takes over the state of the TypeScript program of ${stack}: every resource is also what it was there`, async () => {
      const program = await programOf(stack);
      const urn = ({ name }: Recorded, types: string) => `urn:pulumi:stack::project::${types}::${name}`;
      const before = new Set(program.filter(isTop).map((one) => urn(one, one.type)));
      const after = (await constructed(inputsOf(stack))).filter(({ parent }) => parent === "shop");
      assert.equal(after.length, before.size);
      for (const resource of after)
        assert.ok(
          resource.aliases.some((alias) => before.has(alias)),
          `${resource.name}: ${resource.aliases.join(", ")}`,
        );
    });
  }

  const pages = [
    ["docs/languages.md", ["k3d-dev/shop/isolation", "k3d-dev/shop/web-egress", "k3d-dev/shop/web-ingress"]],
    [
      "library/README.md",
      ["api-egress", "api-ingress", "isolation", "web-egress"].map((name) => `dev/shop/${name}`),
    ],
  ] as const;
  for (const [file, policies] of pages) {
    it(`takes the example of ${file}`, async () => {
      const page = readFileSync(join(__dirname, "..", "..", "..", file), "utf8");
      const { resources } = load(/```yaml\n(name: isolation\n.*?)```/s.exec(page)?.[1] ?? "") as {
        readonly resources: {
          readonly isolated: { readonly type: string; readonly properties: pulumi.Inputs };
        };
      };
      const recorded = await constructed(resources.isolated.properties);
      assert.deepEqual(
        recorded.filter(({ type }) => type.endsWith(":NetworkPolicy")).map(({ name }) => name),
        policies,
      );
    });
  }

  const inputs = inputsOf("dev");
  const [shop, ...others] = inputs.applications;
  const [flow, ...flows] = shop?.["flows"] as Record<string, unknown>[];
  const withFlow = (changes: object) => ({
    ...inputs,
    applications: [{ ...shop, flows: [{ ...flow, ...changes }, ...flows] }, ...others],
  });

  it("says all mistakes of the applications at once, in the reader's words", async () => {
    assert.equal(
      await refusal(withFlow({ to: "wbe", ports: [80] })),
      `2 problems:
  fineract: flows[0].ports[0]: 80 isn't a port. Say the protocol too: "tcp/80".
  fineract: flow platform ingress → wbe: there is no workload "wbe". Write one of fineract, fineract-redis, keycloak, oauth2-proxy.`,
    );
  });

  it("says them with those of the clusters, of which none follows from applications that nobody could read", async () => {
    const [cluster, ...more] = inputs.clusters;
    const wrong = withFlow({ ports: [80] });
    assert.equal(
      await refusal({ ...wrong, clusters: [{ ...cluster, cni: "k4s" }, ...more], only: ["fineract"] }),
      `2 problems:
  fineract: flows[0].ports[0]: 80 isn't a port. Say the protocol too: "tcp/80".
  clusters[0].cni: "k4s" has no profile. Use k3s, calico, cilium, aws-vpc-cni or azure.`,
    );
  });

  it("refuses a secret by its path, wherever it stands, and doesn't repeat it", async () => {
    assert.equal(
      await refusal(withFlow({ because: pulumi.secret("hunter2") })),
      "applications[0].flows[0].because: is a secret. Write it as plain text, or leave it to whoever may read it: policies, names and tags are no place for secrets.",
    );
    assert.match(
      await refusal({ ...inputs, clusters: pulumi.secret(inputs.clusters) }),
      /^clusters: is a secret\./,
    );
  });

  it("refuses by its path what isn't known before the update", async () => {
    const unknown = pulumi.output<unknown>(pulumi.unknown);
    const remedy =
      "isn't known yet. It decides which resources there are, so it has to be known before they are made: deploy what computes it first, or write the value.";
    assert.equal(
      await refusal(withFlow({ because: unknown })),
      `applications[0].flows[0].because: ${remedy}`,
    );
    assert.equal(await refusal({ ...inputs, environment: pulumi.unknown }), `environment: ${remedy}`);
    assert.equal(
      await refusal({ ...inputs, clusters: [pulumi.output({ name: pulumi.unknown })] }),
      `clusters[0]: ${remedy}`,
    );
  });

  it("takes an output whose value is known", async () => {
    const recorded = await constructed({ ...inputs, environment: pulumi.output(inputs.environment) });
    assert.ok(recorded.length > 20);
  });

  const mistakes: readonly (readonly [string, pulumi.Inputs, string])[] = [
    ["a resource", withFlow({ because: new pulumi.DependencyResource("urn:a") }), "because: is a resource."],
    ["a file", withFlow({ because: new pulumi.asset.StringAsset("x") }), "because: is a file."],
    [
      "an environment that isn't one",
      { ...inputs, environment: "deb" },
      'environment: "deb" isn\'t an environment',
    ],
    ["no environment", { ...inputs, environment: undefined }, "environment: is missing"],
    ["clusters as a text", { ...inputs, clusters: "[]" }, 'clusters: "[]" isn\'t a list'],
    ["no clusters", { ...inputs, clusters: [] }, "clusters: "],
    ["no applications", { ...inputs, applications: undefined }, "applications: is missing"],
    [
      "a selection of nobody",
      { ...inputs, only: ["nobody"] },
      'only[0]: "nobody" doesn\'t run on any cluster',
    ],
    ["an input that isn't one", { ...inputs, application: {} }, "application: isn't an input"],
    [
      "a misspelt key of a cluster",
      { ...inputs, clusters: [{ ...inputs.clusters[0], podCidr: [] }, ...inputs.clusters.slice(1)] },
      "clusters[0].podCidr: isn't a key of a cluster",
    ],
  ];
  for (const [what, given, says] of mistakes) {
    it(`refuses ${what}, at its place`, async () => {
      const said = await refusal(given);
      assert.ok(said.includes(says), said);
      assert.doesNotMatch(said, /palisade:|\n +at /);
    });
  }

  it("refuses a provider that would be ignored", async () => {
    const provider = new pulumi.DependencyProviderResource("urn:pulumi:s::p::pulumi:providers:aws::x::id");
    assert.match(
      await refusal(inputs, { providers: { aws: provider } }),
      /^providers\.aws: isn't used: each cluster/,
    );
  });
});
