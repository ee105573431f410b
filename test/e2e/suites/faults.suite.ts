// Longer than most: one stack, and each fault in turn.
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import { refusePort, SlowProxy } from "../bench/faults";
import { routerAddress } from "../bench/network";
import { killDuringUp, recover, takeOver, type Progress } from "../engine/crash";
import { inOrder } from "../machine/inOrder";
import { delay, eventually, must } from "../machine/process";
import { append, type Appended, appendAndRevert, namedIn, revertAsSaid, touched } from "../systems/additions";
import { StruckFineract } from "../systems/fineract";
import { changedKubeconfig } from "../systems/kubeconfig";
import { policyType, succeeded } from "../systems/outcomes";
import { ADDITIONS, AFTERWARDS, FaultTable, type Fault } from "../systems/reliability";
import { policy, Shop, type Version } from "../systems/shop";
import { failed, StruckShop } from "../systems/struck";

const faults = {
  killed: {
    fault: "the engine is killed (SIGKILL), at 10 moments",
    next: "pulumi cancel, refresh --clear-pending-creates, up with PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true",
    times: 10,
  },
  apiAway: { fault: "the API server is away, for 10 s at least", next: "up" },
  apiSlow: { fault: "the API server is slow (300 ms a round trip)", next: "nothing" },
  kubeconfig: { fault: "a wrong kubeconfig: no such context, a wrong token", next: "up with the right one" },
  fullDisk: { fault: "the disk under the state is full", next: "room, then as after a killed engine" },
  readOnly: { fault: "the state can't be written", next: "write access, up" },
  byHand: {
    fault: "an object is changed by hand",
    next: "refresh, up with PULUMI_K8S_ENABLE_PATCH_FORCE=true",
  },
  deleted: { fault: "a workload's policy is deleted by hand", next: "refresh, up" },
  isolation: {
    fault: "isolation is deleted by hand: open to who has no policy, until it is back (no watch until then)",
    next: "refresh, up",
  },
  endpoint: { fault: "the cluster has another address", next: "nothing: the identifier is the same" },
  endpointUpsert: {
    fault: "another address in an up with PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true",
    next: "nothing: the identifier is the same",
  },
  appended: {
    fault:
      "a rule is appended to isolation, a rule and a peer to workloads' policies: open until taken back (no watch until then)",
    next: "the commands that palisade drift prints",
    times: 3,
  },
  observed: {
    fault: "the same under observe, then the stage is enforce (no watch until it is)",
    next: "up with PULUMI_K8S_ENABLE_PATCH_FORCE=true, then the commands that palisade drift prints",
    times: 3,
  },
  awsAway: { fault: "the AWS API is away during an update of Fineract", next: "refresh, up" },
  group: {
    fault:
      "a group is appended to a SecurityGroupPolicy: pods that start until it is taken back carry it, and NetworkPolicies keep what they keep",
    next: "the command that palisade drift prints",
  },
} satisfies Record<string, Fault>;

/** Policies have a hash of their ports in their names, which changes with the application. */
const withoutHash = (text: string): string => text.replace(/-[0-9a-f]{6}\b/, "-…");

/** What Pulumi's Kubernetes provider says of an API server that doesn't answer. */
const unreachable =
  /configured Kubernetes cluster is unreachable: .*dial tcp [\d.:]+: connect: connection refused/;

