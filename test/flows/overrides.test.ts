// Longer than most: every override, and what is wrong with it.
import { strict as assert } from "node:assert";
import { atPath, PalisadeInputError } from "../../problems";
import { fineract } from "../../applications/fineract";
import { jewelryShop } from "../../applications/jewelryShop";
import { type DeclaredApplication, applyOverrides, validateApplications } from "../../flows";

/** What overrides change: the ids of the flows that are new, that are gone, and that the stack removed. */
function changes(declared: DeclaredApplication, overrides: unknown) {
  const [before] = validateApplications([declared]);
  const [after] = validateApplications([applyOverrides(declared, overrides)]);
  assert(before !== undefined && after !== undefined);
  const [old, now] = [before, after].map(({ flows }) => new Set(flows.map(({ id }) => id)));
  return {
    gained: after.flows
      .filter(({ id }) => old?.has(id) !== true)
      .map(({ id, origin }) => `${id} [${origin}]`),
    lost: before.flows.filter(({ id }) => now?.has(id) !== true).map(({ id }) => id),
    removed: after.removed.map(({ id, because }) => `${id}: ${because}`),
  };
}

function problemsOf(declared: DeclaredApplication, overrides: unknown): string[] {
  try {
    validateApplications([applyOverrides(declared, overrides)]);
  } catch (error) {
    assert(error instanceof PalisadeInputError, String(error));
    return error.message.split("\n").map((line) => line.trim());
  }
  return assert.fail("nothing was refused");
}

