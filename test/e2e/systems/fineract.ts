import { strict as assert } from "node:assert";
import { join } from "node:path";
import * as rds from "@aws-sdk/client-rds";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { refusePort } from "../bench/faults";
import { Engine } from "../engine/engine";
import { editYaml, root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { delay, eventually, must } from "../machine/process";
import type { Watch } from "../matrix/watch";
import { layOutAccount, rdsClient } from "./account";
import { append, type Appended, appendAndRevert, namedIn, revertAsSaid, touched } from "./additions";
import { LiveCommand } from "./live";
import { succeeded } from "./outcomes";
import { ADDITIONS, AFTERWARDS, type FaultTable } from "./reliability";
import { SystemStage } from "./stage";
import { failed, noLeaks, urnsOf } from "./struck";
import { systems } from "./system";
import { watchSystem } from "./watched";

/** Monitoring elsewhere and bigger databases: an update that changes policies and asks AWS for something. */
function grow(command: LiveCommand): void {
  command.configure(({ platform, applications }) => {
    const { monitoring } = platform;
    assert.ok(monitoring);
    platform["monitoring"] = { ...monitoring, namespace: "watch" };
    const databases = applications["fineract"]?.["databases"] as Record<
      string,
      { source: { storageGb: number } }
    >;
    for (const { source } of Object.values(databases)) source.storageGb = 40;
  });
}

/** Fineract, its pods with groups of their own beside the nodes', provisioned on a cluster that enforces, while it is struck by faults. */
export class StruckFineract {
  /** From when the namespace has been isolated. */
  #isolated = Infinity;

  private constructor(
    private readonly cluster: Cluster,
    private readonly command: LiveCommand,
    private readonly engine: Engine,
    private readonly endpoint: string,
    private readonly watch: Watch,
  ) {}

  /** Provisioned and isolated when this resolves; the config has the next update in it already. */
  static async create(): Promise<StruckFineract> {
    const system = systems.find(({ application }) => application === "fineract");
    assert.ok(system);
    const options = { name: "faults-aws", index: 36, serviceCidr: "172.20.0.0/16" };
    const cluster = await bench().startCluster(options, "enforced");
    const stage = await SystemStage.prepare(bench(), cluster, system);
    const command = LiveCommand.create(cluster, system.cluster);
    const config = join(command.project, "Pulumi.dev.yaml");
    editYaml(config, (document) => {
      (document["config"] as Record<string, unknown>)["palisade:applications"] = ["fineract"];
    });
    command.configure((each) => {
      each.context = cluster.options.name;
      each.aws["podSecurityGroups"] = "migrating";
      each.aws["nodes"] = { instanceTypes: ["m6i.large"], kubernetesVersion: "1.34" };
    });
    const endpoint = await bench().aws();
    await layOutAccount(endpoint, config);
    const env = { KUBECONFIG: cluster.controlPlane.kubeconfig, AWS_ENDPOINT_URL: endpoint };
    const engine = new Engine(command.project, join(bench().folder, "engine-aws"), bench().parts.path, env);
    await engine.init("dev");
    // The test account's prefix list has entries of its own.
    await must(
      process.execPath,
      [join(root, "bin", "palisade.js"), "preview", "--stack", "dev", "--cwd", command.project, "--record"],
      { env: engine.environment },
    );
    const small = await policiesOf(command);
    succeeded(await engine.up("dev"));
    await stage.announce();
    grow(command);
    const watch = watchSystem(stage, [small, await policiesOf(command)], { pauseMs: 400 });
    const struck = new StruckFineract(cluster, command, engine, endpoint, watch);
    await struck.#closed();
    return struck;
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await bench().stopCluster(this.cluster);
  }

  /**
   * Takes the AWS API away during an update and gives it back: nothing forbidden connects in all that time, the state keeps what it had,
   * and a refresh and an up do what is left. Without the refresh, an up takes for done what the state says was asked for.
   * @returns what one reads of the update that failed
   */
  async withoutAws(): Promise<string> {
    const { engine } = this;
    const before = urnsOf(await engine.state("dev"));
    const back = await refusePort(Number(new URL(this.endpoint).port));
    const read = failed(await engine.up("dev"), /dial tcp [\d.:]+: connect: connection refused/);
    await back();
    assert.deepEqual(urnsOf(await engine.state("dev")), before, "nothing is lost from the state");
    succeeded(await engine.refresh("dev"));
    const up = succeeded(await engine.up("dev"));
    const grown = up.steps.filter(({ type, op }) => op === "update" && type === "aws:rds/instance:Instance");
    assert.equal(grown.length, 2, "what was refused is done now");
    const { DBInstances = [] } = await rdsClient(this.endpoint).send(new rds.DescribeDBInstancesCommand({}));
    const own = DBInstances.filter(({ DBInstanceIdentifier: id = "" }) => id.endsWith("-dev"));
    assert.deepEqual(
      own.map(({ AllocatedStorage }) => AllocatedStorage),
      [40, 40],
    );
    assert.deepEqual(urnsOf(await engine.state("dev")), before);
    assert.deepEqual(Object.keys(succeeded(await engine.preview("dev")).changes), ["same"]);
    await this.#survived();
    return read;
  }

  /**
   * Appends a group to what attaches them, has Pulumi look at it in every way, and takes it back; then again under observe, before the
   * stage is enforced.
   * @returns what one reads of it
   */
  async withGroupAppended(table: FaultTable): Promise<string> {
    const { cluster, engine } = this;
    const namespace = "fineract-dev";
    const all = await cluster.kube.list("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", namespace);
    const [object] = all;
    assert.ok(object !== undefined, "pods have groups of their own");
    const addition = ADDITIONS[3];
    const appended: Appended = {
      ...{ addition, object, value: "sg-0123456789abcdef0" },
      ...{ path: "/spec/securityGroups/groupIds/-", field: "spec.securityGroups.groupIds" },
    };
    const named = await appendAndRevert(cluster.kube, engine, this.#drift, table, appended);
    await this.#survived();

    this.#enter("observe");
    succeeded(await engine.up("dev"));
    await append(cluster.kube, appended);
    this.#enter("enforce");
    const steps = touched(succeeded(await engine.up("dev")));
    assert.deepEqual(steps, [`update eks-dev/${namespace}/isolation`]);
    await this.#closed();
    const found = await this.#drift();
    namedIn(found, appended);
    table.saw(addition, AFTERWARDS[4], "nothing");
    await revertAsSaid(found, 1);
    await this.#survived();
    return `palisade drift: ${named}; Pulumi: nothing`;
  }

  #enter(stage: "observe" | "enforce"): void {
    this.command.configure(({ applications }) => {
      applications["fineract"] = { ...applications["fineract"], stage };
    });
  }

  /** Waits until nothing forbidden connects; from then on nothing may. */
  async #closed(): Promise<void> {
    const now = Date.now();
    this.#isolated = await eventually("isolated", () => this.watch.closedSince(now));
  }

  /** Everything is as planned, and nothing forbidden has connected since it was isolated. */
  async #survived(): Promise<void> {
    const { code, stdout, stderr } = await this.#drift();
    assert.equal(code, 0, stdout + stderr);
    await delay(1000);
    noLeaks(this.watch, this.#isolated, Date.now());
  }

  readonly #drift = () => this.command.palisade("drift", ["--application", "fineract"]);
}

const policiesOf = async (command: LiveCommand): Promise<readonly KubeObject[]> =>
  (await command.planned()).filter(({ kind }) => kind === "NetworkPolicy");
