import { strict as assert } from "node:assert";
import { join } from "node:path";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { root } from "../engine/project";
import { measure, type Cost } from "../machine/cost";
import { delay, eventually, must } from "../machine/process";
import { registeredObjects } from "../systems/manifests";
import { SystemStage } from "../systems/stage";
import { Stacks } from "../systems/stacks";
import { systems, type System } from "../systems/system";
import {
  observed,
  policyChains,
  runningPods,
  weighCilium,
  type FirewallWeight,
  weighFirewalls,
  weighVpcCni,
  withoutRules,
} from "../systems/weight";

/** Measured, never asserted: a loaded machine isn't a mistake of the product's. `npm run bench:e2e` prints it. */
describe("cost: a preview of the dev stack with the policy pack, by the engine and by the embedded preview", () => {
  const rounds = 3;

  it(`medians of ${rounds} rounds, both transpile-only`, async () => {
    const { project, pack, engine } = await Stacks.layOut(bench(), "cost", ["dev"], { clusters: "none" });
    const embedded = [join(root, "bin", "palisade.js"), "preview", "--stack", "dev", "--policy-pack", pack];
    await must(process.execPath, [...embedded.slice(0, 4), "--record"], {
      cwd: project,
      env: engine.environment,
    });
    // As users run the engine: nothing is kept of what ts-node transpiles.
    const options = { cwd: project, env: { ...process.env, ...engine.environment, NODE_OPTIONS: "" } };
    const costs: { engine: Cost[]; embedded: Cost[] } = { engine: [], embedded: [] };
    for (let round = 0; round < rounds; round++) {
      const asked = ["preview", "--stack", "dev", "--non-interactive", "--policy-pack", pack];
      costs.engine.push(await measure("pulumi", asked, options));
      costs.embedded.push(await measure(process.execPath, embedded, options));
    }
    for (const { code } of [...costs.engine, ...costs.embedded])
      assert.equal(code, 0, "the preview succeeds");
    const median = (all: readonly Cost[]): Cost => {
      const middle = [...all].sort((a, b) => a.seconds - b.seconds)[Math.floor(all.length / 2)];
      assert.ok(middle);
      return middle;
    };
    const [theirs, ours] = [median(costs.engine), median(costs.embedded)];
    process.stdout.write(
      [
        "",
        "            seconds  MB",
        `engine      ${theirs.seconds.toFixed(2).padStart(7)}  ${theirs.megabytes}`,
        `embedded    ${ours.seconds.toFixed(2).padStart(7)}  ${ours.megabytes}`,
        `embedded takes ${(ours.seconds / theirs.seconds).toFixed(2)} of the engine's time (wanted: at most 0.35)`,
        "",
      ].join("\n"),
    );
  });
});

/** What the rule for nobody in `isolation` costs each dataplane, beside an `isolation` without rules (docs/decisions/0007). */
describe("cost: the rule for nobody, on each dataplane", () => {
  const systemOf = (application: string): System => {
    const found = systems.find((each) => each.application === application);
    assert.ok(found);
    return found;
  };
  const shop = systemOf("jewelry-shop");
  const fineract = systemOf("fineract");

  /** A line of the table: with the rule, and without. */
  function row(what: string, [given, none]: readonly [number, number]): void {
    process.stdout.write(`      ${what.padEnd(58)} ${given} with it, ${none} without\n`);
  }

  it("k3s's kube-router, the shop in dev: chains, rules, sets and addresses of both nodes", async () => {
    const options = { name: "weight", index: 38, serviceCidr: "10.43.0.0/16" };
    const cluster = await bench().startCluster(options, "enforced");
    try {
      await SystemStage.build(bench(), cluster, shop);
      const planned = await registeredObjects("dev", shop.cluster);
      for (const object of planned) await cluster.kube.apply(object);
      const given = await settled(cluster, []);
      for (const object of withoutRules(planned)) await cluster.kube.apply(object);
      const none = await settled(cluster, given.chains);
      for (const what of ["chains", "rules", "sets", "addresses in sets"] as const) {
        row(`kube-router: ${what}`, [given.weight[what], none.weight[what]]);
        assert.equal(given.weight[what], none.weight[what], what);
      }
    } finally {
      await bench().stopCluster(cluster);
    }
  });

  const fineractObjects = async () => {
    const planned = await registeredObjects("dev", fineract.cluster);
    return [...runningPods(fineract), ...planned.filter(({ kind }) => kind === "NetworkPolicy")];
  };

  it("the VPC CNI, Fineract in dev: entries of all pods' maps", async () => {
    const program = join(bench().parts.path, "vpc-cni");
    const objects = await fineractObjects();
    const [given, none] = [
      await weighVpcCni(program, objects),
      await weighVpcCni(program, withoutRules(objects)),
    ];
    assert.notEqual(
      await weighVpcCni(program, observed(objects)),
      none,
      "the control: rules for everyone weigh something",
    );
    row("VPC CNI: map entries", [given, none]);
    assert.equal(given, none);
  });

  it("Cilium, Fineract in dev: entries of all pods' policy maps", async () => {
    const program = join(bench().parts.path, "cilium-policy");
    const objects = await fineractObjects();
    const [given, none] = [
      await weighCilium(program, objects),
      await weighCilium(program, withoutRules(objects)),
    ];
    assert.notEqual(
      await weighCilium(program, observed(objects)),
      none,
      "the control: rules for everyone weigh something",
    );
    row("Cilium: policy map entries", [given, none]);
    assert.equal(given, none);
  });
});

/**
 * What kube-router holds on both nodes once it has followed a change: its chains have names that they hadn't before, and keep them.
 * @param before the chains' names before the change
 */
async function settled(
  cluster: Cluster,
  before: readonly string[],
): Promise<{ readonly weight: FirewallWeight; readonly chains: readonly string[] }> {
  const chainsNow = async () => (await Promise.all(cluster.nodes.map(policyChains))).flat();
  const chains = await eventually(
    "kube-router has followed",
    async () => {
      const now = await chainsNow();
      if (now.length === 0 || now.some((each) => before.includes(each))) return undefined;
      await delay(5000);
      return JSON.stringify(await chainsNow()) === JSON.stringify(now) ? now : undefined;
    },
    { timeoutMs: 120_000 },
  );
  return { weight: await weighFirewalls(cluster.nodes), chains };
}
