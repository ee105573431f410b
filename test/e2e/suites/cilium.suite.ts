import { strict as assert } from "node:assert";
import { isolationSpec } from "../../../compile/networkPolicy/isolation";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import type { KubeObject } from "../kube/client";
import { inOrder } from "../machine/inOrder";
import { cellText, observe } from "../matrix/cells";
import type { Expectation } from "../matrix/compare";
import { spread } from "../matrix/watch";
import { CiliumStage } from "../systems/cilium";
import { CILIUM, CiliumTrial } from "../systems/ciliumTrial";
import { connections, goesOn } from "../systems/ciliumConnections";
import { changesOn, onCilium } from "../systems/dataplaneLive";
import { fineractPolicies, fineractSystem } from "../systems/fineractOnCilium";
import { LiveCommand } from "../systems/live";
import { HubbleTrial } from "../systems/hubble";
import { startPlugged } from "../systems/plugged";
import { leftOut } from "../systems/shop";
import { systems, type System } from "../systems/system";

const [shopSystem] = systems;
assert.ok(shopSystem?.application === "jewelry-shop");

/** The command on the shop's stack in Cilium's spelling; without the one flow that a cluster with Cilium has to admit otherwise. */
function shopCommand(cluster: Cluster): LiveCommand {
  const command = LiveCommand.create(cluster, "k3d-dev");
  command.configure((config) => Object.assign(config, { cni: "cilium" }));
  command.configure(({ applications }) => {
    applications["jewelry-shop"] = { stage: "enforce", overrides: { flows: leftOut.cilium } };
  });
  return command;
}

describe("cilium: what the analyzer predicts is what Cilium's own agents do", () => {
  let trial: CiliumTrial;

  before("this machine can run them", async function () {
    const started = await CiliumTrial.start();
    if (typeof started !== "string") {
      trial = started;
      return;
    }
    bench().cantRun.set(CILIUM, started);
    this.skip();
  });

  describe("two pods that Cilium's plugin plugs in", () => {
    inOrder();

    after(() => bench().stopCluster(trial.cluster));

    it("reach one another without policies", async () => {
      assert.deepEqual(await trial.reached(), [80, 81]);
    });

    it("don't where a policy denies, nor where its only rule is for nobody", async () => {
      assert.deepEqual(await trial.reached([]), []);
      const { ingress } = isolationSpec("enforce");
      assert.ok(ingress !== undefined && ingress.length > 0);
      assert.deepEqual(await trial.reached(ingress), []);
    });

    it("do on the port that a policy admits", async () => {
      const from = [{ podSelector: { matchLabels: { pod: "0" } } }];
      assert.deepEqual(await trial.reached([{ from, ports: [{ protocol: "TCP", port: 81 }] }]), [81]);
    });
  });

  describe("jewelry-shop", () => {
    let command: LiveCommand;
    const on = prove(shopSystem, 50, (cluster) => (command = shopCommand(cluster)).planned());
    recorded(on, () => command);
  });
  describe("fineract in dev", () => prove(fineractSystem, 51, fineractPolicies));
  describe("while the shop changes", () => changesOn(onCilium));
});

