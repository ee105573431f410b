import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../policypack/invariants";
import { crossGuardSchema, readConfig } from "../../policypack/policyConfig";
import { settingsSchema } from "../../policypack/settings";
import { COMPLIANT, defaultDeny, freshPack, namespace, policy, run, verdicts } from "./helpers";

describe("policy pack: configuration", () => {
  it("names all problems at once, each with its path and its value", () => {
    const wrong = {
      observe: [
        { namespace: "", until: "2026-02-30", reason: " ", owner: "o" },
        { namespace: "shop", until: "soon", reason: "r", ends: 1 },
        { namespace: 7, labels: {}, until: "2027-01-01", reason: ["r"], owner: "o" },
      ],
      clusterRanges: ["10.0.0.1/8"],
      surprise: true,
    };
    const config = readConfig(settingsSchema, wrong);
    assert.deepEqual(config.ok ? [] : config.problems, [
      "observe[0].namespace: must not be empty",
      'observe[0].until: "2026-02-30" isn\'t a date; write it as YYYY-MM-DD',
      "observe[0].reason: must not be empty",
      'observe[1].until: "soon" isn\'t a date; write it as YYYY-MM-DD',
      "observe[1].owner: is missing; write a text",
      'observe[1]: has no property "ends"; correct the name or remove it',
      "observe[2].namespace: is 7; write a text instead",
      "observe[2].labels: names no label, which would be every workload; leave it out to observe the whole namespace",
      'observe[2].reason: is ["r"]; write a text instead',
      `clusterRanges[0]: "10.0.0.1/8" isn't canonical; write 10.0.0.0/8`,
      'has no property "surprise"; correct the name or remove it',
    ]);
  });

  it("reports a wrong configuration once, as mandatory, and exempts nothing by it", () => {
    const config = {
      settings: { observe: [{ namespace: "shop", until: "2030-01-01" }] },
      "namespace-labels": { exempt: ["*"] },
      "network-policy-no-everyone-ingress": { publicPorts: ["443"] },
    };
    const stack = [
      namespace("shop", {}),
      policy("open", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }),
    ];
    const reports = run(stack, config, { pack: freshPack() });
    assert.deepEqual(verdicts(reports), [
      "namespace-default-deny shop",
      "namespace-labels shop",
      "namespace-labels shop",
      "network-policy-no-everyone-ingress open",
      "network-policy-no-everyone-ingress shop",
      "settings shop",
    ]);
    assert.ok(reports.every(({ level }) => level === "mandatory"));
    const [first] = reports;
    assert.equal(
      first?.message,
      "The configuration of the policy settings is wrong, so its defaults hold:\n" +
        "- observe[0].reason: is missing; write a text\n" +
        "- observe[0].owner: is missing; write a text",
    );
  });

  it("gives Pulumi a schema of every property, with defaults and descriptions, that refuses nothing it takes", () => {
    for (const { name, config } of INVARIANTS) {
      const properties = crossGuardSchema(config);
      assert.deepEqual(Object.keys(properties), Object.keys(config.shape), name);
      for (const [key, property] of Object.entries(properties)) {
        assert.ok(property.description, `${name}.${key} is described`);
        assert.notEqual(property.default, undefined, `${name}.${key} has a default`);
      }
    }
  });

  it("takes every policy's documented example", () => {
    for (const { name, config, example } of INVARIANTS) {
      assert.deepEqual(readConfig(config, example ?? {}).ok, true, name);
    }
  });

  it("forgets a stack's settings when the next run has none", () => {
    const observe = [{ namespace: "shop", until: "2030-01-01", reason: "r", owner: "o" }];
    const pack = freshPack();
    assert.deepEqual(verdicts(run([namespace()], { settings: { observe } }, { pack })), []);
    assert.deepEqual(verdicts(run([namespace()], {}, { pack })), ["namespace-default-deny shop"]);
    assert.deepEqual(run([...COMPLIANT, defaultDeny("shop", "more")], {}, { pack }), []);
  });
});

describe("policy pack: a namespace that looks observed", () => {
  const stack = [
    namespace(),
    policy("isolation", { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] }),
  ];

  it("is told with the lines to paste, which then let it wait", () => {
    const reports = run(stack);
    assert.equal(reports.length, 3);
    for (const { message } of reports) {
      const lines = /add to the policies' configuration (\{.*\})\.$/.exec(message)?.[1] ?? "";
      const config = JSON.parse(lines) as Record<string, object>;
      assert.deepEqual(config, {
        settings: {
          observe: [
            {
              namespace: "shop",
              until: "2026-12-22",
              reason: "its flows are being watched",
              owner: "WHO ANSWERS FOR IT",
            },
          ],
        },
      });
      assert.deepEqual(run(stack, config), []);
    }
  });

  it("isn't offered that where a rule names anybody", () => {
    const named = policy("isolation", {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }] }],
      egress: [{}],
    });
    for (const { message } of run([namespace(), named])) assert.doesNotMatch(message, /observe/);
  });
});

describe("policy pack: titles", () => {
  it("name a provider that the program makes, and not the one that Pulumi makes", () => {
    const by = (name: string) =>
      run([{ ...namespace("shop", {}), provider: { name, props: {} } }], {}, { only: "namespace-labels" })[0]
        ?.message ?? "";
    assert.match(by("eks"), /^Namespace shop \(resource "shop", provider eks\) /);
    for (const name of ["default", "default_4_34_2", "default_7_48_0_alpha"])
      assert.match(by(name), /^Namespace shop \(resource "shop"\) /);
  });
});
