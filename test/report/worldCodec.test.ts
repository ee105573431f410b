import { strict as assert } from "node:assert";
import fc from "fast-check";
import { jsonFormat } from "../../reachability/answer/formats";
import { explainWithDepartures } from "../../reachability/answer/explain";
import { analyze, type Analysis } from "../../reachability/compute";
import { decodeWorld, encodeWorld } from "../../report";
import { AskedWorld } from "../../report/browser/ask";
import { randomWorld } from "../twin/randomWorld";
import { analysisOf, analysisOfObjects } from "../reachability/worlds";
import { UNKNOWN } from "../../kubernetes";

const json = ({ units }: Analysis): string => [...jsonFormat(units, { warnings: [] })].join("");
const again = ({ world }: Analysis): Analysis => analyze(decodeWorld(encodeWorld(world)));

describe("a world that travels with a page", () => {
  it("gives the same relation, to the letter", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const analysis = analysisOf(randomWorld(seed));
        assert.equal(json(again(analysis)), json(analysis));
      }),
      { numRuns: 50 },
    );
  });

  it("answers as explain does: verdict, sentences and what would allow it", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (seed, a, b) => {
        const analysis = analysisOf(randomWorld(seed));
        const page = new AskedWorld(encodeWorld(analysis.world));
        const ends = analysis.ends.filter(({ kind }) => kind !== "IPBlock");
        const [from, to] = [ends[a % ends.length], ends[b % ends.length]];
        if (from === undefined || to === undefined) return;
        const told = explainWithDepartures(analysis, { from, to, protocol: "TCP", port: 80 });
        const answers = page.ask(from.id, to.id, "TCP", 80);
        assert.ok(!("problems" in answers));
        const [answer] = answers;
        assert.deepEqual([answer?.verdict, answer?.sentences], [told.verdict, told.sentences]);
        assert.equal(answer?.changes.length, told.changes.length);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps what isn't known unknown, and annotations that look like the codec's own marks; and leaves out what no answer depends on", () => {
    const pod = (name: string, labels: object) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop", labels, annotations: { $: "unknown", note: "not for others" } },
      spec: {
        hostNetwork: UNKNOWN,
        containers: [
          { name: "main", image: "registry/image", env: [{ name: "PASSWORD", value: "hunter2" }] },
        ],
      },
    });
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "web", namespace: "shop" },
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] },
    };
    const analysis = analysisOfObjects([pod("web", { app: UNKNOWN }), pod("api", { app: "api" }), policy]);
    const travels = encodeWorld(analysis.world);
    assert.deepEqual(
      ["registry/image", "hunter2", "not for others"].filter((text) => travels.includes(text)),
      [],
    );
    assert.match(json(analysis), /"unknown":\[\n?\{/);
    assert.equal(json(again(analysis)), json(analysis));
  });
});