function prove(
  system: System,
  index: number,
  policiesOn: (cluster: Cluster) => readonly KubeObject[] | Promise<readonly KubeObject[]>,
): () => CiliumStage {
  inOrder();
  const title = `${system.application} on Cilium`;
  let on: CiliumStage;
  let policies: readonly KubeObject[];
  let expectations: readonly Expectation[];

  before("its pods, plugged in by cilium-cni, its neighbours, nodes and hosts outside", async () => {
    const options = { name: `cilium-${index}`, index, serviceCidr: "10.43.0.0/16" };
    const cluster = await bench().startCluster(options, "pods");
    on = await CiliumStage.build(bench(), cluster, system, { hubble: system === shopSystem });
    policies = (await policiesOn(on.stage.cluster)).filter(({ kind }) => kind === "NetworkPolicy");
    assert.ok(policies.length > 5);
  });

  after(() => on.stop());

  const apply = async (all: readonly KubeObject[]): Promise<void> => {
    for (const each of all) await on.stage.cluster.kube.apply(each);
    await on.inForce();
  };

  it("control: without policies, every probe to a listening port succeeds", async () => {
    await on.inForce();
    const seen = await observe(bench().prober, on.cells());
    bench().count("control probes", seen.length);
    assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
    await on.compare(`${title}: without policies`, await on.throughServices());
  });

  it("with the stack's policies, every cell is as predicted", async () => {
    await apply(policies);
    expectations = await on.expectations();
    await on.compare(title, expectations);
  });

  it("a Service's address is open to whom its pods are, on whatever port it listens", async () => {
    await on.compare(`${title}: Services`, await on.throughServices());
  });

  it("a policy that is left out, and one that is wider, is seen", async () => {
    const { kube } = on.stage.cluster;
    const expected = (verdict: string) => expectations.filter((each) => each.expected === verdict);
    const first = policies.find(({ metadata }) => metadata.name !== "isolation");
    assert.ok(first);
    await kube.remove(first);
    await on.inForce();
    assert.notEqual(await on.different(expected("allowed")), 0, `${first.metadata.name} is left out`);
    await apply([{ ...first, spec: { ...(first["spec"] as object), ingress: [{}], egress: [{}] } }]);
    const forbidden = spread(expected("blocked"), 4000);
    assert.notEqual(await on.different(forbidden), 0, `${first.metadata.name} is wider`);
    await kube.remove(first);
    await apply([first]);
  });

  if (system !== shopSystem) return () => on;

  for (const { what, before: first, after: then, goesOn: expected } of connections)
    it(`a connection that is open ${expected ? "goes on" : "ends"} when ${what}`, async () => {
      assert.equal(await goesOn(on, first, then), expected);
    });

  it("pods that start: nothing forbidden connects, at no time", async () => {
    const pods = [
      { name: "late-0", labels: { component: "redis" }, node: 0 },
      { name: "late-1", labels: { component: "django" }, node: 1 },
      { name: "late-2", labels: {}, node: 0 },
    ] as const;
    const others = [
      ...["elsewhere/stranger-0", "elsewhere/stranger-1", "internet"],
      ...["django-0", "nginx-1", "redis-1", "unlabelled-0"],
    ];
    const { open, rounds, workingMs } = await startPlugged(on.stage, pods, others, [22, 6379, 8000]);
    process.stdout.write(
      `      ${rounds} rounds of probes; everything declared works ${workingMs} ms after links began to be made\n`,
    );
    assert.deepEqual(open, []);
  });
  return () => on;
}

/** What Hubble writes of probes, and what `palisade observe` makes of it. */
function recorded(on: () => CiliumStage, command: () => LiveCommand): void {
  let trial: HubbleTrial;

  for (const protocol of ["udp", "tcp"] as const)
    it(`what Hubble writes of ${protocol} probes says what their packets did, line by line`, async () => {
      trial = await HubbleTrial.run(on(), protocol, 2500);
      bench().count("probes that Hubble recorded", trial.recorded.length);
      assert.deepEqual(trial.wrong().slice(0, 20), []);
    });

  it("`palisade observe` finds the declared flows in it, none denied, and that everything else was denied", async () => {
    const { stdout } = await command().palisade("observe", [...trial.files, "--json"]);
    const found = JSON.parse(stdout) as ObservedReport;
    const { stage } = on();
    const labels = new Map(stage.pods.map((pod) => [`${pod.kubeNamespace}/${pod.name}`, pod]));
    const nameOf = (name: string): string => {
      const pod = labels.get(name);
      return pod === undefined ? "addresses" : partyName(pod.kubeNamespace, pod.labels);
    };
    const ours = `${stage.system.kubeNamespace}/`;
    const asked = trial.recorded
      .map(({ cell }) => cell)
      .filter(({ from, to }) => from.name.startsWith(ours) || to.name.startsWith(ours))
      // The stack's config has its address among the nodes': what nodes ask is no flow.
      .filter(({ from, to }) => from.name !== "api-server" && to.name !== "api-server");
    const wanted = asked
      .filter(({ observed }) => observed === "blocked")
      .map(({ from, to, port }) => `${nameOf(from.name)} → ${nameOf(to.name)} ${port}`);
    const denied = found.undeclared.map(
      ({ from, to, port, today }) =>
        `${partyOf(from)} → ${partyOf(to)} ${port}${today === "denied" ? "" : " seen"}`,
    );
    const lacks = wanted.filter((one) => !denied.includes(one));
    const more = denied.filter((one) => !wanted.includes(one));
    assert.ok(wanted.length > 500, `${wanted.length} refused`);
    assert.deepEqual({ lacks: lacks.slice(0, 20), more: more.slice(0, 20) }, { lacks: [], more: [] });
    assert.equal(found.verdict, "clean", "no declared flow is denied, nothing else passed");
    const seen = found.flows.filter(({ state }) => state === "seen").length;
    assert.ok(seen > 5, `${seen} declared flows are seen`);
  });
}

/** What of the report is asserted. */
interface ObservedReport {
  readonly verdict: string;
  readonly flows: readonly { readonly state: string }[];
  readonly undeclared: readonly {
    readonly from: ReportedParty;
    readonly to: ReportedParty;
    readonly port: number;
    readonly today: string;
  }[];
}

interface ReportedParty {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const partyName = (namespace: string, labels: Readonly<Record<string, string>>): string =>
  `${namespace}/${Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",")}`;

const partyOf = ({ namespace, labels = {} }: ReportedParty): string =>
  namespace === undefined ? "addresses" : partyName(namespace, labels);
