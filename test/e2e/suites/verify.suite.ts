import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { eventually } from "../machine/process";
import { LiveCommand, outsideAddresses } from "../systems/live";
import { questionsOf, reportOf, type AskedQuestion } from "../systems/verifyReport";
import { SystemStage } from "../systems/stage";
import { systems, type System } from "../systems/system";

/** What says on EKS that policies are enforced. Here the object alone: k3s's controller does the work. */
const vpcCni = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "aws-node", namespace: "kube-system" },
  spec: {
    selector: { matchLabels: { "k8s-app": "aws-node" } },
    template: {
      metadata: { labels: { "k8s-app": "aws-node" } },
      spec: {
        containers: [
          {
            name: "aws-eks-nodeagent",
            image: "palisade.test/none",
            args: ["--enable-network-policy=true"],
          },
        ],
      },
    },
  },
};

for (const [i, system] of systems.entries())
  describe(`verify: ${system.application}`, () => prove(system, i + 20));

function prove(system: System, index: number): void {
  // Each test leaves the cluster as planned.
  let stage: SystemStage;
  let command: LiveCommand;
  const addresses = outsideAddresses[system.application] ?? [];
  const verify = (...args: string[]) => command.palisade("verify", [...addresses, "--json", ...args]);

  before("its pods and neighbours, as planned, and enforced", async () => {
    const name = `verify-${system.application}`;
    const onEks = system.application === "fineract";
    const serviceCidr = onEks ? "172.20.0.0/16" : "10.43.0.0/16";
    const cluster = await bench().startCluster({ name, index, serviceCidr }, "enforced");
    if (onEks) await cluster.kube.apply(vpcCni);
    stage = await SystemStage.build(bench(), cluster, system);
    command = LiveCommand.create(cluster, system.cluster);
    await command.deploy();
    await settled(stage);
  });

  after(() => bench().stopCluster(stage.cluster));

  it("every verdict is what packets do, and everything is as declared", async () => {
    const finished = await verify();
    const found = reportOf(finished);
    const wrong = questionsOf(found).filter(({ result }) => result !== "as-expected");
    assert.deepEqual(
      wrong.map(({ question, result, cause }) => `${question}: ${result} ${cause ?? ""}`),
      [],
    );
    assert.deepEqual(
      found.clusters.flatMap(({ checks }) => checks.filter(({ state }) => state === "wrong")),
      [],
    );
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(found.clusters[0]?.enforcement ?? "", /are enforced here/);
    const kinds = new Set(questionsOf(found).map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["denial", "flow", "scenario"]);
    await compareWithPackets(stage, questionsOf(found));
  });

  it("drift: nothing, as long as nobody has touched anything", async () => {
    const { code, stdout } = await command.palisade("drift", []);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /CLEAN/);
  });
}

/** An unlabelled pod is open until the controllers on both nodes have isolated it. */
async function settled(stage: SystemStage): Promise<void> {
  const [a, b] = [stage.end("unlabelled-0"), stage.end("unlabelled-1")];
  await eventually("the namespace is isolated", async () => {
    const seen = await bench().prober.probe([
      { namespace: a.host.namespace, address: b.host.address, protocol: "tcp", port: 22 },
      { namespace: b.host.namespace, address: a.host.address, protocol: "tcp", port: 22 },
    ]);
    return seen.every(({ verdict }) => verdict !== "connected") || undefined;
  });
}

/** Asks each of the report's connections again, by the bench's own prober. */
async function compareWithPackets(stage: SystemStage, questions: readonly AskedQuestion[]): Promise<void> {
  const probes = questions.flatMap(({ question, probes: all }) =>
    all.map((each) => {
      const [address = "", port = ""] = each.address.split(":");
      const protocol = question.includes(" udp/") ? ("udp" as const) : ("tcp" as const);
      const [, namespace = ""] =
        [stage.ends.find(({ name }) => name === each.from)].map((end) => ["", end?.host.namespace])[0] ?? [];
      return { question, said: each.verdict, probe: { namespace, address, protocol, port: Number(port) } };
    }),
  );
  const seen = await bench().prober.probe(probes.map(({ probe }) => probe));
  const differences = probes.flatMap(({ question, said }, i) => {
    const { verdict, detail } = seen[i] ?? { verdict: "failed", detail: "no answer" };
    // The API server says no name.
    const connected = verdict === "connected" || (verdict === "failed" && detail.startsWith("connected"));
    assert.ok(connected || verdict !== "failed", `${question}: ${detail ?? ""}`);
    const truth = connected ? "allowed" : "blocked";
    return truth === said ? [] : [`${question}: verify says ${said}, packets ${truth}`];
  });
  assert.deepEqual(differences, []);
  bench().count("verify's verdicts compared with packets", probes.length);
  bench().count("verify's verdicts that differ", differences.length);
}
