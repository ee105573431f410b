import { join } from "node:path";
import { plannedObjects } from "../../../cli/verify/planned";
import { bench } from "../bench/bench";
import type { Cluster } from "../bench/cluster";
import { routerAddress } from "../bench/network";
import { editYaml, linkProject, root } from "../engine/project";
import type { KubeObject } from "../kube/client";
import { run, type Finished } from "../machine/process";

/** A cluster of the dev stack's config, as a test changes it. */
export interface ConfiguredCluster {
  readonly name: string;
  context: string;
  apiServer: { endpoints: { cidr: string; port: number }[] };
  platform: Record<string, { namespace: string; pods: unknown }>;
  /** On EKS. */
  aws: Record<string, unknown>;
  readonly applications: Record<string, Record<string, unknown>>;
}

/** The command, on a copy of the project whose dev stack says where the bench's API server is. */
export class LiveCommand {
  private constructor(
    readonly project: string,
    readonly cluster: Cluster,
    /** The cluster's name in the config. */
    readonly configured: string,
  ) {}

  static create(cluster: Cluster, configured: string): LiveCommand {
    const project = linkProject(root, join(bench().folder, `live-${cluster.options.name}`));
    const command = new LiveCommand(project, cluster, configured);
    command.configure((config) => {
      const port = 6442 + cluster.options.index;
      config.apiServer.endpoints = [{ cidr: `${routerAddress}/32`, port }];
    });
    return command;
  }

  /** Changes the cluster's config. */
  configure(change: (config: ConfiguredCluster) => void): void {
    editYaml(join(this.project, "Pulumi.dev.yaml"), (document) => {
      const config = document["config"] as Record<string, ConfiguredCluster[]>;
      const found = config["palisade:clusters"]?.find(({ name }) => name === this.configured);
      if (found === undefined) throw new Error(`the dev stack has no cluster ${this.configured}`);
      change(found);
    });
  }

  /** What the stack plans for the cluster. */
  async planned(): Promise<readonly KubeObject[]> {
    const objects = (await plannedObjects("dev", this.project)).objects.get(this.configured) ?? [];
    return objects as readonly KubeObject[];
  }

  /** Makes the cluster as planned. */
  async deploy(): Promise<void> {
    for (const object of await this.planned()) await this.cluster.kube.apply(object);
  }

  /** Runs `palisade` as an operator does. */
  palisade(
    command: string,
    args: readonly string[],
    kubeconfig = this.cluster.controlPlane.kubeconfig,
  ): Promise<Finished> {
    const where = ["--stack", "dev", "--cwd", this.project, "--cluster", this.configured];
    const how = [
      "--kubeconfig",
      kubeconfig,
      ...(args.includes("--context") ? [] : ["--context", this.cluster.options.name]),
    ];
    return run(process.execPath, [join(root, "bin", "palisade.js"), command, ...where, ...how, ...args]);
  }
}

/** Where ends outside are on the bench: no config knows. */
export const outsideAddresses: Readonly<Record<string, readonly string[]>> = {
  "jewelry-shop": ["--address", "internet=93.184.215.14"],
  fineract: [
    ...["--address", "internet=93.184.215.14", "--address", "database/fineract=10.20.192.9"],
    ...["--address", "database/keycloak=10.20.192.70", "--address", "bucket/documents=52.216.7.7"],
    ...["--address", "cloud-identity=10.20.208.4"],
  ],
};
