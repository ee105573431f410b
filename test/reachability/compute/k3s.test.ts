import { strict as assert } from "node:assert";
import { connection, verdictOf } from "../../../reachability/compute/analysis";
import { KubeRouter } from "../../e2e/worlds/kubeRouter";
import { departures } from "../../e2e/worlds/departures";
import { manifestsOf } from "../../twin/manifests";
import { PROBES, randomWorld } from "../../twin/randomWorld";
import type { TwinWorld } from "../../twin/world";
import { analysisOfObjects } from "../worlds";

/** A world in which every pod has an IPv4 address of its own, as the model of the controller wants it. */
function placed(seed: number): TwinWorld {
  const text = JSON.stringify(randomWorld(seed)).replaceAll("192.0.2.7/24", "192.0.2.0/24");
  const { namespaces, pods, networkPolicies } = JSON.parse(text) as TwinWorld;
  return {
    namespaces,
    networkPolicies,
    pods: pods.map((pod, i) => ({ ...pod, hostNetwork: false, ips: [`10.0.1.${i + 4}`] })),
  };
}

describe("reachability: --cni k3s agrees with the model of its controller", () => {
  it("on 400 random worlds", function () {
    this.timeout(0);
    const all = new Set(departures.map(({ name }) => name));
    for (let seed = 1; seed <= 400; seed++) {
      const world = placed(seed);
      const analysis = analysisOfObjects(manifestsOf(world), { cni: "k3s" });
      const model = new KubeRouter(world, all);
      const pods = analysis.ends.filter(({ kind }) => kind === "Pod");
      const addressOf = (id: string) =>
        world.pods.find(({ namespace, name }) => id === `${namespace}/${name}[Pod]`)?.ips?.[0] ?? "";
      for (const from of pods) {
        for (const to of pods) {
          if (from === to) continue;
          const answer = connection(analysis, from, to);
          for (const [i, port] of PROBES.entries()) {
            const protocol = (i + seed) % 2 === 0 ? "TCP" : "UDP";
            const question = { from: addressOf(from.id), to: addressOf(to.id), protocol, port } as const;
            assert.equal(
              verdictOf(answer, protocol, port),
              model.verdict(question),
              `seed ${seed}: ${from.id} -> ${to.id} ${protocol} ${port}\n${JSON.stringify(world, null, 1)}`,
            );
          }
        }
      }
    }
  });
});
