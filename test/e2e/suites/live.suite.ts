import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { withoutLayout } from "../../../compile/networkPolicy/names";
import { bench } from "../bench/bench";
import { HeldConnection } from "../bench/held";
import { root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { delay, eventually } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { startLate } from "../systems/late";
import { succeeded } from "../systems/outcomes";
import { Shop } from "../systems/shop";
import { urnsOf } from "../systems/struck";
import { membersOf } from "../systems/system";
import { watchSystem } from "../systems/watched";

/** Probes without pause while the engine works; "isolated" is from the first round in which nothing forbidden connects. */
describe("live: no moment without isolation", () => {
  // Each step starts from what the one before has made.
  inOrder();
  const ends: (() => Promise<unknown>)[] = [];
  let shop: Shop;
  let watch: Watch;
  /** From when the namespace has been isolated. */
  let isolated = Infinity;
  let probed = 0;

  before("the shop's pods, and a cluster that knows none of them", async () => {
    shop = await Shop.create("live", 30);
    watch = await shop.watch([1, 2]);
    ends.push(
      () => watch.stop(),
      () => bench().stopCluster(shop.cluster),
    );
  });

  after(async () => {
    bench().count("probes sent during updates", probed);
    for (const end of ends) await end();
  });

  /** Connections that may not be and declared ones that failed, between two moments; counted into the closing table. */
  function seen(
    from: number,
    until: number,
    what: { leaks?: boolean; drops?: boolean } = {},
  ): { leaks: string[]; drops: string[] } {
    const rounds = watch.rounds(from, until);
    assert.ok(rounds > 1, `${rounds} rounds of probes are too few to have seen it`);
    probed += rounds * watch.size;
    const leaks = what.leaks === false ? [] : watch.leaks(from, until);
    const drops = what.drops === false ? [] : watch.drops(from, until);
    bench().count("leaks", leaks.length);
    bench().count("declared flows dropped", drops.length);
    return { leaks, drops };
  }

  async function policies(): Promise<ReadonlySet<string>> {
    const live = await shop.cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy", Shop.namespace);
    return new Set(live.map(({ metadata }) => metadata.name));
  }

  /** Does something, and goes on watching for two seconds: the controllers follow a moment later. */
  async function during(action: () => Promise<unknown>): Promise<{ began: number; ended: number }> {
    const began = Date.now();
    await action();
    await delay(2000);
    return { began, ended: Date.now() };
  }

  it("up from nothing: once the namespace is isolated, it stays so while its policies come and its pods start", async () => {
    const started = shop.cluster.kube;
    const planned = urnsOf((await shop.engine.plan("dev")).resources);
    const up = shop.engine.up("dev");
    const announced = eventually("the namespace is there", () =>
      started.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: Shop.namespace } }),
    ).then(() => shop.stage.announce());
    const isolation = eventually("isolation is there", () => shop.isolation(), { everyMs: 20 }).then(() =>
      Date.now(),
    );
    await announced;
    succeeded(await up);
    const begins = await isolation;
    isolated = await eventually("nothing forbidden connects", () => watch.closedSince(begins));
    const working = await eventually("everything declared connects", () => watch.workingSince(isolated));
    await delay(3000);
    process.stdout.write(
      `      isolated ${isolated - begins} ms after isolation was made, all flows working ${working - begins} ms after it\n`,
    );
    bench().count("updates watched", 1);
    assert.deepEqual(seen(isolated, Date.now(), { drops: false }).leaks, []);
    assert.deepEqual(seen(working, Date.now(), { leaks: false }).drops, []);
    // What the faults suite holds against every state after a fault.
    assert.deepEqual(urnsOf(await shop.engine.state("dev")), planned);
  });

  it("a pod that starts later is open until the controller has read it, then closed; between it and the pods that were there, nothing connects", async () => {
    const began = Date.now();
    const django = membersOf("jewelry-shop").members.find(({ name }) => name === "django");
    assert.ok(django);
    const pods = [
      { name: "django-late", labels: django.labels, node: 0 },
      { name: "unlabelled-late", labels: {}, node: 1 },
    ] as const;
    const others = [
      ...["elsewhere/stranger-0", "elsewhere/stranger-1", "internet"],
      ...["django-0", "nginx-1", "redis-1", "unlabelled-0"],
    ];
    const late = await startLate(shop.stage, pods, others, [22, 6379, 8000]);
    process.stdout.write(
      `      forbidden connections until ${late.sinceAnnouncedMs} ms after the API server showed the pods' addresses ` +
        `(${late.sinceAddressMs} ms after they had them); all declared ones work after ${late.workingMs} ms; ` +
        `one that was open ${late.heldGoesOn ? "goes on" : "is cut"}\n`,
    );
    bench().count("milliseconds that a later pod was open", late.sinceAnnouncedMs);
    assert.deepEqual(late.ofIsolated, []);
    assert.deepEqual(late.reopened, []);
    // As docs/reliability.md says.
    assert.equal(late.heldGoesOn, true);
    assert.deepEqual(seen(began, Date.now()), { leaks: [], drops: [] });
  });

  it("version 1 to version 2 and back: nothing that neither admits connects, nothing that both admit drops", async () => {
    for (const version of [2, 1] as const) {
      shop.configure(version);
      const { began, ended } = await during(async () => succeeded(await shop.engine.up("dev")));
      bench().count("updates watched", 1);
      assert.deepEqual(seen(began, ended), { leaks: [], drops: [] });
    }
  });

  it("version 1 to version 3 and back, rules on other ports: nothing connects or drops either, and no policy moves its rules", async () => {
    await watch.stop();
    // What a half-applied policy of nginx would admit or refuse, again and again.
    const pairs = [
      ["monitoring/prometheus", "jewelry-shop/nginx"],
      ["kube-system/traefik", "jewelry-shop/nginx"],
      ["jewelry-shop/nginx", "jewelry-shop/django"],
      ["jewelry-shop/nginx", "jewelry-shop/redis"],
    ] as const;
    watch = await shop.watch([1, 3], { pairs });
    for (const version of [3, 1, 3, 1] as const) {
      shop.configure(version);
      const before = await policies();
      const { began, ended } = await during(async () => succeeded(await shop.engine.up("dev")));
      bench().count("updates watched", 1);
      assert.deepEqual(seen(began, ended), { leaks: [], drops: [] });
      const renamed = [...(await policies())].filter((name) => !before.has(name)).map(withoutLayout);
      assert.deepEqual(renamed.sort(), [
        ...["nginx-egress", "nginx-ingress", "postgresql-ingress", "redis-ingress"],
      ]);
    }
    await watch.stop();
    watch = await shop.watch([1, 2]);
  });

  it("enforce to observe and back: declared flows never drop, and what is closed again stays closed", async () => {
    shop.configure(1, "observe");
    const opened = await during(async () => succeeded(await shop.engine.up("dev")));
    bench().count("updates watched", 2);
    assert.deepEqual(seen(opened.began, opened.ended, { leaks: false }).drops, []);
    assert.equal(
      watch.closedSince(opened.ended - 1500),
      undefined,
      "the control: observed, what is forbidden connects",
    );
    shop.configure(1, "enforce");
    const closed = await during(async () => succeeded(await shop.engine.up("dev")));
    isolated = await eventually("closed again", () => watch.closedSince(closed.began));
    await delay(1500);
    assert.deepEqual(seen(isolated, Date.now(), { drops: false }).leaks, []);
    assert.deepEqual(seen(closed.began, Date.now(), { leaks: false }).drops, []);
  });

  it("a connection that is open when its flow is removed: measured", async () => {
    const held = await HeldConnection.open(
      shop.stage.end("monitoring/prometheus-0").host,
      shop.stage.end("django-1").host.address,
      8000,
    );
    assert.equal(await held.passes(), true, "the control: it works before");
    shop.configure(2);
    await during(async () => succeeded(await shop.engine.up("dev")));
    const survives = await held.passes();
    held.close();
    process.stdout.write(
      `      an open connection ${survives ? "goes on" : "is cut"} after its flow was removed\n`,
    );
    // As docs/reliability.md says; another controller may do otherwise.
    assert.equal(survives, true);
    await assert.rejects(
      HeldConnection.open(
        shop.stage.end("monitoring/prometheus-0").host,
        shop.stage.end("django-1").host.address,
        8000,
      ),
    );
    shop.configure(1);
    succeeded(await shop.engine.up("dev"));
  });

  it("destroy: closed until isolation itself goes, which is last", async () => {
    const { began, last } = await shop.destroy();
    bench().count("updates watched", 1);
    assert.deepEqual(seen(began, last, { drops: false }).leaks, []);
    assert.deepEqual(
      await shop.cluster.kube.list("networking.k8s.io/v1", "NetworkPolicy", Shop.namespace),
      [],
    );
  });

  it("policies made by hand taken over: ours beside them, then theirs go one by one: nothing that neither admits connects, nothing that both admit drops", async () => {
    await watch.stop();
    const written = loadAll(readFileSync(join(root, "test/fixtures/import/jewelry-shop.yaml"), "utf8"));
    const theirs = (written as readonly KubeObject[]).filter(({ kind }) => kind === "NetworkPolicy");
    assert.equal(theirs.length, 17);
    for (const each of theirs) await shop.cluster.kube.apply(each);
    await shop.stage.policiesInForce();
    const ours = await shop.policies(1);
    // Together they open what one half of a connection each admits, too.
    watch = watchSystem(shop.stage, [theirs, ours, [...theirs, ...ours]]);
    shop.command.configure(({ applications }) => {
      applications["jewelry-shop"] = { adopt: true, stage: "enforce" };
    });
    const beside = await during(async () => succeeded(await shop.engine.up("dev")));
    assert.deepEqual(seen(beside.began, beside.ended), { leaks: [], drops: [] });
    const gone = await during(async () => {
      for (const each of theirs) await shop.cluster.kube.remove(each);
    });
    bench().count("updates watched", 2);
    assert.deepEqual(seen(gone.began, gone.ended), { leaks: [], drops: [] });
    assert.equal((await policies()).size, ours.length, "ours alone are left");
  });
});