describe("flows: a stack's overrides", () => {
  it("leave an application as it is where there are none", () => {
    assert.deepEqual(changes(fineract, {}), { gained: [], lost: [], removed: [] });
    assert.deepEqual(changes(fineract, { monitoring: true }), { gained: [], lost: [], removed: [] });
  });

  it("turn monitoring off: the scraper's flows go, each with the reason", () => {
    const scraped = ["django tcp/8000", "nginx tcp/9113", "postgresql tcp/9187", "redis tcp/9121"];
    const ids = scraped.map((end) => `platform monitoring → ${end}`);
    assert.deepEqual(changes(jewelryShop, { monitoring: false }), {
      gained: [],
      lost: ids,
      removed: ids.map((id) => `${id}: monitoring is off in this stack`),
    });
  });

  it("move a metrics port", () => {
    assert.deepEqual(changes(fineract, { metrics: { keycloak: "tcp/9000" } }), {
      gained: ["platform monitoring → keycloak tcp/9000 [metrics]"],
      lost: ["platform monitoring → keycloak tcp/8080"],
      removed: [],
    });
  });

  it("add a flow of the stack's own", () => {
    const webhook = {
      from: "fineract",
      to: { kind: "cidr", cidrs: ["1.2.3.4/32"] },
      ports: ["tcp/443"],
      because: "payment webhook",
    };
    assert.deepEqual(changes(fineract, { extraFlows: [webhook] }), {
      gained: ["fineract → 1.2.3.4/32 tcp/443 [override]"],
      lost: [],
      removed: [],
    });
  });

  it("narrow a flow to one instance, found by its ends, with an arrow of either spelling, or with its ports", () => {
    const gained = ["fineract/write → keycloak tcp/8080 [override]"];
    for (const key of ["fineract → keycloak", "fineract -> keycloak", "fineract -> keycloak tcp/8080"]) {
      assert.deepEqual(changes(fineract, { flows: { [key]: { from: "fineract/write" } } }), {
        gained,
        lost: ["fineract → keycloak tcp/8080"],
        removed: [],
      });
    }
  });

  it("find a flow by its owner's name where no other has it", () => {
    assert.deepEqual(
      changes(jewelryShop, {
        flows: { "allow-ingress-to-nginx": { ports: ["tcp/443"], because: "TLS only" } },
      }),
      {
        gained: ["platform ingress → nginx tcp/443 [override]"],
        lost: ["platform ingress → nginx tcp/80, tcp/443"],
        removed: [],
      },
    );
  });

  it("open Patroni's port to Django where a stack says so", () => {
    const flows = { "django -> postgresql": { ports: ["tcp/5432", "tcp/8008"] } };
    assert.deepEqual(changes(jewelryShop, { flows }).gained, [
      "django → postgresql tcp/5432, tcp/8008 [override]",
    ]);
  });

  it("remove a flow with a reason; its workloads don't count as unused", () => {
    const id = "sentinel → sentinel tcp/26379";
    assert.deepEqual(
      changes(jewelryShop, { flows: { "sentinel -> sentinel": { removed: "one sentinel" } } }),
      {
        gained: [],
        lost: [id],
        removed: [`${id}: one sentinel`],
      },
    );
  });

  it("replace a flow: removed on one hand, and declared anew on the other", () => {
    const overrides = {
      flows: { "fineract -> fineract": { removed: "one port was not enough" } },
      extraFlows: [
        {
          from: "fineract",
          to: "fineract",
          ports: ["tcp/8080", "tcp/8443"],
          because: "the instances call each other",
        },
      ],
    };
    assert.deepEqual(changes(fineract, overrides), {
      gained: ["fineract → fineract tcp/8080, tcp/8443 [override]"],
      lost: ["fineract → fineract tcp/8080"],
      removed: ["fineract → fineract tcp/8080: one port was not enough"],
    });
  });

  it("add up: a second set keeps what the first one did", () => {
    const once = applyOverrides(fineract, { monitoring: false });
    const twice = applyOverrides(once, { flows: { "keycloak -> keycloak": { removed: "one replica" } } });
    const [checked] = validateApplications([twice]);
    assert.deepEqual(
      checked?.removed.map(({ id }) => id),
      [
        "keycloak → keycloak tcp/7800, tcp/57800",
        ...["fineract tcp/8080", "fineract-redis tcp/9121", "keycloak tcp/8080", "oauth2-proxy tcp/4180"].map(
          (end) => `platform monitoring → ${end}`,
        ),
      ],
    );
  });

  it("don't change the declaration that they are given", () => {
    const before = JSON.stringify(fineract);
    applyOverrides(fineract, {
      metrics: { keycloak: "tcp/9000" },
      flows: { "keycloak -> keycloak": { removed: "x y" } },
    });
    assert.equal(JSON.stringify(fineract), before);
  });

  const refused: readonly (readonly [string, unknown, string[]])[] = [
    ["nothing", null, ["overrides: nothing isn't a mapping. Write keys and values."]],
    [
      "an unknown key",
      { monitorin: false },
      [`overrides: "monitorin" isn't a key of overrides. Did you mean "monitoring"?`],
    ],
    [
      "a text for true or false",
      { monitoring: "off" },
      ['overrides.monitoring: "off" is neither true nor false. Write true or false.'],
    ],
    [
      "a name that several flows have",
      { flows: { "oauth2-proxy-network-policy": { from: "fineract" } } },
      [
        'overrides.flows.oauth2-proxy-network-policy: means 3 flows. Name one of them: "oauth2-proxy -> fineract-redis", "oauth2-proxy -> keycloak", "platform ingress -> oauth2-proxy".',
      ],
    ],
    [
      "a flow that isn't there",
      { flows: { "fineract -> keycloack": { from: "fineract/write" } } },
      [
        'overrides.flows["fineract -> keycloack"]: isn\'t a flow of this application. Did you mean "fineract -> keycloak"?',
      ],
    ],
    [
      "a change of nothing",
      { flows: { "fineract -> keycloak": { from: "fineract" }, "keycloak -> keycloak": {} } },
      [
        "2 problems:",
        'overrides.flows["fineract -> keycloak"]: changes nothing. Change from, to, ports or because, or leave it out.',
        'overrides.flows["keycloak -> keycloak"]: changes nothing. Change from, to, ports or because, or leave it out.',
      ],
    ],
    [
      "two changes of one flow",
      {
        flows: {
          "fineract -> keycloak": { from: "fineract/write" },
          "fineract → keycloak": { removed: "x y" },
        },
      },
      [
        'overrides.flows["fineract -> keycloak"]: changes a flow that another key changes too. Change each flow once.',
      ],
    ],
    [
      "a removal without a reason, or with other changes beside it",
      {
        flows: {
          "keycloak -> keycloak": { removed: " " },
          "fineract -> keycloak": { removed: "why", from: "x" },
        },
      },
      [
        "2 problems:",
        `overrides.flows["fineract -> keycloak"]: "from" isn't a key of a removed flow. Write removed.`,
        'overrides.flows["keycloak -> keycloak"]: is removed without a reason. Say why in `removed`.',
      ],
    ],
    [
      "metrics of an unknown workload, or as they are anyway",
      { metrics: { keyclok: "tcp/9000", keycloak: "tcp/8080" } },
      [
        "2 problems:",
        'overrides.metrics.keyclok: there is no workload "keyclok". Did you mean "keycloak"?',
        "overrides.metrics.keycloak: tcp/8080 is its port already. Leave it out.",
      ],
    ],
    [
      "metrics while monitoring is off",
      { monitoring: false, metrics: { keycloak: "tcp/9000" } },
      ["overrides.metrics: has no effect while monitoring is off. Leave one of the two out."],
    ],
    [
      "to take the credentials away from a flow that needs them",
      { flows: { "fineract/write -> cloud-identity": { removed: "no cloud here" } } },
      [
        'fineract: flow fineract/write → bucket documents (read-write) tcp/443: fineract/write has no flow that fetches credentials. Declare a flow from fineract/write to cloudIdentity(), or {"kind": "cloud-identity"} as data, on tcp/443.',
      ],
    ],
    [
      "an extra flow that is malformed, with the others' problems",
      { extraFlows: [{ from: "fineract", to: { kind: "cidr", cidr: "1.2.3.4/32" }, ports: [443] }] },
      [
        "3 problems:",
        `overrides.extraFlows[0].to: "cidr" isn't a key of a cidr peer. Did you mean "cidrs"?`,
        "overrides.extraFlows[0].to: cidrs is missing. Every cidr peer has cidrs.",
        `overrides.extraFlows[0].ports[0]: 443 isn't a port. Say the protocol too: "tcp/443".`,
      ],
    ],
    [
      "an extra flow that means nothing, as an override",
      { extraFlows: [{ from: "fineract", to: "keycloak", ports: ["tcp/8080"] }] },
      [
        "2 problems:",
        "fineract: flow fineract → keycloak (the stack's override): has no reason. Say in `because` why it is needed.",
        "fineract: flow fineract → keycloak tcp/8080: is declared twice. Declare each connection once: merge the two, or narrow one.",
      ],
    ],
  ];
  for (const [claim, overrides, says] of refused) {
    it(`refuse ${claim}`, () => assert.deepEqual(problemsOf(fineract, overrides), says));
  }

  it("refuse to turn off monitoring where there is none", () => {
    const bare: DeclaredApplication = {
      name: "bare",
      owner: "team",
      workloads: { web: { labels: { app: "web" }, ports: { http: "tcp/80" } } },
      flows: [{ from: "web", to: "web", ports: ["tcp/80"], because: "replicas" }],
    };
    assert.deepEqual(problemsOf(bare, { monitoring: false }), [
      "overrides.monitoring: has nothing to turn off: no workload has metrics. Leave it out.",
    ]);
  });

  it("say where they stand, if the caller tells", () => {
    assert.throws(
      () =>
        applyOverrides(fineract, { x: 1 }, atPath("clusters", 0, "applications", "fineract", "overrides")),
      {
        message: /^clusters\[0\]\.applications\.fineract\.overrides: "x" isn't a key of overrides/,
      },
    );
  });
});
