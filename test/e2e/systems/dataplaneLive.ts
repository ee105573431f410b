import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { inOrder } from "../machine/inOrder";
import { eventually } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { FollowedCluster } from "./followed";
import { succeeded } from "./outcomes";
import { Shop, type ShopCni } from "./shop";

const refusal = "silent" as const;

/** Who enforces the shop's policies, in silence, while they change. */
interface Dataplane {
  readonly cni: Exclude<ShopCni, "k3s">;
  /** For the closing table. */
  readonly name: string;
  readonly cluster: string;
  readonly index: number;
  /** Has what isn't an agent of the cluster's own begin to enforce. */
  readonly follow: (shop: Shop) => Promise<Pick<FollowedCluster, "forget" | "stop"> | undefined>;
}

export const onVpcCni: Dataplane = {
  ...{ cni: "aws-vpc-cni", name: "the VPC CNI", cluster: "vpc-live", index: 44 },
  follow: ({ cluster, stage }) => FollowedCluster.start(bench(), cluster, stage.pods),
};

export const onCilium: Dataplane = {
  ...{ cni: "cilium", name: "Cilium", cluster: "cilium-live", index: 53 },
  follow: () => Promise.resolve(undefined),
};

/** The shop, provisioned by Pulumi's engine on a dataplane's agents, while it changes: probes without pause, as the live suite's. */
export function changesOn(dataplane: Dataplane): void {
  inOrder();
  let shop: Shop;
  let followed: Pick<FollowedCluster, "forget" | "stop"> | undefined;
  let watch: Watch;
  /** From when the namespace has been isolated. */
  let isolated = Infinity;

  before("the shop's pods, agents that enforce, and a cluster that knows none of them", async () => {
    shop = await Shop.create(dataplane.cluster, dataplane.index, { cni: dataplane.cni });
    followed = await dataplane.follow(shop);
    watch = await shop.watch([1, 2], { refusal });
  });

  after(async () => {
    await watch.stop();
    await followed?.stop();
    await bench().stopCluster(shop.cluster);
  });

  /** How many forbidden connections came about, and how many declared ones failed; into the closing table. */
  function seen(from: number, until: number, what: { leaks?: boolean; drops?: boolean } = {}): void {
    const rounds = watch.rounds(from, until);
    assert.ok(rounds > 1, `${rounds} rounds of probes are too few to have seen it`);
    bench().count(`probes while the shop changes on ${dataplane.name}`, rounds * watch.size);
    if (what.leaks !== false) assert.deepEqual(watch.leaks(from, until), []);
    if (what.drops !== false) assert.deepEqual(watch.drops(from, until), []);
  }

  /** Brings the config to the cluster, and goes on watching for some rounds. */
  async function up(): Promise<{ began: number; ended: number }> {
    const began = Date.now();
    succeeded(await shop.engine.up("dev"));
    const done = Date.now();
    await eventually("some rounds of probes", () => watch.rounds(done, Date.now()) > 1 || undefined);
    return { began, ended: Date.now() };
  }

  it("up from nothing: once the namespace is isolated it stays so", async () => {
    const running = up();
    const made = eventually(
      "the namespace is there",
      async () => (await shop.namespaceExists()) || undefined,
      {
        timeoutMs: 120_000,
      },
    );
    // An update that fails makes none: its own words are what to read then.
    await Promise.race([made, running.then(() => made)]);
    await shop.stage.announce();
    const begins = await eventually("isolation is there", () => shop.isolation(), { everyMs: 20 }).then(() =>
      Date.now(),
    );
    await running;
    isolated = await eventually("nothing forbidden connects", () => watch.closedSince(begins));
    const working = await eventually("everything declared connects", () => watch.workingSince(isolated));
    await eventually("some rounds of probes", () => watch.rounds(working, Date.now()) > 2 || undefined);
    process.stdout.write(
      `      isolated ${isolated - begins} ms after isolation was made, all flows working ${working - begins} ms after it\n`,
    );
    seen(isolated, Date.now(), { drops: false });
    seen(working, Date.now(), { leaks: false });
  });

  it("version 1 to version 2 and back: nothing that neither admits connects, nothing that both admit fails", async () => {
    for (const version of [2, 1] as const) {
      shop.configure(version);
      const { began, ended } = await up();
      seen(began, ended);
    }
  });

  it("version 1 to version 3 and back, rules on other ports: likewise", async () => {
    await watch.stop();
    watch = await shop.watch([1, 3], { refusal });
    for (const version of [3, 1] as const) {
      shop.configure(version);
      const { began, ended } = await up();
      seen(began, ended);
    }
  });

  it("enforce to observe and back: declared flows never fail, and what is closed again stays closed", async () => {
    shop.configure(1, "observe");
    const opened = await up();
    seen(opened.began, opened.ended, { leaks: false });
    await eventually("some rounds of probes", () => watch.rounds(opened.ended, Date.now()) > 1 || undefined);
    assert.equal(
      watch.closedSince(opened.ended),
      undefined,
      "the control: observed, what is forbidden connects",
    );
    shop.configure(1, "enforce");
    const { began } = await up();
    // What was open under observe goes on, so its ports would be taken for it: as after the agent's own clean-up.
    await followed?.forget();
    const forgotten = Date.now();
    isolated = await eventually("closed again", () => watch.closedSince(forgotten));
    await eventually("some rounds of probes", () => watch.rounds(isolated, Date.now()) > 2 || undefined);
    seen(isolated, Date.now(), { drops: false });
    seen(began, Date.now(), { leaks: false });
  });

  it("destroy: closed until isolation itself goes, which is last", async () => {
    // A round takes a second here, and a destroy little more: it begins with a round, so that one lies within it.
    const before = Date.now();
    await eventually("a round of probes", () => watch.rounds(before, Date.now()) > 0 || undefined);
    const { last } = await shop.destroy();
    seen(before, last, { drops: false });
    assert.deepEqual(await shop.livePolicies(), []);
  });
}
