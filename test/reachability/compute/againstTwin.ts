import { strict as assert } from "node:assert";
import { type Analysis, connection, verdictOf } from "../../../reachability/compute/analysis";
import type { ReportedEnd } from "../../../reachability/compute/ends";
import { PROBED_PROTOCOLS, PROBES, pairsOf } from "../../twin/randomWorld";
import { connected } from "../../twin/twin";
import type { TwinEnd, TwinWorld } from "../../twin/world";
import { analysisOf } from "../worlds";

/** Worlds judged in every run; TWIN_WORLDS=20000 judges as many as CI does. */
export const WORLDS = Number(process.env["TWIN_WORLDS"] ?? 1_000);
export const FIRST_SEED = Number(process.env["TWIN_SEED"] ?? 1);

/** Finds the analyzer's end for one of the twin's. */
export function finder({ ends, relation }: Analysis) {
  const byId = new Map(ends.map((end) => [end.id, end]));
  const parts = [...relation.classes.outside];
  return (end: TwinEnd): ReportedEnd => {
    const number =
      "address" in end ? parts.find(([, part]) => part.containsAddress(end.address))?.[0] : undefined;
    const found =
      "address" in end
        ? ends.find(({ kind, classes }) => kind === "IPBlock" && classes[0] === number)
        : byId.get(`${end.namespace}/${end.name}[Pod]`);
    assert.ok(found, JSON.stringify(end));
    return found;
  };
}

/** Asserts that both agree on every pair of a world, at one protocol a port: that keeps a run short, and seeds see to it that all meet. */
export function compare(world: TwinWorld, seed: number): void {
  const analysis = analysisOf(world);
  const find = finder(analysis);
  for (const [from, to] of pairsOf(world)) {
    const [source, destination] = [find(from), find(to)];
    const answer = connection(analysis, source, destination);
    for (const [i, port] of PROBES.entries()) {
      const protocol = PROBED_PROTOCOLS[(i + seed) % PROBED_PROTOCOLS.length] ?? "TCP";
      const expected = connected(world, from, to, protocol, port);
      const actual = verdictOf(answer, protocol, port);
      if (actual !== expected) {
        const question = `${JSON.stringify(from)} -> ${JSON.stringify(to)} ${protocol} ${port}`;
        assert.equal(actual, expected, `seed ${seed}: ${question}\n${JSON.stringify(world, null, 1)}`);
      }
    }
  }
}
