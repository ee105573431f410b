import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { cellText, observe, type Verdict } from "../matrix/cells";
import { compare } from "../matrix/compare";
import { registeredObjects } from "../systems/manifests";
import { SystemStage } from "../systems/stage";
import { systems, type System } from "../systems/system";

/** What the owners' texts ask for, by the names that they give it: from, to, port, whether it connects. */
const scenarios: Readonly<Record<string, readonly (readonly [string, string, number, Verdict])[]>> = {
  "jewelry-shop": [
    ["django", "postgresql", 5432, "allowed"],
    ["django", "redis", 6379, "allowed"],
    ["nginx", "django", 8000, "allowed"],
    ["celery-worker", "postgresql", 5432, "allowed"],
    ["celery-worker", "redis", 6379, "allowed"],
    ["elsewhere/stranger", "postgresql", 5432, "blocked"],
    ["elsewhere/stranger", "redis", 6379, "blocked"],
  ],
  fineract: [
    ["fineract-write", "fineract-redis", 6379, "allowed"],
    ["fineract-read", "keycloak", 8080, "allowed"],
    ["fineract-batch", "database-a", 5432, "allowed"],
    ["fineract-batch", "database-b", 5432, "allowed"],
    ["fineract-redis", "internet", 443, "blocked"],
    ["unlabelled", "fineract-write", 8080, "blocked"],
    ["fineract-write", "s3", 443, "allowed"],
    ["fineract-read", "s3", 443, "blocked"],
  ],
};

for (const [index, system] of systems.entries())
  describe(`enforcement: ${system.application}`, () => prove(system, index + 5));

function prove(system: System, index: number): void {
  let stage: SystemStage;

  before("its pods, its neighbours and hosts outside, all listening on every port", async () => {
    const name = `on-${system.cluster}`;
    const cluster = await bench().startCluster({ name, index, serviceCidr: "10.43.0.0/16" }, "enforced");
    stage = await SystemStage.build(bench(), cluster, system);
  });

  after(() => bench().stopCluster(stage.cluster));

  it("control: without policies every probe to a listening port succeeds", async () => {
    const seen = await observe(bench().prober, stage.cells());
    assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
    bench().count("control probes", seen.length);
  });

  it("what is predicted from the live objects is what packets do, in every cell", async () => {
    const objects = await registeredObjects("dev", system.cluster);
    for (const object of objects) await stage.cluster.kube.apply(object);
    const policies = objects.filter(({ kind }) => kind === "NetworkPolicy");
    assert.ok(policies.length > 5);
    const prediction = await stage.predict();
    const cells = stage.cells().map((cell) => ({
      cell,
      expected: prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port),
    }));
    await stage.policiesInForce();
    await compare(bench(), { layer: "enforcement", rerun: `enforcement: ${system.application}` }, cells);
  });

  for (const [from, to, port, verdict] of scenarios[system.application] ?? []) {
    it(`the owner's test: ${from} → ${to} tcp/${port} is ${verdict}`, async () => {
      const named = (name: string) => (name in system.outside ? [name] : [`${name}-0`, `${name}-1`]);
      const cells = named(from).flatMap((source) =>
        named(to).map((destination) => {
          return { from: stage.end(source), to: stage.end(destination), protocol: "tcp" as const, port };
        }),
      );
      const seen = await observe(bench().prober, cells);
      assert.deepEqual(
        seen.map(({ observed }) => observed),
        cells.map(() => verdict),
      );
    });
  }

  it("the owner's first scenario: the policies exist, and nothing else isolates the namespace", async () => {
    const registered = (await registeredObjects("dev", system.cluster)).filter(
      ({ kind }) => kind === "NetworkPolicy",
    );
    const live = await stage.cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy");
    const names = (all: readonly { metadata: { name: string } }[]) =>
      all.map(({ metadata }) => metadata.name).sort();
    assert.deepEqual(names(live), names(registered));
  });
}
