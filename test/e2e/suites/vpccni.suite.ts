import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { vpcCniProblem } from "../bench/vpcCni";
import type { KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { cellText, observe } from "../matrix/cells";
import type { Prediction } from "../matrix/prediction";
import { spread } from "../matrix/watch";
import { changesOn, onVpcCni } from "../systems/dataplaneLive";
import { registeredObjects } from "../systems/manifests";
import type { SystemEnd } from "../systems/stage";
import { fineractIn, systems, type System } from "../systems/system";
import { VpcCniStage } from "../systems/vpcCni";
import { vpcCniCases } from "../worlds/vpcCniCases";
import { proveCase } from "../worlds/vpcCniCases/prove";
import { behind, clusterIP, forwarded } from "../worlds/vpcCniCases/services";
import { connections, goesOn, reachedWhenNew } from "../worlds/vpcCniChanges";
import { VpcCniWorldStage } from "../worlds/vpcCniStage";
import { compareWorlds } from "../worlds/vpcCniWorlds";

const control = "control: with programs and without policies, every probe to a listening port succeeds";

describe("vpccni: what the analyzer predicts is what the VPC CNI's own programs do", () => {
  before("this machine can load and attach them", async function () {
    const problem = await vpcCniProblem(bench().parts, bench().prober);
    if (problem === undefined) return;
    bench().cantRun.set("the VPC CNI's enforcement", problem);
    this.skip();
  });

  const dev = systems.find(({ application }) => application === "fineract");
  assert.ok(dev);
  for (const [i, [stack, system]] of (
    [
      ["dev", dev],
      ["uat", fineractIn("uat")],
      ["prod", fineractIn("prod")],
    ] as const
  ).entries())
    describe(`fineract in ${stack}`, () => prove(stack, system, 41 + i));

  describe("while the shop changes", () => changesOn(onVpcCni));

  describe("on twelve pods, two nodes and two hosts outside", () => {
    let stage: VpcCniWorldStage;

    before("and a Service's address that leads to one of the pods", async () => {
      stage = await VpcCniWorldStage.build(bench());
      await stage.forward(clusterIP, stage.end(behind), forwarded);
    });

    after(() => stage.agents.stop());

    it(control, () => everybodyReached(stage));

    for (const one of vpcCniCases) it(`case: ${one.what}`, () => proveCase(stage, one));

    it("every cell of every random world", () => compareWorlds(stage));

    for (const { what, before, after, goesOn: expected } of connections)
      it(`a connection that is open ${expected ? "goes on" : "ends"} when ${what}`, async () => {
        assert.equal(await goesOn(stage, before, after), expected);
      });

    it("a pod that starts is open until its policies come; in strict mode it is closed", async () => {
      assert.deepEqual(await reachedWhenNew(stage, "late-0", "standard"), [true, false]);
      assert.deepEqual(await reachedWhenNew(stage, "later-0", "strict"), [false, false]);
    });

    it("a pod that starts beside another of its rule set has its policies at once", async () => {
      assert.deepEqual(await reachedWhenNew(stage, "late-1", "standard"), [false, false]);
    });
  });

  describe("on the same pods in a cluster of IPv6", () => {
    let stage: VpcCniWorldStage;

    before(async () => {
      stage = await VpcCniWorldStage.build(bench(), "IPv6");
    });

    after(() => stage.agents.stop());

    it(control, () => everybodyReached(stage));

    it("every cell of every random world, by the programs for IPv6", () => compareWorlds(stage, 60));
  });
});

async function everybodyReached(stage: VpcCniWorldStage): Promise<void> {
  const seen = await observe(bench().prober, stage.cells());
  assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
}

function prove(stack: string, system: System, index: number): void {
  inOrder();
  let on: VpcCniStage;
  let live: readonly KubeObject[];
  let prediction: Prediction;

  before("its pods, its Services, its neighbours and hosts outside", async () => {
    const options = { name: `vpc-${stack}`, index, serviceCidr: "172.20.0.0/16" };
    const cluster = await bench().startCluster(options, "pods");
    on = await VpcCniStage.build(bench(), cluster, system);
  });

  after(() => on.stop());

  const closed = async (): Promise<readonly string[]> => {
    const open = await observe(bench().prober, on.stage.cells());
    bench().count("control probes", open.length);
    return open.filter(({ observed }) => observed === "blocked").map(cellText);
  };
  const isOwn = ({ known }: SystemEnd): boolean =>
    "namespace" in known && known.namespace === system.kubeNamespace;

  it("control: without programs, every probe to a listening port succeeds", async () => {
    assert.deepEqual(await closed(), []);
  });

  it("programs without policies leave every pod open, Services too", async () => {
    await on.agents.attach(on.stage.pods);
    await on.enforce(await on.live());
    prediction = await on.stage.predict();
    await on.compare("leave every pod open", on.throughServices(prediction));
    await on.compare("leave every pod open", spread(on.expectations(prediction), 2000));
  });

  it("with the stack's policies, every cell is as predicted", async () => {
    for (const object of await registeredObjects(stack, system.cluster))
      await on.stage.cluster.kube.apply(object);
    live = await on.live();
    await on.enforce(live);
    prediction = await on.stage.predict();
    await on.compare(`fineract in ${stack}`, on.expectations(prediction));
  });

  it("a Service's address is open to whom its pods are, on whatever port it listens", async () => {
    await on.compare("a Service's address", on.throughServices(prediction));
  });

  it("its own node reaches every pod, another node none that is isolated", async () => {
    const expectations = on
      .fromNodes(() => "allowed", "blocked")
      .filter(({ cell: { from, to }, expected }) => {
        return expected === "allowed" || (from.name !== to.name && isOwn(to as SystemEnd));
      });
    await on.compare("its own node", expectations);
  });

  it("strict mode closes whom no policy selects, to its node too", async () => {
    await on.enforce(live, "strict");
    const judged = (end: SystemEnd): boolean => isOwn(end) || "address" in end.known;
    const expectations = on.expectations(prediction).map(({ cell, expected }) => ({
      cell,
      expected: judged(cell.from) && judged(cell.to) ? expected : ("blocked" as const),
    }));
    await on.compare("strict mode", expectations);
    await on.compare(
      "strict mode",
      on.fromNodes((pod) => (isOwn(pod) ? "allowed" : "blocked"), "blocked"),
    );
  });

  it("while policies come one at a time and go again, isolation first and last, nothing forbidden connects", async () => {
    const isPolicy = ({ kind }: KubeObject): boolean => kind === "NetworkPolicy";
    const isolation = live.filter((each) => isPolicy(each) && each.metadata.name === "isolation");
    assert.equal(isolation.length, 1);
    const policies = [...isolation, ...live.filter((each) => isPolicy(each) && !isolation.includes(each))];
    const others = live.filter((each) => !isPolicy(each));
    const forbidden = on.expectations(prediction).filter(({ expected }) => expected === "blocked");
    const sample = spread(forbidden, 300);
    const counts = policies.map((_, i) => i + 1);
    for (const count of [...counts, ...counts.toReversed()]) {
      await on.enforce([...others, ...policies.slice(0, count)]);
      assert.equal(await on.different(sample), 0, `with ${count} of ${policies.length} policies`);
      bench().count("forbidden probes while the VPC CNI's policies come and go", sample.length);
    }
  });

  it("a policy that is left out, and one that is wider, is seen", async () => {
    const expectations = on.expectations(prediction);
    const declared = expectations.filter(({ expected }) => expected === "allowed");
    const forbidden = expectations.filter(({ expected }) => expected === "blocked");
    const [first] = live.filter(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name !== "isolation",
    );
    assert.ok(first);
    await on.enforce(live.filter((each) => each !== first));
    assert.notEqual(await on.different(declared), 0, `${first.metadata.name} is left out`);
    const wider = { ...first, spec: { ...(first["spec"] as object), ingress: [{}], egress: [{}] } };
    await on.enforce(live.map((each) => (each === first ? wider : each)));
    assert.notEqual(await on.different(spread(forbidden, 4000)), 0, `${first.metadata.name} is wider`);
  });
}
