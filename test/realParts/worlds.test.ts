import { strict as assert } from "node:assert";
import type { OpinionEnd } from "../e2e/opinions/cells";
import { ciliumDepartures } from "../e2e/opinions/ciliumDepartures";
import type { PlacedWorld } from "../e2e/opinions/placedWorld";
import { verdictOf } from "../e2e/opinions/question";
import { departures } from "../e2e/worlds/departures";
import { KubeRouter, type Departure } from "../e2e/worlds/kubeRouter";
import { parseOptions } from "../e2e/options";
import { listeners, outside, pods, randomWorld } from "../e2e/worlds/randomWorld";

const addresses = [...pods.map(({ ips: [ip] }) => ip), ...outside.map(({ address }) => address)];
const questions = addresses.flatMap((from) =>
  addresses
    .filter((to) => to !== from)
    .flatMap((to) =>
      listeners.map(({ protocol, port }) => {
        return { from, to, port, protocol: protocol === "tcp" ? ("TCP" as const) : ("UDP" as const) };
      }),
    ),
);

/** The departures that decide a cell of one of the bench's random worlds, each alone. */
function decisive(numbers: readonly number[]): ReadonlySet<Departure> {
  const { seed } = parseOptions([]);
  const found = new Set<Departure>();
  for (const number of numbers) {
    const world = randomWorld(seed, number);
    const faithful = new KubeRouter(world, new Set());
    for (const { name } of departures) {
      if (found.has(name)) continue;
      const departing = new KubeRouter(world, new Set([name]));
      if (questions.some((one) => departing.verdict(one) !== faithful.verdict(one))) found.add(name);
    }
  }
  return found;
}

const nodes = ["a", "b"].map((name, i) => ({ name, ips: [`10.0.54.1${i + 1}`] }));
/** Pods, nodes and hosts outside, as they are to Cilium's agents. */
const ends: readonly OpinionEnd[] = [
  ...pods.map(({ namespace, name, ips }) => ({ namespace, name, ips })),
  ...nodes.map(({ name, ips }) => ({ node: name, ips })),
  ...outside.map(({ address }) => ({ address, ips: [address] })),
];

/** The departures of Cilium that decide a cell of a world between a pod and somebody else, each alone. */
function decisiveOfCilium(world: PlacedWorld): ReadonlySet<string> {
  const found = new Set<string>();
  const pairs = ends.flatMap((from) =>
    ends
      .filter((to) => to !== from && ("namespace" in from || "namespace" in to))
      .map((to) => ({ from, to, protocol: "TCP" as const, port: 80 })),
  );
  for (const { name, view } of ciliumDepartures)
    if (pairs.some((cell) => verdictOf(world, cell, [view]) !== verdictOf(world, cell, []))) found.add(name);
  return found;
}

describe("the bench's random worlds", () => {
  it("show each departure of k3s's controller in some cell that it decides alone", () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
    assert.deepEqual([...decisive(numbers)].sort(), departures.map(({ name }) => name).sort());
  });

  it("show those of Cilium that TCP and the worlds' labels and ports can show", () => {
    const { seed } = parseOptions([]);
    const found = new Set<string>();
    for (let number = 1; number <= 12; number++) {
      const running = randomWorld(seed, number);
      const world = { running, told: running, nodes, nodesTold: true };
      for (const name of decisiveOfCilium(world)) found.add(name);
    }
    assert.deepEqual(
      [...found].sort(),
      ["blocks-and-nodes", "blocks-and-pods", "own-node-egress", "rules-of-types-left-out"].sort(),
    );
  });

  it("without policies show none: the control", () => {
    const world = { ...randomWorld(1, 1), networkPolicies: [] };
    const placed = { running: world, told: world, nodes, nodesTold: true };
    assert.deepEqual([...decisiveOfCilium(placed)], []);
    const all = new KubeRouter(world, new Set(departures.map(({ name }) => name)));
    assert.ok(questions.every((one) => all.verdict(one) === "allowed"));
  });
});
