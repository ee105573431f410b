// Longer than most: laws of validation, all on one sound application.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { load } from "js-yaml";
import { PalisadeInputError } from "../../problems";
import { applications } from "../../applications";
import { type DeclaredApplication, applicationFromData, validateApplications } from "../../flows";
import { MALFORMED, SOUND, document } from "./malformed";

/** The lines of the error that a task throws; it has to throw one for users. */
function problemsOf(task: () => unknown): string[] {
  try {
    task();
  } catch (error) {
    assert(error instanceof PalisadeInputError, String(error));
    const [first = "", ...rest] = error.message.split("\n");
    if (rest.length === 0) return [first];
    assert.equal(first, `${rest.length} problems:`);
    return rest.map((line) => line.replace(/^ {2}/, ""));
  }
  return assert.fail("nothing was refused");
}

const read = (parts: Readonly<Record<string, string | undefined>>) => load(document({ ...SOUND, ...parts }));

describe("flows: malformed applications", () => {
  it("accepts the sound application that each case breaks", () => {
    assert.equal(applicationFromData(read({})).name, "shop");
  });

  for (const { claim, change, says } of MALFORMED) {
    it(`refuses ${claim}`, () => {
      assert.deepEqual(
        problemsOf(() => applicationFromData(read(change))),
        says,
      );
    });
  }

  it("says the same of a declaration that comes as a program's data", () => {
    for (const { change, says } of MALFORMED) {
      const declared = read(change) as DeclaredApplication;
      // What only `applyOverrides` may write is refused in plain data; a name that isn't a text can't be quoted.
      if ("overridden" in declared || typeof declared.name !== "string") continue;
      assert.deepEqual(
        problemsOf(() => validateApplications([declared])),
        says,
      );
    }
  });

  for (const [what, data] of [
    ["nothing", null],
    ["a text", "shop"],
    ["a list", []],
    ["a date", new Date(0)],
    ["a map", new Map()],
  ] as const) {
    it(`refuses ${what} as an application`, () => {
      assert.equal(problemsOf(() => applicationFromData(data)).length, 1);
    });
  }

  it("refuses keys that hide behind a prototype", () => {
    const hiding = { name: "shop", owner: "team", workloads: { __proto__: { web: {} } }, flows: [] };
    assert.deepEqual(
      problemsOf(() => applicationFromData(hiding)),
      ["shop: workloads: is not plain data. Write keys and values."],
    );
  });

  it("never throws anything but problems, whatever the data", () => {
    const key = fc.constantFrom(
      "name",
      "owner",
      "workloads",
      "flows",
      "accepts",
      "labels",
      "from",
      "to",
      "kind",
      "ports",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom("shop", "web", "internet", "tcp/80", "cidr", "workload", "", "__proto__", "\u0000"),
        fc.constantFrom(null, undefined, true, 0, -1, NaN, 1n),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
      ),
    }));
    const sound = load(document(SOUND)) as object;
    fc.assert(
      fc.property(tree, key, (value, replaced) => {
        for (const data of [value, { ...sound, [replaced]: value }]) {
          try {
            applicationFromData(data);
          } catch (error) {
            assert(error instanceof PalisadeInputError, String(error));
            assert(error.problems.length > 0);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("flows: what validation gives", () => {
  it("doesn't depend on the order of keys or of flows, nor on line ends in a reason", () => {
    const turn = (value: unknown, key = ""): unknown => {
      if (typeof value === "string") return key === "because" ? `${value.replaceAll(" ", "\r\n")}\n` : value;
      if (Array.isArray(value)) return value.map((each) => turn(each)).reverse();
      if (typeof value !== "object" || value === null) return value;
      const entries = Object.entries(value).reverse();
      return Object.fromEntries(entries.map(([name, each]) => [name, turn(each, name)]));
    };
    const turned = applications.map((application) => applicationFromData(turn(application))).reverse();
    assert.equal(
      JSON.stringify(validateApplications(turned)),
      JSON.stringify(validateApplications(applications)),
    );
  });

  it("is the same for a program's declaration and for the data that it is", () => {
    const asData = applications.map((application) =>
      applicationFromData(JSON.parse(JSON.stringify(application))),
    );
    assert.deepEqual(validateApplications(asData), validateApplications(applications));
  });

  it("gives a thousand workloads and five thousand flows without comparing all with all", () => {
    const names = Array.from({ length: 1000 }, (_, i) => `w${i}`);
    const big: DeclaredApplication = {
      name: "big",
      owner: "team",
      workloads: Object.fromEntries(
        names.map((name) => [
          name,
          { labels: { part: "big", app: name }, ports: { http: "tcp/80" as const } },
        ]),
      ),
      flows: names.flatMap((from, i) =>
        [1, 2, 3, 4, 5].map((step) => ({
          from,
          to: `w${(i + step) % 1000}`,
          ports: ["tcp/80"] as const,
          because: "it is big",
        })),
      ),
    };
    const [checked] = validateApplications([big]);
    assert.equal(checked?.flows.length, 5000);
  });
});

describe("flows: what isn't a mistake", () => {
  const sound: readonly (readonly [string, string])[] = [
    ["one pair of ends twice, on other ports", "{ from: web, to: web, ports: [tcp/80], because: replicas }"],
    [
      "other addresses on the same port",
      "{ from: web, to: { kind: cidr, cidrs: [203.0.113.0/25] }, ports: [tcp/443], because: a partner }\n" +
        "    - { from: web, to: { kind: cidr, cidrs: [203.0.113.128/25] }, ports: [tcp/443], because: another }",
    ],
    ["the same ends the other way round", "{ from: api, to: web, ports: [tcp/80], because: callbacks }"],
    [
      "pods said in words",
      "{ from: { kind: pods, namespace: a, pods: every-pod }, to: web, ports: [tcp/80], because: they ask }",
    ],
    [
      "one instance beside another",
      "{ from: api/read, to: api/write, ports: [tcp/8080], because: forwards }",
    ],
    ["the world by name", "{ from: { kind: internet }, to: web, ports: [tcp/80], because: customers }"],
  ];
  for (const [claim, flow] of sound) {
    it(claim, () => {
      const flows = `${SOUND["flows"] ?? ""}\n    - ${flow}`;
      assert.equal(applicationFromData(read({ flows })).name, "shop");
    });
  }

  it("two flows of one pair on ports that don't overlap", () => {
    const flows =
      "[{ from: web, to: api, ports: [tcp/8080], because: orders }, { from: web, to: api, ports: [tcp/8081], because: events }]";
    const workloads = (SOUND["workloads"] ?? "").replace("tcp/8080", "tcp/8080-8081");
    const [shop] = validateApplications([applicationFromData(read({ flows, workloads }))]);
    assert.deepEqual(
      shop?.flows.map(({ id }) => id),
      ["web → api tcp/8080", "web → api tcp/8081"],
    );
  });
});

describe("flows: between applications", () => {
  const front = (flow: string) =>
    load(
      `{ name: front, owner: team, workloads: { web: { labels: { app: web }, instances: { a: { i: a }, b: { i: b } } } }, flows: [${flow}] }`,
    ) as DeclaredApplication;
  const shop = (accepts: string) =>
    load(document({ ...SOUND, accepts: `[${accepts}]` })) as DeclaredApplication;
  const to = "{ kind: application, application: shop, workload: api }";
  const outgoing = `{ from: web, to: ${to}, ports: [tcp/8080], because: orders from the front }`;
  const accepted =
    "{ application: front, workload: web, to: api, ports: [tcp/8080], because: the front orders }";

  it("joins a flow and its acceptance, each with its own reason", () => {
    const [source, target] = validateApplications([shop(accepted), front(outgoing)]);
    const ports = [{ protocol: "TCP", from: 8080, to: 8080 }];
    assert.deepEqual(target?.accepted, [
      {
        from: { application: "front", workload: "web" },
        to: { kind: "workload", workload: "api" },
        ports,
        because: "the front orders",
        names: [],
      },
    ]);
    assert.deepEqual(
      source?.flows.map(({ id, because }) => [id, because]),
      [["web → api of shop tcp/8080", "orders from the front"]],
    );
  });

  it("gives a flow to the application that accepts it, and to no third one", () => {
    const third = load(document({ ...SOUND, name: "third" })) as DeclaredApplication;
    assert.deepEqual(
      validateApplications([third, shop(accepted), front(outgoing)]).map((each) => [
        each.name,
        each.accepted.length,
      ]),
      [
        ["front", 0],
        ["shop", 1],
        ["third", 0],
      ],
    );
  });

  it("takes several acceptances that cover a flow together, instance by instance", () => {
    const halves = ["a", "b"].map((instance) =>
      accepted.replace("workload: web", `workload: web/${instance}`),
    );
    const [, target] = validateApplications([front(outgoing), shop(halves.join(", "))]);
    assert.equal(target?.accepted.length, 1);
  });

  const refused: readonly (readonly [string, DeclaredApplication[], string[]])[] = [
    [
      "a flow that the other side doesn't accept",
      [front(outgoing), shop("")],
      [
        'front: flow web → api of shop tcp/8080: shop doesn\'t accept web/a → api/read tcp/8080; web/a → api/write tcp/8080; web/b → api/read tcp/8080; web/b → api/write tcp/8080. In shop, list under accepts: application "front", workload "web", to "api", with ports and a reason.',
      ],
    ],
    [
      "an acceptance that nobody uses",
      [front("{ from: web, to: { kind: internet }, ports: [tcp/443], because: news }"), shop(accepted)],
      [
        "shop: acceptance web of front → api: front declares no flow for web/a → api/read tcp/8080; web/a → api/write tcp/8080; web/b → api/read tcp/8080; web/b → api/write tcp/8080. Declare the flow in front, or accept no more than it declares.",
      ],
    ],
    [
      "an acceptance that is wider than the flow, and would be a door",
      [
        front(outgoing.replace("from: web", "from: web/a").replace("workload: api", "workload: api/read")),
        shop(accepted),
      ],
      [
        "shop: acceptance web of front → api: front declares no flow for web/a → api/write tcp/8080; web/b → api/read tcp/8080; web/b → api/write tcp/8080. Declare the flow in front, or accept no more than it declares.",
      ],
    ],
    [
      "an acceptance that is narrower than the flow",
      [
        front(outgoing),
        shop(accepted.replace("workload: web", "workload: web/a").replace("to: api", "to: api/read")),
      ],
      [
        'front: flow web → api of shop tcp/8080: shop doesn\'t accept web/a → api/write tcp/8080; web/b → api/read tcp/8080; web/b → api/write tcp/8080. In shop, list under accepts: application "front", workload "web", to "api", with ports and a reason.',
      ],
    ],
    [
      "other names than the other side has",
      [
        front(
          `${outgoing.replace("application: shop", "application: shpo")}, ${outgoing.replace("workload: api", "workload: apy")}, ${outgoing.replace("workload: api", "workload: api/raed")}`,
        ),
        shop(accepted.replace("workload: web", "workload: web/c")),
      ],
      [
        'front: flow web → api of shpo tcp/8080: there is no application "shpo". Did you mean "shop"?',
        'front: flow web → apy of shop tcp/8080: there is no workload "apy" in shop. Did you mean "api"?',
        'front: flow web → api/raed of shop tcp/8080: api of shop has no instance "raed". Did you mean "read"?',
        'shop: acceptance web/c of front → api: web of front has no instance "c". Write one of a, b.',
      ],
    ],
    [
      "one name for two applications",
      [shop(""), shop("")],
      ["application shop: is declared twice. Give each application a name of its own."],
    ],
  ];
  for (const [claim, declared, says] of refused) {
    it(`refuses ${claim}`, () => {
      assert.deepEqual(
        problemsOf(() => validateApplications(declared)),
        says,
      );
    });
  }

  it("doesn't complain of what the unreadable part of the other side may hold", () => {
    const broken = { ...shop(""), accepts: 5 } as unknown as DeclaredApplication;
    assert.deepEqual(
      problemsOf(() => validateApplications([front(outgoing), broken])),
      ["shop: accepts: 5 isn't a list. Write a list."],
    );
  });
});

describe("flows: roles for buckets", () => {
  const parts = {
    buckets: "{ documents: {} }",
    workloads: `
      web: { labels: { app: web }, ports: { http: tcp/80 }, serviceAccount: shop }
      api: { labels: { app: api }, ports: { http: tcp/8080 }, serviceAccount: shop }`,
    flows: `
      - { from: web, to: api, ports: [tcp/8080], because: orders }
      - { from: api, to: { kind: bucket, bucket: documents, access: read }, ports: [tcp/443], because: invoices }
      - { from: api, to: { kind: cloud-identity }, ports: [tcp/443], because: credentials }`,
  };

  it("refuses an account that another workload has too: it would have the role without the flow", () => {
    const shared =
      "web has the same ServiceAccount shop, and so the same role, without this flow. Give it a ServiceAccount of its own.";
    assert.deepEqual(
      problemsOf(() => applicationFromData(read(parts))),
      [
        `shop: flow api → bucket documents (read) tcp/443: ${shared}`,
        `shop: flow api → cloud-identity tcp/443: ${shared}`,
      ],
    );
  });

  it("accepts an account of its own", () => {
    const own = parts.workloads.replace("serviceAccount: shop", "serviceAccount: web");
    assert.equal(applicationFromData(read({ ...parts, workloads: own })).name, "shop");
  });
});
