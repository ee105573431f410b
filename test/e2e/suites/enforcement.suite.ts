import { strict as assert } from "node:assert";
import {
  pods,
  scenarios,
  type Scenario,
  type ScenarioDestination,
  type ScenarioSource,
} from "../../../applications/scenarios";
import { bench } from "../bench/bench";
import type { KubeObject } from "../kube/client";
import { eventually } from "../machine/process";
import { cellText, observe, type Verdict } from "../matrix/cells";
import { compare, expectAll } from "../matrix/compare";
import { spread } from "../matrix/watch";
import { registeredObjects } from "../systems/manifests";
import { SystemStage } from "../systems/stage";
import { systems, type System } from "../systems/system";

const DOCUMENTS = { kind: "bucket", bucket: "documents", access: "write" } as const;

/** The owner's traffic diagrams, which say more than the tests: the write instance keeps documents in S3, the read one doesn't. */
const diagrams: Readonly<Record<string, readonly Scenario[]>> = {
  fineract: [
    {
      ...{ from: pods("fineract", "write"), to: DOCUMENTS, port: 443, expected: "allowed" },
      because: "API request flow (write): S3 (documents)",
    },
    {
      ...{ from: pods("fineract", "read"), to: DOCUMENTS, port: 443, expected: "blocked" },
      because: "API request flow (read): no S3",
    },
    {
      from: pods("fineract", "batch"),
      to: { kind: "database", database: "fineract" },
      port: 5432,
      expected: "allowed",
      because: "the batch instance's RDS PostgreSQL",
    },
  ],
};

/** How many tests each owner's text has, beside the one that the policies exist. */
const ownersTests: Readonly<Record<string, number>> = { "jewelry-shop": 7, fineract: 5 };

/** The ends of the bench that a scenario's name means; a database is on the hosts of all its subnets, as after a failover. */
function endsOf(end: ScenarioSource | ScenarioDestination, { outside }: System): readonly string[] {
  switch (end.kind) {
    case "database":
      return Object.keys(outside).filter((host) => host.startsWith("database-"));
    case "bucket":
      return ["s3"];
    case "internet":
      return ["internet"];
    case "stranger":
      return ["elsewhere/stranger-0", "elsewhere/stranger-1"];
    case "workload":
    case "unlabelled":
      return [`${nameOf(end)}-0`, `${nameOf(end)}-1`];
  }
}

/** What an end is called on the bench. */
function nameOf(end: ScenarioSource | ScenarioDestination): string {
  switch (end.kind) {
    case "workload":
      return end.instance === undefined ? end.workload : `${end.workload}-${end.instance}`;
    case "database":
      return `database ${end.database}`;
    case "bucket":
      return `bucket ${end.bucket}`;
    case "internet":
    case "stranger":
    case "unlabelled":
      return end.kind;
  }
}

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

  describe("with the stack's policies", () => {
    let objects: readonly KubeObject[];

    before("applied, and in force on both nodes", async () => {
      objects = await registeredObjects("dev", system.cluster);
      for (const object of objects) await stage.cluster.kube.apply(object);
      await stage.policiesInForce();
    });

    it("what is predicted from the live objects is what packets do, in every cell", async () => {
      const prediction = await stage.predict();
      const cells = stage.cells().map((cell) => ({
        cell,
        expected: prediction.verdict(cell.from.known, cell.to.known, cell.protocol, cell.port),
      }));
      await compare(bench(), { layer: "enforcement", rerun: `enforcement: ${system.application}` }, cells);
    });

    it("the owner's first scenario: the policies exist, and nothing else isolates the namespace", async () => {
      const registered = objects.filter(({ kind }) => kind === "NetworkPolicy");
      assert.ok(registered.length > 5);
      const live = await stage.cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy");
      const names = (all: readonly KubeObject[]) => all.map(({ metadata }) => metadata.name).sort();
      assert.deepEqual(names(live), names(registered));
    });

    const owners = scenarios[system.application] ?? [];
    it("each of the owner's own tests is asked here", () => {
      assert.equal(owners.length, ownersTests[system.application]);
    });

    for (const scenario of [...owners, ...(diagrams[system.application] ?? [])]) {
      const { from, to, port, expected, because } = scenario;
      const title = `the owner's test: ${because} (${nameOf(from)} → ${nameOf(to)} tcp/${port} is ${expected})`;
      it(title, async () => {
        const cells = endsOf(from, system).flatMap((a) =>
          endsOf(to, system).map((b) => {
            return { from: stage.end(a), to: stage.end(b), protocol: "tcp" as const, port };
          }),
        );
        assert.ok(cells.length >= 2);
        await expectAll(bench(), { layer: "owners' tests'", rerun: because }, cells, expected);
      });
    }

    it("a policy that is left out, and one that is wider, is seen", async () => {
      const prediction = await stage.predict();
      const cells = stage.cells();
      const verdicts = cells.map(({ from, to, protocol, port }) =>
        prediction.verdict(from.known, to.known, protocol, port),
      );
      const sees = (what: string, expected: Verdict) => {
        const asked = cells.filter((_, i) => verdicts[i] === expected);
        const sample = expected === "blocked" ? spread(asked, 4000) : asked;
        return eventually(`a policy that is ${what} shows`, async () => {
          const seen = await observe(bench().prober, sample);
          return seen.some(({ observed }) => observed !== expected) || undefined;
        });
      };
      const [first] = objects.filter(
        ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name !== "isolation",
      );
      assert.ok(first);
      await stage.cluster.kube.remove(first);
      await sees("left out", "allowed");
      const spec = { ...(first["spec"] as object), ingress: [{}], egress: [{}] };
      await stage.cluster.kube.apply({ ...first, spec });
      await sees("wider", "blocked");
    });
  });
}
