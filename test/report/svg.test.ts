import { strict as assert } from "node:assert";
import Elk from "elkjs";
import { AddressSet } from "../../net";
import { type ChangedLine, pictureOf, pictureOfChange, svgOf } from "../../report";
import { analyze, type ReportedEnd } from "../../reachability/compute";
import { randomWorld } from "../twin/randomWorld";
import { analysisOf } from "../reachability/worlds";

const HOSTILE = `</svg><script>alert(1)</script>"'&\u0000\ud800`;

const end = (name: string): ReportedEnd => ({
  id: `shop/${name}[Pod]`,
  kind: "Pod",
  namespace: "shop",
  name,
  labels: {},
  classes: [],
  plural: false,
});
const line = (kind: ChangedLine["kind"], to: string, gained: string, lost: string): ChangedLine => ({
  kind,
  from: { kind: "end", end: end("web") },
  to: { kind: "end", end: end(to) },
  gained,
  lost,
  because: [`NetworkPolicy shop/${to} lets it in`],
  first: { protocol: "TCP", port: 80 },
});

/** What texts a reader sees, without markup. */
const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");

describe("a map as SVG", () => {
  it("of a change: the lines with their ports, each in the manner of what happens to it, and nothing else", async () => {
    const changes = [
      line("gained", "api", "TCP 80", ""),
      line("lost", "db", "", "TCP 5432"),
      line("changed", "cache", "TCP 6380", "perhaps TCP 6379"),
      {
        ...line("gained", "api", "UDP 53", ""),
        to: { kind: "outside", addresses: AddressSet.of("192.0.2.0/24") },
      } as const,
    ];
    const svg = svgOf(
      "A change",
      [{ title: "eks", picture: await pictureOfChange(changes, new Elk()) }],
      ["a note"],
    );
    assert.deepEqual(
      texts(svg).sort(),
      [
        "+ TCP 6380, − perhaps TCP 6379",
        "+ TCP 80",
        "+ UDP 53",
        "192.0.2.0/24",
        "a note",
        "api",
        "cache",
        "db",
        "eks",
        "shop",
        "web",
        "− TCP 5432",
      ].sort(),
    );
    assert.deepEqual([...svg.matchAll(/<path class="line (\w+)"/g)].map(([, name]) => name).sort(), [
      "changed",
      "gained",
      "gained",
      "lost",
    ]);
    assert.match(svg, /<title>\+ TCP 80: NetworkPolicy shop\/api lets it in<\/title>/);
  });

  it("of a relation: a line for each connection that isn't on every port", async () => {
    for (const seed of [1, 2, 3]) {
      const { units } = analyze(analysisOf(randomWorld(seed)).world);
      const picture = await pictureOf(units, new Elk());
      const svg = svgOf("All", [{ title: "", picture }]);
      const lines = picture.edges.filter(({ free }) => !free);
      assert.equal([...svg.matchAll(/<path class="line /g)].length, lines.length);
    }
  });

  it("holds hostile names as text, asks for nothing and is whole as XML", async () => {
    const changes = [
      {
        ...line("gained", "api", HOSTILE, ""),
        because: [HOSTILE],
        from: { kind: "end", end: { ...end(HOSTILE), namespace: HOSTILE } },
      } as const,
    ];
    const picture = await pictureOfChange(changes, new Elk());
    const svg = svgOf(HOSTILE, [{ title: HOSTILE, picture }], [HOSTILE]);
    assert.equal(svg.includes("<script"), false);
    assert.equal(svg.match(/<\/svg>/g)?.length, 1);
    // eslint-disable-next-line no-control-regex -- what XML refuses
    assert.equal(/[\u0000\ud800-\udfff]/u.test(svg), false);
    assert.equal(/(?:href|src)=|url\((?!#)/.test(svg), false);
  });
});