/** Everything that goes wrong while a namespace is isolated: it stays so, and the next up makes what was meant. */
describe("faults: a clear error, no isolation lost, no state lost, the next up converges", function () {
  // Each step starts from what the one before has made.
  inOrder();
  const table = new FaultTable(Object.values(faults), ADDITIONS);
  const ends: (() => Promise<unknown>)[] = [];
  let struck: StruckShop;

  before("the shop, and probes without pause", async () => {
    struck = await StruckShop.create();
    ends.push(
      () => struck.watch.stop(),
      () => bench().stopCluster(struck.shop.cluster),
      () => Promise.resolve(process.stdout.write(`\n${table.check()}\n`)),
    );
  });

  after(async () => {
    for (const end of ends) await end();
  });

  /** The namespace has stayed isolated, the state whole, and everything is as meant again: one row, seen. */
  function survived(fault: Fault, read: string, since: number): void {
    struck.survived(since);
    count(fault, read);
  }

  function count(fault: Fault, read: string): void {
    bench().count(`faults survived, of ${table.size}`, fault.times ?? 1);
    table.survived(fault, read);
  }

  /** Moments at which the engine was killed: all differ. */
  const moments = new Set<string>();

  /** Kills an up at the first moment of its kind that no up of this kind has been killed at yet, from some progress on. */
  async function kill(kind: string, from: Progress): Promise<void> {
    const text = ({ begun, done }: Progress) => `${kind}: ${begun} steps begun, ${done} done`;
    const crash = await killDuringUp(
      struck.engine,
      "dev",
      (now) => now.begun >= from.begun && now.done >= from.done && !moments.has(text(now)),
      takeOver,
    );
    assert.ok(crash, `${kind}: it was done before it was killed`);
    moments.add(text(crash));
    process.stdout.write(`      killed: ${text(crash)}\n`);
  }

  it("SIGKILL at four moments of the first up: what was made is taken in, nothing is left over", async () => {
    const { engine, shop } = struck;
    let announced = false;
    for (const [made, begun] of [3, 4, 4, 4].entries()) {
      await kill(`the first up, killed ${made} times before`, { begun, done: 0 });
      if (made === 0) failed(await engine.up("dev"), /locked/);
      succeeded(await recover(engine, "dev"));
      await struck.assertKept();
      if (announced || !(await shop.namespaceExists())) continue;
      announced = true;
      await shop.stage.announce();
    }
    await struck.converges(takeOver);
    if (!announced) await shop.stage.announce();
    await struck.isolated();
  });

  it("SIGKILL at six moments of updates, four of which give policies other names", async () => {
    const began = Date.now();
    let read = "";
    const updates: readonly (readonly [Version, Progress])[] = [
      [2, { begun: 1, done: 0 }],
      [3, { begun: 1, done: 0 }],
      [1, { begun: 1, done: 1 }],
      [3, { begun: 1, done: 3 }],
      [2, { begun: 1, done: 6 }],
      [1, { begun: 1, done: 2 }],
    ];
    for (const [version, progress] of updates) {
      const renames = version === 3 || struck.version === 3;
      struck.change(version);
      await kill(renames ? "an update that renames policies" : "an update in place", progress);
      if (read === "")
        read = failed(await struck.engine.up("dev"), /the stack is currently locked[^]*pulumi cancel`/);
      await struck.recovers();
    }
    assert.equal(moments.size, faults.killed.times);
    survived(faults.killed, read, began);
  });

  it("the API server away for 10 s", async () => {
    const began = Date.now();
    struck.change();
    const back = await refusePort(6442 + struck.shop.cluster.options.index);
    // Longer on a machine where an update takes longer to come to it.
    const [up] = await Promise.all([struck.engine.up("dev"), delay(10_000)]);
    await back();
    const read = failed(up, unreachable);
    await struck.converges();
    survived(faults.apiAway, read, began);
  });

  it("a slow API server: 150 ms more each way", async () => {
    const began = Date.now();
    struck.change();
    const proxy = await SlowProxy.start(routerAddress, 6442 + struck.shop.cluster.options.index, 150);
    const KUBECONFIG = changedKubeconfig(struck.shop.cluster, ({ clusters }) => {
      for (const { cluster } of clusters) {
        cluster["server"] = `https://127.0.0.1:${proxy.port}`;
        cluster["tls-server-name"] = routerAddress;
      }
    });
    succeeded(await struck.engine.up("dev", [], { KUBECONFIG }));
    proxy.stop();
    await struck.converges();
    survived(faults.apiSlow, "nothing: it takes longer", began);
  });

  it("a wrong kubeconfig: no such context, a wrong token", async () => {
    const began = Date.now();
    struck.change();
    const { cluster } = struck.shop;
    const elsewhere = changedKubeconfig(cluster, ({ contexts }) => {
      for (const context of contexts) context.name = "elsewhere";
    });
    const stranger = changedKubeconfig(cluster, ({ users }) => {
      for (const { user } of users) user.token = "wrong";
    });
    const read = [
      failed(await struck.engine.up("dev", [], { KUBECONFIG: elsewhere }), /context "faults" does not exist/),
      failed(
        await struck.engine.up("dev", [], { KUBECONFIG: stranger }),
        /the server has asked for the client to provide credentials/,
      ),
    ];
    await struck.converges();
    survived(faults.kubeconfig, read.join(", or "), began);
  });

  it("a full disk under the state", async () => {
    const began = Date.now();
    struck.change();
    const filler = join(struck.engine.work, "state", "filler");
    await must("sh", ["-c", `cat /dev/zero > ${filler} 2>/dev/null || true`]);
    const read = failed(await struck.engine.up("dev"), /no space left on device/);
    await must("rm", [filler]);
    await struck.recovers();
    survived(faults.fullDisk, read, began);
  });

  it("unwritable state", async () => {
    const began = Date.now();
    struck.change();
    const state = join(struck.engine.work, "state");
    await must("mount", ["-o", "remount,ro", state]);
    const read = failed(await struck.engine.up("dev"), /read-only file system/);
    await must("mount", ["-o", "remount,rw", state]);
    await struck.converges();
    survived(faults.readOnly, read, began);
  });

  it("an object changed by hand: drift names it, up takes it back only when told to", async () => {
    const { shop, engine } = struck;
    const redis = await shop.policyCalled("redis-ingress");
    const ingress = [
      { from: [{ podSelector: { matchLabels: { component: "django" } } }], ports: [{ port: 6379 }] },
    ];
    await shop.cluster.kube.merge({ ...redis, spec: { ingress } });
    const named = failed(await drift(), fieldOf(redis.metadata.name, "spec\\.ingress"));
    const began = Date.now();
    succeeded(await engine.refresh("dev"));
    const refused = failed(await engine.up("dev"), /conflict with "[^"]*"/);
    await struck.converges({ PULUMI_K8S_ENABLE_PATCH_FORCE: "true" });
    survived(faults.byHand, `palisade drift: ${withoutHash(named)}; up: ${refused}`, began);
  });

  it("a policy deleted by hand: a workload's, and isolation itself", async () => {
    const began = Date.now();
    const { shop, engine } = struck;
    const redis = await shop.policyCalled("redis-ingress");
    await shop.cluster.kube.remove(redis);
    const missing = failed(await drift(), fieldOf(redis.metadata.name, "is missing"));
    succeeded(await engine.refresh("dev"));
    struck.deletedByHand(redis.metadata.name);
    await struck.converges();
    survived(faults.deleted, `palisade drift: ${withoutHash(missing)}`, began);

    await shop.cluster.kube.remove(policy("isolation"));
    const opened = failed(await drift(), fieldOf("isolation", "is missing"));
    succeeded(await engine.refresh("dev"));
    struck.deletedByHand("isolation");
    await struck.converges();
    await struck.isolated();
    const closed = Date.now();
    await eventually("some rounds of probes", () => struck.watch.rounds(closed, Date.now()) > 1 || undefined);
    survived(faults.isolation, `palisade drift: ${opened}`, closed);
  });

  it("another address of the cluster, without and with upsert: nothing is replaced", async () => {
    for (const [fault, environment] of [
      [faults.endpoint, {}],
      [faults.endpointUpsert, takeOver],
    ] as const) {
      const began = Date.now();
      struck.change();
      const { cluster } = struck.shop;
      const proxy = await SlowProxy.start(routerAddress, 6442 + cluster.options.index, 0);
      const KUBECONFIG = changedKubeconfig(cluster, ({ clusters }) => {
        for (const { cluster: entry } of clusters) {
          entry["server"] = `https://127.0.0.1:${proxy.port}`;
          entry["tls-server-name"] = routerAddress;
        }
      });
      const up = succeeded(await struck.engine.up("dev", [], { KUBECONFIG, ...environment }));
      // A policy with other ports gets another name, and is another object.
      const replaced = up.steps.filter(({ op, type }) => op.includes("replace") && type !== policyType);
      assert.deepEqual(replaced, []);
      proxy.stop();
      // It uses the state's kubeconfig, whatever KUBECONFIG says.
      failed(await struck.engine.refresh("dev"), /failed to read resource state due to unreachable cluster/);
      await struck.converges();
      survived(fault, "nothing", began);
    }
  });

  /** What somebody appends to the shop's policies: each opens more than any version admits. */
  async function additions(): Promise<readonly Appended[]> {
    const everyone = {};
    const redis = await struck.shop.policyCalled("redis-ingress");
    const postgresql = await struck.shop.policyCalled("postgresql-ingress");
    const rule = { path: "/spec/ingress/-", field: "spec.ingress" };
    const peer = { path: "/spec/ingress/0/from/-", field: "spec.ingress[0].from" };
    return [
      { addition: ADDITIONS[0], object: policy("isolation"), ...rule, value: everyone },
      { addition: ADDITIONS[1], object: redis, ...rule, value: everyone },
      { addition: ADDITIONS[2], object: postgresql, ...peer, value: { podSelector: {} } },
    ];
  }

  /** Waits until it is isolated again, and for some rounds of probes; returns when it was. */
  async function closedAgain(): Promise<number> {
    await struck.isolated();
    const closed = Date.now();
    await eventually("some rounds of probes", () => struck.watch.rounds(closed, Date.now()) > 1 || undefined);
    return closed;
  }

  it("rules and peers appended by hand: Pulumi sees none of them; drift names each, and what it prints takes them back", async () => {
    const { shop, engine } = struck;
    const named: string[] = [];
    for (const each of await additions())
      named.push(await appendAndRevert(shop.cluster.kube, engine, drift, table, each));
    await struck.converges();
    const read = `palisade drift: ${named.map(withoutHash).join(", ")}; Pulumi: nothing`;
    survived(faults.appended, read, await closedAgain());
  });

  it("rules and peers appended under observe: the change to enforce is refused, and takes back what is in isolation when told to", async () => {
    const { shop, engine } = struck;
    shop.configure(struck.version, "observe");
    succeeded(await engine.up("dev"));
    const all = await additions();
    for (const each of all) await append(shop.cluster.kube, each);
    shop.configure(struck.version);
    const refused = failed(await engine.up("dev"), /conflict with "[^"]*"[^:]*: \.spec\.ingress/);
    const forced = succeeded(await engine.up("dev", [], { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" }));
    assert.deepEqual(touched(forced), ["update k3d-dev/jewelry-shop/isolation"]);
    const found = await drift();
    for (const each of all) {
      const inIsolation = each.addition === ADDITIONS[0];
      if (!inIsolation) namedIn(found, each);
      const said = inIsolation ? "conflict on `.spec.ingress`, which force takes back" : "nothing";
      table.saw(each.addition, AFTERWARDS[4], said);
    }
    assert.doesNotMatch(found.stdout, /\/isolation:/);
    await revertAsSaid(found, 2);
    await struck.converges();
    survived(faults.observed, `up: ${refused}`, await closedAgain());
  });

  const drift = () => struck.shop.command.palisade("drift", ["--application", "jewelry-shop"]);
  const fieldOf = (name: string, what: string) =>
    new RegExp(`NetworkPolicy ${Shop.namespace}/${name}: ${what}`);

  it("the AWS API away during an update of Fineract, and a group appended to a SecurityGroupPolicy by hand", async () => {
    // Its outside hosts have the addresses of the shop's.
    await struck.watch.stop();
    await bench().stopCluster(struck.shop.cluster);
    const fineract = await StruckFineract.create();
    try {
      count(faults.awsAway, await fineract.withoutAws());
      count(faults.group, await fineract.withGroupAppended(table));
    } finally {
      await fineract.stop();
    }
  });
});
