import { strict as assert } from "node:assert";
import { departuresOf, departureText } from "../../../reachability/answer/departures";
import { connection, type UnitRelation, type Verdict, verdictOf } from "../../../reachability/compute";
import { DEPARTING, namesSctp } from "../../../reachability/read";
import { manifestsOf } from "../../twin/manifests";
import { pairsOf, PROBED_PROTOCOLS, PROBES, randomWorld, withServices } from "../../twin/randomWorld";
import { withTiers } from "../../twin/randomTiers";
import type { TwinEnd } from "../../twin/world";
import { analysisOfObjects, endAt, optionsOf } from "../worlds";
import { app, block, from, pod, policy, to } from "../evidence/table";

/** Worlds judged in every run; DEPARTURE_WORLDS=5000 judges more. */
const WORLDS = Number(process.env["DEPARTURE_WORLDS"] ?? 60);

/** The ports that a relation surely opens between two ends, by which addresses it tells apart. */
function portsAt({ units, table, lower }: UnitRelation, source: TwinEnd, target: TwinEnd) {
  const unitOf = (end: TwinEnd) =>
    units.findIndex(({ ends, addresses }) =>
      "address" in end
        ? addresses?.containsAddress(end.address) === true
        : ends.some(({ id }) => id === `${end.namespace}/${end.name}[Pod]`),
    );
  const number = unitOf(target);
  return (lower[unitOf(source)] ?? []).flatMap(({ ports, set }) =>
    set.has(number) ? [table.get(ports)] : [],
  );
}

describe("reachability: what plugins would answer otherwise, over a whole relation", () => {
  it(`is every firm answer that the plugin's own relation doesn't share, and no other, in ${WORLDS} random worlds`, () => {
    let found = 0;
    for (let seed = 1; seed <= WORLDS; seed++) {
      const drawn = randomWorld(seed);
      const world =
        seed % 3 === 0 ? withServices(drawn, seed) : seed % 3 === 1 ? drawn : withTiers(drawn, seed);
      const objects = manifestsOf(world);
      const words = analysisOfObjects(objects, { ...optionsOf(world), cni: "any" });
      const departures = departuresOf(words);
      const sctp = !namesSctp(words.world);
      for (const cni of DEPARTING) {
        const there = analysisOfObjects(objects, {
          ...optionsOf(world),
          cni,
          cilium: { cidrMatch: [], sctp },
        });
        const own = departures.find((one) => one.cni === cni);
        for (const [source, target] of pairsOf(world)) {
          // A pod with itself isn't a connection.
          if (JSON.stringify(source) === JSON.stringify(target)) continue;
          const ends = [words, there].map((one) => [endAt(one, source), endAt(one, target)] as const);
          if (ends.some((pair) => pair.includes(undefined))) continue;
          const [said, done] = [words, there].map((one, i) => {
            const [a, b] = ends[i] ?? [];
            assert.ok(a !== undefined && b !== undefined);
            return connection(one, a, b);
          });
          assert.ok(said !== undefined && done !== undefined);
          for (const [i, port] of PROBES.entries()) {
            const protocol = PROBED_PROTOCOLS[(i + seed) % PROBED_PROTOCOLS.length] ?? "TCP";
            const word: Verdict = verdictOf(said, protocol, port);
            const deed: Verdict = verdictOf(done, protocol, port);
            const differs = word !== "unknown" && word !== deed;
            const side = word === "allowed" ? own?.closes : own?.opens;
            const isSaid =
              side !== undefined &&
              portsAt(side, source, target).some((ports) => ports.contains(protocol, port));
            const question = `seed ${seed}, ${cni}: ${JSON.stringify([source, target])} ${protocol} ${port}: ${word}, ${deed}`;
            assert.equal(word === "unknown" ? false : isSaid, differs, question);
            if (differs) found++;
          }
        }
      }
    }
    assert.ok(found > WORLDS, `only ${found} answers differ`);
  });

  const WEB = pod("web", ["10.0.0.1"]);
  const DB = pod("db", ["10.0.0.2"]);
  const textsOf = (...objects: readonly object[]) =>
    departuresOf(analysisOfObjects(objects)).map(departureText);

  it("says how many, and the first of them", () => {
    assert.deepEqual(textsOf(WEB, DB, policy("db", { ingress: [from(block("10.0.0.0/8"))] })), [
      "on cilium 1 answer is open by the policies' words and blocked, or not known, there: default/web[Pod] → default/db[Pod] : All Connections (--cni cilium answers for it, explain says why)",
    ]);
  });

  it("says what opens as well", () => {
    assert.deepEqual(textsOf(WEB, DB, policy("", { ingress: [], egress: [to(app("db"))] })), [
      "on k3s 1 answer is blocked by the policies' words and open, or not known, there: default/web[Pod] → default/db[Pod] : All Connections (--cni k3s answers for it, explain says why)",
    ]);
  });

  it("says nothing where policies use nothing that a plugin does otherwise", () => {
    assert.deepEqual(textsOf(WEB, DB, policy("db", { ingress: [from(app("web"))] })), []);
  });
});
