import { strict as assert } from "node:assert";
import type { Observation, Probe } from "../e2e/bench/prober";
import type { Cell, End, Verdict } from "../e2e/matrix/cells";
import { compare, expectAll, type Expectation } from "../e2e/matrix/compare";

const end = (name: string, n: number): End => ({
  name: `shop/${name}`,
  host: { namespace: `p${n}`, address: `10.0.0.${n}` },
  answer: `shop/${name}`,
});
const [web, orders, stranger] = [end("web", 1), end("orders", 2), end("stranger", 3)];

const cell = (from: End, to: End): Cell => ({ from, to, protocol: "tcp", port: 8080 });
const declared = cell(web, orders);
const forbidden = cell(stranger, orders);

const says = (to: End): Observation => ({ verdict: "connected", detail: to.answer });
const refused: Observation = { verdict: "refused" };

/** A bench whose packets do what is written here, by who sends them. */
function benchWhere(answers: Readonly<Record<string, Observation>>) {
  const counted = new Map<string, number>();
  return {
    counted,
    count: (what: string, howMany: number) => void counted.set(what, (counted.get(what) ?? 0) + howMany),
    prober: {
      probe: (probes: readonly Probe[]) =>
        Promise.resolve(
          probes.map(({ namespace }) => answers[namespace] ?? { verdict: "failed" as const, detail: "dead" }),
        ),
    },
  };
}

const expecting = (...all: readonly (readonly [Cell, Verdict])[]): Expectation[] =>
  all.map(([each, expected]) => ({ cell: each, expected }));
const about = { layer: "enforcement", rerun: "enforcement: shop" };

/** What a comparison fails with. */
async function failureOf(run: Promise<void>): Promise<string> {
  try {
    await run;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  return assert.fail("expected to fail");
}

describe("the real parts' comparison of what is predicted and what packets do", () => {
  it("fails on one difference, with expected, observed and difference matrices and the command that runs it again", async () => {
    const bench = benchWhere({ p1: says(orders), p3: says(orders) });
    const failure = await failureOf(
      compare(bench, about, expecting([declared, "allowed"], [forbidden, "blocked"])),
    );
    const table = (title: string, rows: readonly string[]) =>
      [title, `                1   2   3`, ...rows, ""].join("\n");
    assert.equal(
      failure,
      [
        `1 of 2 cells differ; rerun: npm run e2e -- --only "enforcement: shop"`,
        table("expected: open ports", [
          "  1 web         .   1   .",
          "  2 orders      .   .   .",
          "  3 stranger    .   .   .",
        ]),
        table("observed: open ports", [
          "  1 web         .   1   .",
          "  2 orders      .   .   .",
          "  3 stranger    .   1   .",
        ]),
        table("difference", [
          "  1 web         .   .   .",
          "  2 orders      .   .   .",
          "  3 stranger    .   1   .",
        ]),
        "shop/stranger → shop/orders tcp/8080: expected blocked",
      ].join("\n"),
    );
    assert.deepEqual(
      [...bench.counted],
      [
        ["enforcement cells compared", 2],
        ["enforcement differences", 1],
      ],
    );
  });

  it("fails on a declared flow that doesn't connect, too", async () => {
    const bench = benchWhere({ p1: refused, p3: refused });
    const failure = await failureOf(
      compare(bench, about, expecting([declared, "allowed"], [forbidden, "blocked"])),
    );
    assert.match(failure, /^1 of 2 cells differ/);
    assert.match(failure, /shop\/web → shop\/orders tcp\/8080: expected allowed$/);
  });

  it("never takes a probe that failed, or reached somebody else, for a verdict", async () => {
    const expectations = expecting([forbidden, "blocked"]);
    assert.match(
      await failureOf(compare(benchWhere({}), about, expectations)),
      /shop\/stranger → shop\/orders tcp\/8080: the probe failed: dead/,
    );
    assert.match(
      await failureOf(compare(benchWhere({ p3: says(web) }), about, expectations)),
      /reached shop\/web instead/,
    );
  });

  it("takes silence for an answer where enforcement drops, except where a cell should be open", async () => {
    const asked: string[] = [];
    const silent: Observation = { verdict: "silent" };
    const bench = {
      ...benchWhere({}),
      prober: {
        probe: (probes: readonly Probe[], timeoutMs = 1000) => {
          asked.push(...probes.map(({ namespace }) => `${namespace} ${timeoutMs}`));
          // Who is declared answers to patience; who isn't, never does.
          const slow = (probe: Probe) => probe.namespace === "p1" && timeoutMs > 1000;
          return Promise.resolve(probes.map((probe) => (slow(probe) ? says(orders) : silent)));
        },
      },
    };
    const expectations = expecting([declared, "allowed"], [forbidden, "blocked"]);
    await compare(bench, { ...about, refusal: "silent" }, expectations);
    assert.deepEqual(asked, ["p1 300", "p3 300", "p1 2000"]);
    asked.length = 0;
    await compare(bench, about, expectations);
    assert.deepEqual(asked, ["p1 1000", "p3 1000", "p1 2000", "p3 2000", "p3 5000"]);
  });

  it("fails on an owner's test with the cells that differ and the command that runs it again", async () => {
    const bench = benchWhere({ p1: says(orders), p3: says(orders) });
    const failure = await failureOf(
      expectAll(bench, { layer: "owners' tests'", rerun: "strangers" }, [declared, forbidden], "blocked"),
    );
    assert.equal(
      failure,
      [
        "shop/web → shop/orders tcp/8080: expected blocked, observed allowed",
        "shop/stranger → shop/orders tcp/8080: expected blocked, observed allowed",
        `rerun: npm run e2e -- --only "strangers"`,
      ].join("\n"),
    );
    assert.equal(bench.counted.get("owners' tests' differences"), 2);
  });
});
