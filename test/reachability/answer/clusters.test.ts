import { strict as assert } from "node:assert";
import { AddressSet } from "../../../net/addressSet";
import { joinClusters } from "../../../reachability/answer/clusters";
import { txtFormat } from "../../../reachability/answer/formats/txt";
import { rowsOf } from "../../../reachability/compute/products";
import { analysisOf, analysisOfObjects } from "../worlds";
import { randomWorld } from "../../twin/randomWorld";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
});

/** A policy that lets `app` talk to one block on one port and hear from nobody, or the reverse. */
const only = (app: string, side: "egress" | "ingress", cidr: string, port: number) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: app, namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress", "Egress"],
    [side]: [{ [side === "egress" ? "to" : "from"]: [{ ipBlock: { cidr } }], ports: [{ port }] }],
  },
});

const linesAmongPods = (text: string) => text.split("\n").filter((line) => /\] => .*\]/.test(line));

describe("reachability: several clusters together", () => {
  it("takes what leaves one cluster and may enter the other for unknown, everything else for blocked", () => {
    const one = analysisOfObjects([pod("web"), only("web", "egress", "10.0.0.0/8", 443)]);
    const other = analysisOfObjects([pod("db"), only("db", "ingress", "192.168.0.0/16", 443)]);
    const joined = joinClusters([
      { cluster: "east", relation: one.units },
      { cluster: "west", relation: other.units },
    ]);
    assert.deepEqual(linesAmongPods([...txtFormat(joined)].join("")), [
      "east:shop/web[Pod] => west:shop/db[Pod] : TCP 443 (unknown)",
    ]);
  });

  it("splits addresses where some cluster tells them apart, and covers all of them once", () => {
    const one = analysisOfObjects([pod("web"), only("web", "egress", "10.0.0.0/8", 443)]);
    const other = analysisOfObjects([pod("db"), only("db", "ingress", "10.1.0.0/16", 443)]);
    const { units } = joinClusters([
      { cluster: "east", relation: one.units },
      { cluster: "west", relation: other.units },
    ]);
    const parts = units.flatMap(({ addresses }) => (addresses === undefined ? [] : [addresses]));
    assert.ok(parts.reduce((sum, part) => sum.union(part), AddressSet.empty).equals(AddressSet.all));
    assert.equal(
      parts.reduce((sum, part) => sum + part.size(), 0n),
      AddressSet.all.size(),
    );
  });

  it("keeps each cluster's own relation, whatever the others hold", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const [one, other] = [analysisOf(randomWorld(seed)), analysisOf(randomWorld(seed + 1000))];
      const joined = joinClusters([
        { cluster: "a", relation: one.units },
        { cluster: "b", relation: other.units },
      ]);
      const inside = (text: string, cluster: string) =>
        linesAmongPods(text).filter((line) => !new RegExp(cluster === "a" ? "b:" : "a:").test(line));
      const [all] = [[...txtFormat(joined)].join("")];
      for (const [cluster, own] of [
        ["a", one],
        ["b", other],
      ] as const) {
        const alone = linesAmongPods([...txtFormat(own.units)].join("")).map((line) =>
          line.replaceAll(/(^|=> )/g, `$1${cluster}:`),
        );
        assert.deepEqual(inside(all, cluster).sort(), alone.sort(), `seed ${seed}, cluster ${cluster}`);
      }
      assert.equal(rowsOf(joined, "allowed").length, joined.units.length);
    }
  });
});
