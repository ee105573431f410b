import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import { dump } from "js-yaml";
import { preview, readPackSource, readProject } from "../../../engine";
import { bench } from "../bench/bench";
import { analyzeState } from "../engine/current";
import { Engine } from "../engine/engine";
import { linkProject, packPolicies, root } from "../engine/project";
import { reportedByEngine, reportedHere } from "../engine/violations";
import { inOrder } from "../machine/inOrder";
import { run } from "../machine/process";
import { ec2Client } from "../systems/account";
import { succeeded } from "../systems/outcomes";

const HOST_NETWORK = "workload-no-host-network";
const WORLD = "security-group-no-world-ingress";

/** What a command on a state says: `level policy resource`, sorted; the stack's own name for what is about no resource. */
type Said = readonly string[];

describe("state: violations of a program, exempted beside the resource, and of the state that it leaves", () => {
  inOrder();
  let engine: Engine;
  let pack: string;
  const work = (name: string): string => join(bench().folder, "state", name);
  const config = (): string => work("policies.json");
  const exported = (name: string): string => work(`${name}.json`);

  before("an API server, an account, the program, the packed policies", async () => {
    const cluster = await bench().startCluster(
      { name: "state", index: 1, serviceCidr: "10.43.0.0/16" },
      "api",
    );
    const endpoint = await bench().aws();
    const project = linkProject(join(root, "test", "e2e", "programs", "exempt"), work("project"));
    pack = await packPolicies(work("pack"));
    engine = new Engine(project, work("engine"), bench().parts.path, {
      AWS_ENDPOINT_URL: endpoint,
      KUBECONFIG: bench().kubeconfig([cluster]),
    });
    const { Vpc } = await ec2Client(endpoint).send(new ec2.CreateVpcCommand({ CidrBlock: "10.201.0.0/16" }));
    writeFileSync(
      join(project, "Pulumi.dev.yaml"),
      dump({
        config: { "aws:region": "us-east-1", "kubernetes:context": "state", "exempt:vpc": Vpc?.VpcId },
      }),
    );
    writeFileSync(
      config(),
      JSON.stringify({ settings: { codeExemptions: { policies: [HOST_NETWORK], days: 3650 } } }),
    );
    await engine.init("dev");
  });

  const flags = (): string[] => ["--policy-pack", pack, "--policy-pack-config", config()];

  it("an exemption beside a resource holds under the engine where the configuration lets it, and nowhere else", async () => {
    const { violations, code } = await engine.preview("dev", flags());
    assert.notEqual(code, 0, "violations that nothing exempts stop the preview");
    const mandatory = violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
    const found = (policy: string) =>
      mandatory
        .filter(({ policyName }) => policyName === policy)
        .map(({ resourceUrn = "" }) => resourceUrn.split("::").at(-1));
    assert.deepEqual([found(HOST_NETWORK), found(WORLD)], [["open"], ["world"]]);
    const told = violations
      .filter(({ policyName }) => policyName === "exemption-expired")
      .map(
        ({ enforcementLevel, message }) =>
          `${enforcementLevel} ${/beside (\S+)/.exec(message)?.[1] ?? message}`,
      );
    assert.deepEqual(told.sort(), ["advisory annotated", "advisory exempted", "mandatory group"]);
    // And the embedded preview says the same, word for word.
    const here = await preview({
      project: readProject(engine.project),
      stack: "dev",
      packs: [readPackSource(pack, config())],
      answersFile: join(engine.project, "Pulumi.dev.answers.json"),
      answerRemedy: "Record it",
      output: () => undefined,
    });
    assert.deepEqual(reportedHere(here), reportedByEngine(violations));
    bench().count("violations compared", violations.length);
  });

  /** What `palisade check` says of a state. */
  async function checked(file: string): Promise<{ code: number; said: Said; warnings: string }> {
    const palisade = join(root, "bin", "palisade.js");
    const done = await run(process.execPath, [palisade, "check", file, "--config", config(), "--json"]);
    const { findings, warnings } = JSON.parse(done.stdout) as {
      findings: { level: string; policy: string; name?: string; message: string }[];
      warnings: string[];
    };
    const said = findings.map(
      ({ level, policy, name = "exempt-dev", message }) => `${level} ${policy} ${name}\n${message}`,
    );
    return { code: done.code, said: said.sort(), warnings: warnings.join() };
  }

  /** The same of `pulumi policy analyze`, by the newest CLI. */
  async function analyzed(
    file: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ code: number; said: Said }> {
    const { code, violations } = await analyzeState(bench().parts, work("analyze"), file, flags(), env);
    const said = violations.map(
      ({ enforcementLevel, policyName, resourceUrn = "", message }) =>
        `${enforcementLevel} ${policyName} ${resourceUrn.split("::").at(-1) ?? ""}\n${message.trim()}`,
    );
    return { code, said: said.sort() };
  }

  const withoutUnjudged = (said: Said): Said => said.filter((one) => !one.includes(" resources-unjudged "));

  it("up, and its state: `palisade check` and `pulumi policy analyze` say the same of it, word for word", async () => {
    succeeded(await engine.up("dev"));
    for (const [name, show] of Object.entries({ encrypted: [], shown: ["--show-secrets"] })) {
      const file = exported(name);
      const done = await engine.pulumi(["stack", "export", "--stack", "dev", "--file", file, ...show]);
      assert.equal(done.code, 0, done.stderr);
      const here = await checked(file);
      // Without the passphrase the CLI can't decrypt either.
      const passphrase = name === "shown" ? { PULUMI_CONFIG_PASSPHRASE: "bench" } : {};
      const there = await analyzed(file, passphrase);
      assert.deepEqual(here.said, withoutUnjudged(there.said), name);
      assert.equal(here.code, 1);
      assert.notEqual(there.code, 0);
      const open = here.said
        .filter((one) => one.startsWith("mandatory s3-"))
        .map((one) => one.split("\n")[0]);
      const isPublic = open.some((one) => one?.endsWith(" secret"));
      assert.equal(isPublic, name === "shown", open.join("\n"));
      assert.equal(here.warnings.includes("secrets are encrypted"), name === "encrypted");
      const told = here.said.join("\n");
      for (const [policy, resource] of [
        [HOST_NETWORK, "open"],
        [WORLD, "world"],
      ])
        assert.ok(told.includes(`mandatory ${policy ?? ""} ${resource ?? ""}\n`), told);
      assert.ok(
        !told.includes(`mandatory ${HOST_NETWORK} exempted`) && !told.includes(`${HOST_NETWORK} annotated`),
      );
      bench().count("violations compared", here.said.length);
    }
  });

  it("the backend's own checkpoint file is read as the export is", async () => {
    const checkpoint = join(engine.work, "state", ".pulumi", "stacks", "exempt", "dev.json");
    const [there, here] = [await checked(exported("encrypted")), await checked(checkpoint)];
    assert.deepEqual(here.said, there.said);
  });
});
