import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import * as reach from "../../../cli/reach";
import type { Protocol } from "../../../net/ports";
import { manifestsOf } from "../../twin/manifests";
import { randomWorld } from "../../twin/randomWorld";
import { connected, type Verdict } from "../../twin/twin";
import type { TwinWorld } from "../../twin/world";
import { captured } from "../../captured";

interface Product {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly protocol: Protocol;
  readonly ports: string;
}
interface Answer {
  readonly ends: readonly { readonly id: string }[];
  readonly allowed: readonly Product[];
  readonly unknown: readonly Product[];
}

/** What the command prints for a world that is written to files, as its readers see it. */
async function answerFor(world: TwinWorld, folder: string): Promise<Answer> {
  const file = join(folder, "world.yaml");
  writeFileSync(
    file,
    manifestsOf(world)
      .map((object) => dump(object, { noRefs: true }))
      .join("---\n"),
  );
  const { podCidrs, cni } = world;
  const flags = {
    // Some CIDRs have bits beyond their prefix.
    kubernetes: "1.35" as const,
    ...(podCidrs === undefined ? {} : { podCidr: podCidrs }),
    ...(cni === undefined ? {} : { cni }),
  };
  const { code, stdout } = await captured(() =>
    reach.run([file], { json: true, representatives: false, ...flags }),
  );
  assert.equal(code, 0);
  return JSON.parse(stdout) as Answer;
}

const holds = (products: readonly Product[], from: string, to: string, protocol: Protocol, port: number) =>
  products.some(
    (product) =>
      product.protocol === protocol &&
      product.from.includes(from) &&
      product.to.includes(to) &&
      product.ports.split(",").some((range) => {
        const [first = "", last = first] = range.split("-");
        return Number(first) <= port && port <= Number(last);
      }),
  );

describe("palisade reach --json, from files to the document", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-whole-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("says of every pair of pods what brute force says, on random worlds", async () => {
    for (let seed = 5_000; seed < 5_060; seed++) {
      const world = randomWorld(seed);
      const { ends, allowed, unknown } = await answerFor(world, folder);
      const ids = new Set(ends.map(({ id }) => id));
      for (const from of world.pods) {
        for (const to of world.pods) {
          const [source, target] = [`${from.namespace}/${from.name}[Pod]`, `${to.namespace}/${to.name}[Pod]`];
          assert.ok(ids.has(source) && ids.has(target), `seed ${seed}: ${source}, ${target}`);
          // A Pod's pair with itself is void.
          if (from === to) continue;
          for (const protocol of ["TCP", "UDP", "SCTP"] as const) {
            for (const port of [1, 53, 80, 81, 443, 5432, 65535]) {
              const said: Verdict = holds(allowed, source, target, protocol, port)
                ? "allowed"
                : holds(unknown, source, target, protocol, port)
                  ? "unknown"
                  : "blocked";
              const wanted = connected(world, from, to, protocol, port);
              if (said !== wanted) {
                const question = `${source} -> ${target} ${protocol} ${port}`;
                assert.equal(said, wanted, `seed ${seed}: ${question}\n${JSON.stringify(world, null, 1)}`);
              }
            }
          }
        }
      }
    }
  });
});
