import { strict as assert } from "node:assert";
import fc from "fast-check";
import { linesOf } from "../../../../reachability/answer/formats";
import { connection } from "../../../../reachability/compute";
import { analysisOfObjects } from "../../worlds";

const COUNT = 40;

/** Many pods, of which the pairs in `edges` alone may talk, each on a port of its own. */
function worldOf(edges: readonly (readonly [from: number, to: number])[]): readonly object[] {
  const pods = Array.from({ length: COUNT }, (_, number) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `pod-${number}`, namespace: "shop", labels: { app: `app-${number}` } },
    spec: { containers: [{ name: "main", image: "main" }] },
  }));
  const selector = (number: number) => ({ matchLabels: { app: `app-${number}` } });
  const policies = edges.map(([from, to], i) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `edge-${i}`, namespace: "shop" },
    spec: {
      podSelector: selector(to),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: selector(from) }], ports: [{ port: 1000 + from }] }],
    },
  }));
  const deny = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "shop" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
  return [...pods, deny, ...policies];
}

describe("the lines of a relation", () => {
  it("are the pairs that may talk, in the order of their ids, whether few ends are reached or many", () => {
    const number = fc.nat({ max: COUNT - 1 });
    const few = fc.array(fc.tuple(number, number), { maxLength: 60 });
    const many = fc
      .tuple(number, fc.array(few, { maxLength: 1 }))
      .map(([from, more]) => [
        ...Array.from({ length: COUNT }, (_, to) => [from, to] as [number, number]),
        ...more.flat(),
      ]);
    fc.assert(
      fc.property(fc.oneof(few, many), (edges) => {
        const analysis = analysisOfObjects(worldOf(edges));
        const ends = analysis.ends
          .filter(({ kind }) => kind !== "IPBlock")
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const expected = ends.flatMap((from) =>
          ends.flatMap((to) => {
            const ports = connection(analysis, from, to).lower;
            return from === to || ports.isEmpty() ? [] : [`${from.id} ${to.id} ${ports.toString()}`];
          }),
        );
        const lines = [...linesOf(analysis.units)].flatMap(({ from, to, allowed }) =>
          from.kind === "end" && to.kind === "end"
            ? [`${from.end.id} ${to.end.id} ${allowed.toString()}`]
            : [],
        );
        assert.deepEqual(lines, expected);
      }),
      { numRuns: 20 },
    );
  });
});
