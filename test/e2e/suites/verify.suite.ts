import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { eventually } from "../machine/process";
import { LiveCommand, outsideAddresses } from "../systems/live";
import { junitOf, questionsOf, reportOf } from "../systems/verifyReport";
import { SystemStage } from "../systems/stage";
import { haveTools, ingressOf, strangersReach } from "../systems/tampering";
import { compareWithPackets } from "../systems/packets";
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

/** Who is loosened by hand, by application: nobody else's has as many denials. */
const caches: Readonly<Record<string, string>> = { "jewelry-shop": "redis", fineract: "fineract-redis" };

for (const [i, system] of systems.entries())
  describe(`verify: ${system.application}`, () => prove(system, i + 20));

function prove(system: System, index: number): void {
  // Each test leaves the cluster as planned; the last may not.
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
    await compareWithPackets(stage, questionsOf(found), "every verdict is what packets do");
  });

  it("a policy loosened by hand: exit 1, that policy is named, and every verdict is what packets do", async () => {
    const cache = caches[system.application] ?? "";
    const policy = await ingressOf(stage, cache);
    const spec = policy["spec"] as { ingress: object[] };
    const { kind, apiVersion, metadata } = policy;
    const named = { kind, apiVersion, metadata: { name: metadata.name, namespace: system.kubeNamespace } };
    await stage.cluster.kube.merge({ ...named, spec: { ingress: [{}] } });
    await strangersReach(stage, cache, true);
    const finished = await verify();
    assert.equal(finished.code, 1, finished.stderr);
    const questions = questionsOf(reportOf(finished));
    const different = questions.filter(({ result }) => result !== "as-expected");
    assert.ok(different.length > 0);
    for (const { question, to, expected, result, diagnosis } of different) {
      assert.deepEqual([to, expected, result], [cache, "blocked", "different"], question);
      const stale = `The live policies aren't the planned ones: NetworkPolicy ${system.kubeNamespace}/${metadata.name}: spec.ingress`;
      assert.ok(diagnosis?.startsWith(stale), `${question}: ${diagnosis ?? ""}`);
    }
    await compareWithPackets(stage, questions, "a policy loosened by hand");
    await stage.cluster.kube.merge({ ...named, spec: { ingress: spec.ingress } });
    await strangersReach(stage, cache, false);
  });

  it("drift: nothing, as long as nobody has touched anything", async () => {
    const { code, stdout } = await command.palisade("drift", []);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /CLEAN/);
  });

  if (system.application === "jewelry-shop")
    it("a workload whose image has no tools, and nothing else wrong: exit 3, and in JUnit's XML errors, no failures", async () => {
      const without = ["nginx-0", "nginx-1"];
      await haveTools(stage, without, "none");
      const args = [...addresses, "--application", system.application, "--format", "junit"];
      const { code, stdout, stderr } = await command.palisade("verify", args);
      await haveTools(stage, without, "all");
      assert.equal(code, 3, stderr);
      const { totals, cases } = await junitOf(stdout);
      const errors = cases.filter(({ complaint }) => complaint === "error");
      assert.ok(errors.length > 0);
      for (const { name, message } of errors) {
        assert.match(name, /\bnginx\b/);
        assert.match(message, /^could not probe: jewelry-shop\/nginx-[01] has no shell, python3 or node/);
      }
      const others = cases.filter(({ complaint, kind }) => complaint !== "error" && kind !== "preflight");
      assert.ok(others.length > 20);
      assert.deepEqual([...new Set(others.map(({ complaint }) => complaint))], ["none"]);
      assert.deepEqual([totals.failures, totals.errors, totals.tests], [0, errors.length, cases.length]);
    });
  else
    it("pods that are to have groups of their own, and have none: exit 1; whether the API serves SecurityGroupPolicy is said first", async () => {
      command.configure(({ aws, applications }) => {
        aws["podSecurityGroups"] = "on";
        aws["nodes"] = { instanceTypes: ["m6i.large"], kubernetesVersion: "1.34" };
        Object.assign(applications["fineract"] ?? {}, { aws: { podsRestarted: "2026-11-20, bench" } });
      });
      const ask = async () => {
        const finished = await verify();
        assert.equal(finished.code, 1, finished.stderr);
        const report = reportOf(finished);
        const checks = report.clusters.flatMap((cluster) => cluster.checks);
        const found = checks.filter(({ subject }) => subject === "SecurityGroupPolicy");
        return {
          questions: questionsOf(report),
          said: found.map(({ state, detail }) => `${state}: ${detail}`),
        };
      };
      const { questions, said } = await ask();
      assert.deepEqual(said, ["ok: the API serves vpcresources.k8s.aws/v1beta1"]);
      const different = questions.filter(({ result }) => result !== "as-expected");
      assert.ok(different.length > 0);
      for (const { question, to, expected, diagnosis } of different) {
        assert.match(to, /^database\//, question);
        assert.equal(expected, "blocked", question);
        assert.match(
          diagnosis ?? "",
          /^The live policies aren't the planned ones: SecurityGroupPolicy fineract-dev\/\S+: is missing/,
        );
      }
      await compareWithPackets(stage, questions, "pods that are to have groups of their own");
      const name = "securitygrouppolicies.vpcresources.k8s.aws";
      const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
      await stage.cluster.kube.remove({ ...definition, metadata: { name } });
      const without = await ask();
      assert.equal(without.said.length, 1);
      assert.match(
        without.said.join(),
        /^wrong: podSecurityGroups is on, and the API doesn't serve SecurityGroupPolicy/,
      );
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
