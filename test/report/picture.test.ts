import { strict as assert } from "node:assert";
import Elk from "elkjs";
import { linesOf, partyText } from "../../reachability/answer/formats";
import { analyze } from "../../reachability/compute";
import { type Picture, pictureOf } from "../../report";
import { randomWorld } from "../twin/randomWorld";
import { analysisOf, analysisOfObjects } from "../reachability/worlds";

const seeds = [1, 2, 3, 4, 5, 6];

/** The lines of a map as text, sorted. */
const drawn = ({ edges }: Picture): string[] =>
  edges
    .map(({ from, to, ports, state }) => `${from} → ${to}: ${ports}${state === "open" ? "" : " ?"}`)
    .sort();

describe("a report's map", () => {
  it("calls most addresses outside by those that aren't among them", async () => {
    const cidr = { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } };
    const { units } = analysisOfObjects([
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web", namespace: "shop" },
        spec: { containers: [] },
      },
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "web", namespace: "shop" },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{ to: [cidr] }] },
      },
    ]);
    const { nodes } = await pictureOf(units, undefined);
    const outside = nodes.filter((node) => node.outside).map(({ label }) => label);
    assert.deepEqual(outside, ["0.0.0.0/0 but not 10.0.0.0/8"]);
  });

  for (const [how, elk] of [
    ["laid out", new Elk()],
    ["in a grid", undefined],
  ] as const) {
    it(`has a line for each connection, no other, and each box where it can be seen, ${how}`, async () => {
      for (const seed of seeds) {
        const { units } = analyze(analysisOf(randomWorld(seed)).world);
        const picture = await pictureOf(units, elk);
        const expected = [...linesOf(units)].flatMap(({ from, to, allowed, unknown }) => {
          const id = (party: typeof from) =>
            party.kind === "end" ? party.end.id : `outside ${partyText(party)}`;
          const pair = `${id(from)} → ${id(to)}`;
          return [
            ...(allowed.isEmpty()
              ? []
              : [`${pair}: ${allowed.isAll() ? "All Connections" : allowed.toString()}`]),
            ...(unknown.isEmpty()
              ? []
              : [`${pair}: ${unknown.isAll() ? "All Connections" : unknown.toString()} ?`]),
          ];
        });
        assert.deepEqual(drawn(picture), expected.sort());
        for (const { x, y, width, height } of [...picture.nodes, ...picture.groups]) {
          assert.ok(x - width / 2 >= 0 && y - height / 2 >= 0, "left or above");
          assert.ok(x + width / 2 <= picture.width && y + height / 2 <= picture.height, "right or below");
        }
        assert.ok(picture.edges.every(({ points }) => points.length >= 2));
      }
    });
  }
});
