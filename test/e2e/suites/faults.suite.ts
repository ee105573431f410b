import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { bench } from "../bench/bench";
import { refusePort, SlowProxy } from "../bench/faults";
import { routerAddress } from "../bench/network";
import { killDuringUp, recover, takeOver } from "../engine/crash";
import { Engine, type Outcome } from "../engine/engine";
import { editYaml } from "../engine/project";
import { delay, eventually, must } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { layOutAccount } from "../systems/account";
import { LiveCommand } from "../systems/live";
import { checkReliabilityTable, type FaultRow } from "../systems/reliability";
import { policy, Shop, type Version } from "../systems/shop";

function succeeded(outcome: Outcome): Outcome {
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

function failed(outcome: Outcome, says: RegExp): void {
  assert.notEqual(outcome.code, 0, outcome.stdout);
  assert.match(outcome.stdout + outcome.stderr, says);
}

/** Everything that goes wrong while a namespace is isolated: it stays so, and the next up makes what was meant. */
describe("faults: a clear error, no isolation lost, no state lost, the next up converges", function () {
  // Each step starts from what the one before has made.
  this.bail(true);
  let shop: Shop;
  let watch: Watch;
  let isolated = Infinity;
  let version: Version = 1;
  const rows: FaultRow[] = [];

  before("the shop, and probes without pause", async () => {
    shop = await Shop.create("faults", 34, { stateOnOwnDisk: true });
    watch = await shop.watch([1, 2], { pauseMs: 400 });
  });

  after(async () => {
    await watch.stop();
    await bench().stopCluster(shop.cluster);
    process.stdout.write(`\n${checkReliabilityTable(rows)}\n`);
  });

  /** The other version, so that there is something to do. */
  function change(): void {
    version = version === 1 ? 2 : 1;
    shop.configure(version);
  }

  /** The update that comes after a fault makes the same objects as one without it would have. */
  async function converges(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    succeeded(await shop.engine.up("dev", [], environment));
    await shop.assertConverged();
  }

  /** Nothing that no version admits has connected since a moment. */
  function survived(fault: string, error: string, next: string, since: number, times = 1): void {
    const from = Math.max(since, isolated);
    const leaks = watch.leaks(from, Date.now());
    bench().count("leaks during faults", leaks.length);
    assert.deepEqual(leaks, []);
    bench().count("faults survived", times);
    rows.push({ fault, error, next });
  }

  it("SIGKILL at four moments of the first up: what was made is taken in, nothing is left over", async () => {
    let namespaceMade = false;
    for (const steps of [3, 4, 4, 4]) {
      const crash = await killDuringUp(shop.engine, "dev", { steps, environment: takeOver });
      assert.equal(crash.finished, false, `killed after ${crash.begun} steps`);
      if (steps === 3) failed(await shop.engine.up("dev"), /locked|pulumi cancel/);
      succeeded(await recover(shop.engine, "dev"));
      if (!namespaceMade && (await shop.namespaceExists())) {
        namespaceMade = true;
        await shop.stage.announce();
      }
    }
    await converges(takeOver);
    if (!namespaceMade) await shop.stage.announce();
    const now = Date.now();
    isolated = await eventually("isolated", () => watch.closedSince(now));
  });

  it("SIGKILL at six moments of an update", async () => {
    const began = Date.now();
    for (const laterMs of [0, 50, 100, 200, 300, 500]) {
      change();
      const crash = await killDuringUp(shop.engine, "dev", { steps: 1, laterMs });
      assert.equal(crash.finished, false, `killed ${laterMs} ms after its first step`);
      succeeded(await recover(shop.engine, "dev"));
      await converges(takeOver);
    }
    survived(
      "the engine is killed (SIGKILL), at 10 moments",
      "the stack is locked: pulumi cancel",
      "pulumi cancel, refresh --clear-pending-creates, up with PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true",
      began,
      10,
    );
  });

  it("the API server away for 10 s", async () => {
    const began = Date.now();
    change();
    const back = await refusePort(6442 + shop.cluster.options.index);
    const [up] = await Promise.all([shop.engine.up("dev"), delay(10_000).then(back)]);
    failed(up, /ECONNREFUSED|can't be reached/);
    await converges();
    survived("the API server is away for 10 s", "connect ECONNREFUSED, with its address", "up", began);
  });

  it("a slow API server: 150 ms more each way", async () => {
    const began = Date.now();
    change();
    const proxy = await SlowProxy.start(routerAddress, 6442 + shop.cluster.options.index, 150);
    const config = kubeconfigWith(shop, (each) => {
      each.cluster["server"] = `https://127.0.0.1:${proxy.port}`;
      each.cluster["tls-server-name"] = routerAddress;
    });
    succeeded(await shop.engine.up("dev", [], { KUBECONFIG: config }));
    proxy.stop();
    await converges();
    survived("the API server is slow (300 ms a round trip)", "none: it takes longer", "nothing", began);
  });

  it("a wrong kubeconfig: no such context, a wrong token", async () => {
    const began = Date.now();
    change();
    const nobody = kubeconfigWith(
      shop,
      () => undefined,
      (context) => (context.name = "elsewhere"),
    );
    failed(
      await shop.engine.up("dev", [], { KUBECONFIG: nobody }),
      /no context faults; there are: elsewhere/,
    );
    const stranger = kubeconfigWith(
      shop,
      () => undefined,
      () => undefined,
      "wrong",
    );
    failed(await shop.engine.up("dev", [], { KUBECONFIG: stranger }), /Unauthorized/);
    await converges();
    survived(
      "a wrong kubeconfig",
      "no context NAME; there are: …, or Unauthorized",
      "up with the right one",
      began,
    );
  });

  it("a full disk under the state", async () => {
    const began = Date.now();
    change();
    const filler = join(shop.engine.work, "state", "filler");
    await must("sh", ["-c", `cat /dev/zero > ${filler} 2>/dev/null || true`]);
    failed(await shop.engine.up("dev"), /no space left on device/);
    await must("rm", [filler]);
    succeeded(await recover(shop.engine, "dev"));
    await converges(takeOver);
    survived(
      "the disk under the state is full",
      "no space left on device",
      "room, then as after a killed engine",
      began,
    );
  });

  it("unwritable state", async () => {
    const began = Date.now();
    change();
    const state = join(shop.engine.work, "state");
    await must("mount", ["-o", "remount,ro", state]);
    failed(await shop.engine.up("dev"), /read-only file system/);
    await must("mount", ["-o", "remount,rw", state]);
    await converges();
    survived("the state can't be written", "read-only file system", "write access, up", began);
  });

  it("an object changed by hand: drift names it, up takes it back only when told to", async () => {
    const redis = await shop.policyCalled("redis-ingress");
    const ingress = [
      { from: [{ podSelector: { matchLabels: { component: "django" } } }], ports: [{ port: 6379 }] },
    ];
    await shop.cluster.kube.merge({ ...redis, spec: { ingress } });
    const drift = await shop.command.palisade("drift", ["--application", "jewelry-shop"]);
    assert.equal(drift.code, 1);
    assert.ok(
      drift.stdout.includes(`NetworkPolicy jewelry-shop/${redis.metadata.name}: spec.ingress`),
      drift.stdout,
    );
    const began = Date.now();
    succeeded(await shop.engine.refresh("dev"));
    failed(await shop.engine.up("dev"), /conflict/);
    await converges({ PULUMI_K8S_ENABLE_PATCH_FORCE: "true" });
    survived(
      "an object is changed by hand",
      "palisade drift names the field; up: conflict",
      "refresh, up with PULUMI_K8S_ENABLE_PATCH_FORCE=true",
      began,
    );
  });

  it("a policy deleted by hand: a workload's, and isolation itself", async () => {
    const began = Date.now();
    const redis = await shop.policyCalled("redis-ingress");
    await shop.cluster.kube.remove(redis);
    const drift = await shop.command.palisade("drift", ["--application", "jewelry-shop"]);
    assert.ok(
      drift.stdout.includes(`NetworkPolicy jewelry-shop/${redis.metadata.name}: is missing`),
      drift.stdout,
    );
    succeeded(await shop.engine.refresh("dev"));
    await converges();
    survived("a workload's policy is deleted by hand", "palisade drift: is missing", "refresh, up", began);
    await shop.cluster.kube.remove(policy("isolation"));
    const opened = await shop.command.palisade("drift", ["--application", "jewelry-shop"]);
    assert.match(opened.stdout, /NetworkPolicy jewelry-shop\/isolation: is missing/);
    succeeded(await shop.engine.refresh("dev"));
    await converges();
    const repaired = Date.now();
    isolated = await eventually("isolated again", () => watch.closedSince(repaired));
    survived(
      "isolation is deleted by hand: open to who has no policy, until it is back",
      "palisade drift: is missing",
      "refresh, up",
      Date.now(),
    );
  });

  it("the AWS API away", async () => {
    const began = Date.now();
    const cluster = await bench().startCluster(
      { name: "faults-aws", index: 36, serviceCidr: "172.20.0.0/16" },
      "api",
    );
    const command = LiveCommand.create(cluster, "eks-dev");
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
    failed(await engine.up("dev", [], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }), /ECONNREFUSED/);
    succeeded(await engine.up("dev"));
    const again = succeeded(await engine.preview("dev"));
    assert.deepEqual(Object.keys(again.changes), ["same"]);
    await bench().stopCluster(cluster);
    survived("the AWS API is away", "connect ECONNREFUSED, with its address", "up", began);
  });

  /** A copy of the cluster's kubeconfig with something else in it. */
  function kubeconfigWith(
    { cluster }: Shop,
    clusters: (each: { cluster: Record<string, string> }) => unknown,
    contexts: (each: { name: string }) => unknown = () => undefined,
    token?: string,
  ): string {
    const config = load(readFileSync(cluster.controlPlane.kubeconfig, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
      contexts: { name: string }[];
      users: { user: { token: string } }[];
    };
    config.clusters.forEach(clusters);
    config.contexts.forEach(contexts);
    if (token !== undefined) for (const { user } of config.users) user.token = token;
    const path = join(
      bench().folder,
      `kubeconfig-${config.contexts[0]?.name ?? ""}-${token ?? "own"}-${Date.now()}`,
    );
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  }
});
