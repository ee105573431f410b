import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { refusePort } from "../bench/faults";
import { Engine } from "../engine/engine";
import { editYaml, root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { delay, eventually, must } from "../machine/process";
import { layOutAccount } from "./account";
import { LiveCommand } from "./live";
import { succeeded } from "./outcomes";
import { SystemStage } from "./stage";
import { failed, noLeaks, urnsOf } from "./struck";
import { systems } from "./system";
import { watchSystem } from "./watched";

/** Monitoring elsewhere and bigger databases: an update that changes policies and asks AWS for something. */
function grow(command: LiveCommand): void {
  command.configure(({ platform, applications }) => {
    const { monitoring } = platform;
    assert.ok(monitoring);
    platform["monitoring"] = { ...monitoring, namespace: "watch" };
    const databases = applications["fineract"]?.["databases"] as Record<
      string,
      { source: { storageGb: number } }
    >;
    for (const { source } of Object.values(databases)) source.storageGb = 40;
  });
}

/**
 * Provisions Fineract on a cluster that enforces, takes the AWS API away during an update and gives it back: nothing forbidden
 * connects in all that time, the state keeps what it had, and the next up does what is left.
 * @returns what one reads of the update that failed
 */
export async function withoutAws(): Promise<string> {
  const system = systems.find(({ application }) => application === "fineract");
  assert.ok(system);
  const options = { name: "faults-aws", index: 36, serviceCidr: "172.20.0.0/16" };
  const cluster = await bench().startCluster(options, "enforced");
  const stage = await SystemStage.prepare(bench(), cluster, system);
  const command = LiveCommand.create(cluster, system.cluster);
  const config = join(command.project, "Pulumi.dev.yaml");
  editYaml(config, (document) => {
    (document["config"] as Record<string, unknown>)["palisade:applications"] = ["fineract"];
  });
  command.configure((each) => (each.context = cluster.options.name));
  const endpoint = await bench().aws();
  await layOutAccount(endpoint, config);
  const env = { KUBECONFIG: cluster.controlPlane.kubeconfig, AWS_ENDPOINT_URL: endpoint };
  const engine = new Engine(command.project, join(bench().folder, "engine-aws"), bench().parts.path, env);
  await engine.init("dev");
  // The test account's prefix list has entries of its own.
  await must(
    process.execPath,
    [join(root, "bin", "palisade.js"), "preview", "--stack", "dev", "--cwd", command.project, "--record"],
    { env: engine.environment },
  );
  const small = await policiesOf(command);
  succeeded(await engine.up("dev"));
  const before = urnsOf(await engine.state("dev"));
  await stage.announce();

  grow(command);
  const watch = watchSystem(stage, [small, await policiesOf(command)], { pauseMs: 400 });
  try {
    const announced = Date.now();
    const isolated = await eventually("isolated", () => watch.closedSince(announced));
    const back = await refusePort(Number(new URL(endpoint).port));
    const read = failed(
      await engine.up("dev"),
      /connect ECONNREFUSED [\d.:]+|dial tcp [\d.:]+: connect: connection refused/,
    );
    await back();
    assert.deepEqual(urnsOf(await engine.state("dev")), before, "nothing is lost from the state");
    const up = succeeded(await engine.up("dev"));
    const grown = up.steps.filter(({ type, op }) => op === "update" && type === "aws:rds/instance:Instance");
    assert.equal(grown.length, 2, "what was refused is done now");
    assert.deepEqual(urnsOf(await engine.state("dev")), before);
    assert.deepEqual(Object.keys(succeeded(await engine.preview("dev")).changes), ["same"]);
    const drift = await command.palisade("drift", ["--application", "fineract"]);
    assert.equal(drift.code, 0, drift.stdout + drift.stderr);
    await delay(1000);
    noLeaks(watch, isolated, Date.now());
    return read;
  } finally {
    await watch.stop();
    await bench().stopCluster(cluster);
  }
}

const policiesOf = async (command: LiveCommand): Promise<readonly KubeObject[]> =>
  (await command.planned()).filter(({ kind }) => kind === "NetworkPolicy");
