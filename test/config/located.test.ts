import { strict as assert } from "node:assert";
import { jewelryShop } from "../../applications/jewelryShop";
import { type ConfigFile, locatedIn, readStack } from "../../config";
import { application, type DeclaredApplication } from "../../flows";
import { PalisadeInputError, problemText } from "../../problems";
import { load } from "js-yaml";

const FILE = `config:
  palisade:environment: dev
  palisade:clusters:
    - name: one
      context: one
      cni: k3s
      podCidrs: [10.42.0.0/16]
      serviceCidrs: [10.43.0.0/16]
      nodeCidrs: [172.18.0.0/16]
      dns: { serviceAddresses: [10.43.0.10] }
      apiServer: { endpoints: [{ cidr: 172.18.0.2/32, port: 6443 }], serviceAddresses: [10.43.0.1] }
      platform:
        ingress: { namespace: kube-system, pods: { app: traefik } }
        monitoring: { namespace: monitoring, pods: { app: prometheus } }
        postgres-operator: { namespace: postgres-operator, pods: { app: postgres-operator } }
      applications:
        jewelry-shop:
          stage: enforce
`;

/** What is said of a config's text: each problem with its line and cluster. */
function said(
  text: string,
  declared: readonly DeclaredApplication[] = [jewelryShop],
  declarations: readonly ConfigFile[] = [],
): readonly string[] {
  const { config } = load(text) as { readonly config: Readonly<Record<string, unknown>> };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  try {
    readStack(values, declared);
  } catch (error) {
    const located = locatedIn({ name: "Pulumi.dev.yaml", text }, error, declarations);
    assert.ok(located instanceof PalisadeInputError);
    return located.problems.map(problemText);
  }
  return [];
}

const without = (start: string) => FILE.replace(new RegExp(`^ *${start}.*\\n`, "m"), "");

describe("what is wrong with a stack's config", () => {
  it("is nothing of one that is right", () => assert.deepEqual(said(FILE), []));

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      "a missing block, at the line of what lacks it",
      without("apiServer"),
      ["Pulumi.dev.yaml:4: cluster one: apiServer: is missing. Write a mapping with endpoints."],
    ],
    [
      "a misspelt key, and not that the right one is missing",
      FILE.replace("serviceCidrs", "serviceCidr"),
      [
        'Pulumi.dev.yaml:8: cluster one: serviceCidr: isn\'t a key of a cluster. Did you mean "serviceCidrs"?',
      ],
    ],
    [
      "a value deep inside, at its own line",
      FILE.replace("stage: enforce", "stage: enforced"),
      [
        'Pulumi.dev.yaml:18: cluster one: applications.jewelry-shop.stage: "enforced" isn\'t a stage. Use off, observe or enforce.',
      ],
    ],
    [
      "a missing platform service once, for all its flows",
      without("monitoring"),
      [
        "Pulumi.dev.yaml:16: cluster one: applications.jewelry-shop: flow platform monitoring → django tcp/8000, and 3 more flows: cluster one has no platform service monitoring. Say where it runs: platform: { monitoring: { namespace: …, pods: … } }, or set monitoring: false in the overrides.",
      ],
    ],
    [
      "a key of the config itself",
      FILE.replace("environment: dev", "environment: deb"),
      ['Pulumi.dev.yaml:2: palisade:environment: "deb" isn\'t an environment. Use dev, uat or prod.'],
    ],
    [
      "a cluster without a name, by its place in the list",
      without("- name").replace("      context", "    - context"),
      ["Pulumi.dev.yaml:4: clusters[0].name: is missing. Give the cluster a name."],
    ],
  ];
  it("is said once of a declaration, at its file and line, on however many clusters it is", () => {
    const one = FILE.slice(FILE.indexOf("    - name"));
    const two = `${FILE}${one.replace(/: one/g, ": two").replaceAll("172.18", "172.19")}`;
    const owner = "orders-team";
    const workloads = { web: { labels: { app: "web" } } } as const;
    const orders = application("orders", {
      owner,
      workloads,
      flows: [{ from: "web", to: "wbe", ports: ["tcp/70000"], because: "orders are written" }] as never,
    });
    const source = `application("orders", {\n  workloads,\n  flows: [],\n});\n`;
    const text = two.replaceAll("applications:", "applications:\n        orders: { stage: enforce }");
    assert.deepEqual(said(text, [jewelryShop, orders], [{ name: "applications/orders.ts", text: source }]), [
      'applications/orders.ts:3: orders: flow web → wbe: there is no workload "wbe". Did you mean "web"?',
      "applications/orders.ts:3: orders: flow web → wbe: port tcp/70000 is out of range 1-65535. Write a port from 1 to 65535.",
    ]);
    // Where no file is known to declare it, the application's name has to do.
    assert.deepEqual(said(text, [jewelryShop, orders])[0]?.startsWith("orders: flow web → wbe: "), true);
  });

  for (const [what, text, expected] of cases) {
    it(`is said once, with line and cluster: ${what}`, () => assert.deepEqual(said(text), expected));
  }

  it("stays as it is where it isn't about the config", () => {
    const error = new Error("other");
    assert.equal(locatedIn({ name: "x", text: FILE }, error), error);
  });
});
