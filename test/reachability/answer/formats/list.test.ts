import { strict as assert } from "node:assert";
import { linesOf, listFormat, tableFormat, wholePartyText } from "../../../../reachability/answer/formats";
import { analysisOfObjects } from "../../worlds";

const deployment = (name: string, namespace: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "a" }] } },
  },
});
/** Nine callers of one destination; a name of 63 letters; many ports. */
const LONG = "a-workload-whose-name-is-as-long-as-a-label-may-be-no-longer";
const callers = [...Array.from({ length: 8 }, (_, i) => `caller-${i}`), LONG];
const policy = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "db", namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: callers }] } },
          { ipBlock: { cidr: "198.51.100.0/24" } },
        ],
        ports: Array.from({ length: 20 }, (_, i) => ({ port: 7000 + 2 * i })),
      },
    ],
  },
};
const deny = (namespace: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny", namespace },
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
});
const { units } = analysisOfObjects([
  deployment("db", "shop"),
  deployment("quiet", "idle"),
  deployment("calm", "idle"),
  ...callers.map((name) => deployment(name, "shop")),
  policy,
  deny("shop"),
  deny("idle"),
]);

describe("reach as a list", () => {
  for (const by of ["to", "from"] as const) {
    it(`has every connection, by its ${by}, in lines that fit from 60 columns on`, () => {
      const [, ...texts] = [120, ...Array.from({ length: 141 }, (_, i) => 60 + i)].map((width) => {
        const text = [...listFormat(units, { width, by })].join("");
        const wide = text.split("\n").filter((line) => line.length > width);
        assert.deepEqual(wide, [], `at ${width} columns`);
        return text.replaceAll(/\s/g, "");
      });
      assert.equal(new Set(texts).size, 1, "the same answer at every width");
      const [answer = ""] = texts;
      const other = by === "to" ? "from" : "to";
      for (const line of linesOf(units))
        assert.ok(answer.includes(`${other}${wholePartyText(line[other]).replaceAll(" ", "")}`));
      assert.equal(answer.match(/TCP|AllConnections/g)?.length, [...linesOf(units)].length);
    });
  }

  it("says that nothing is open where nothing is", () => {
    const nothing = { ...units, lower: units.lower.map(() => []), upper: units.upper.map(() => []) };
    assert.deepEqual(
      [...listFormat(nothing, { width: 80, by: "to" })],
      ["nothing that is asked about is open\n"],
    );
  });
});

describe("reach as a table", () => {
  it("shows a namespace in which nothing reaches anything only where all is asked about", () => {
    const headings = (withEmpty: boolean) =>
      [...tableFormat(units, { width: 9000, withEmpty })].join("").match(/^namespace \S+/gm);
    assert.deepEqual(headings(true), ["namespace idle", "namespace shop"]);
    assert.deepEqual(headings(false), ["namespace shop"]);
  });
});
