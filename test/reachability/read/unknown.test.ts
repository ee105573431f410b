import { strict as assert } from "node:assert";
import { connection, verdictOf } from "../../../reachability/compute/analysis";
import { UNKNOWN } from "../../../kubernetes";
import { manifestsOf } from "../../twin/manifests";
import { Random } from "../../twin/random";
import { PROBES, randomWorld } from "../../twin/randomWorld";
import { connected, type Verdict } from "../../twin/twin";
import type { TwinPolicy, TwinWorld } from "../../twin/world";
import { analysisOfObjects, optionsOf } from "../worlds";

/** A place in a world that isn't known, and every value that could make a difference there. */
interface Hole {
  readonly put: (value: unknown) => TwinWorld;
  readonly candidates: readonly unknown[];
}

const VALUES = ["x", "y", "z", "", "else"];

/** One hole in a world: a label of a pod or namespace, or a part of a policy. */
function holeIn(world: TwinWorld, random: Random): Hole | undefined {
  const kind = random.between(0, 4);
  const { pods, networkPolicies } = world;
  if (kind === 0) {
    const pod = random.pick(pods);
    const put = (value: unknown) => {
      const labels = { ...pod.labels, app: value } as Record<string, string>;
      return { ...world, pods: pods.map((one) => (one === pod ? { ...one, labels } : one)) };
    };
    return { put, candidates: VALUES };
  }
  if (networkPolicies.length === 0) return undefined;
  const policy = random.pick(networkPolicies);
  const change = (spec: object): TwinWorld => ({
    ...world,
    networkPolicies: networkPolicies.map((one): TwinPolicy =>
      one === policy ? { ...one, spec: { ...one.spec, ...spec } } : one,
    ),
  });
  const rule = (side: "from" | "to", inner: (value: unknown) => object) => (value: unknown) =>
    side === "from" ? change({ ingress: [inner(value)] }) : change({ egress: [inner(value)] });
  const side = random.pick(["from", "to"] as const);
  switch (kind) {
    case 1:
      return {
        put: (value) => change({ podSelector: { matchLabels: { app: value } } }),
        candidates: VALUES,
      };
    case 2:
      return {
        put: (value) => change({ policyTypes: value }),
        candidates: [["Ingress"], ["Egress"], ["Ingress", "Egress"]],
      };
    case 3:
      return {
        put: rule(side, (value) => ({ [side]: [{ namespaceSelector: { matchLabels: { tier: value } } }] })),
        candidates: VALUES,
      };
    default:
      return { put: rule(side, (value) => ({ ports: [{ port: value }] })), candidates: [...PROBES, 7] };
  }
}

/** The same world with every pod isolated besides: then it is the doubtful policy's rules that count. */
const closed = (world: TwinWorld): TwinWorld => ({
  ...world,
  networkPolicies: [
    ...world.networkPolicies.map((one): TwinPolicy => {
      return { ...one, spec: { ...one.spec, policyTypes: ["Ingress", "Egress"] } };
    }),
    ...["default", "a", "b", "c"].map((namespace): TwinPolicy => {
      const spec = { podSelector: {}, policyTypes: ["Egress"] };
      return { metadata: { namespace, name: "closed" }, spec };
    }),
  ],
});

describe("reachability: unknown inputs", () => {
  it("answers unknown where the value decides, and only there", () => {
    let [questions, vague] = [0, 0];
    for (let seed = 1; seed <= 1_000; seed++) {
      const world = seed % 2 === 0 ? randomWorld(seed) : closed(randomWorld(seed));
      const hole = holeIn(world, new Random(seed + 1_000_000));
      if (hole === undefined) continue;
      const analysis = analysisOfObjects(manifestsOf(hole.put(UNKNOWN)), optionsOf(world));
      const byId = new Map(analysis.ends.map((end) => [end.id, end]));
      const worlds = hole.candidates.map(hole.put);
      for (const from of world.pods) {
        for (const to of world.pods) {
          const [source, target] = [from, to].map(({ namespace, name }) =>
            byId.get(`${namespace}/${name}[Pod]`),
          );
          assert.ok(source !== undefined && target !== undefined);
          const answer = connection(analysis, source, target);
          for (const port of PROBES.slice(seed % 3).filter((_, i) => i % 3 === 0)) {
            const truths = new Set(worlds.map((one): Verdict => connected(one, from, to, "TCP", port)));
            const [only = "unknown"] = truths;
            const truth = truths.size === 1 ? only : "unknown";
            const actual = verdictOf(answer, "TCP", port);
            questions++;
            if (actual === truth) continue;
            vague++;
            // Vague is allowed where two conditions on one unknown cancel out; wrong never is.
            assert.equal(actual, "unknown", `seed ${seed}: ${from.name} -> ${to.name} TCP ${port}: ${truth}`);
          }
        }
      }
    }
    assert.ok(
      questions > 5_000 && vague * 100 < questions,
      `${vague} of ${questions} answers are vaguer than need be`,
    );
  });
});
