import { strict as assert } from "node:assert";
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

describe("the bench's random worlds", () => {
  it("show each departure of k3s's controller in some cell that it decides alone", () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
    assert.deepEqual([...decisive(numbers)].sort(), departures.map(({ name }) => name).sort());
  });

  it("without policies show none: the control", () => {
    const world = { ...randomWorld(1, 1), networkPolicies: [] };
    const all = new KubeRouter(world, new Set(departures.map(({ name }) => name)));
    assert.ok(questions.every((one) => all.verdict(one) === "allowed"));
  });
});
