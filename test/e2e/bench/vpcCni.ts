import { join } from "node:path";
import { JsonLines, type Answered } from "../machine/jsonLines";
import type { Parts } from "../parts/prepare";
import { vpcCniPrograms } from "../parts/catalogue";
import { addNode, type NodeHost } from "./network";
import { hostPods, type PodSpec } from "./pods";
import type { Prober } from "./prober";

/** NETWORK_POLICY_ENFORCING_MODE: whether a pod that no policy selects is open or closed. */
export type EnforcingMode = "standard" | "strict";

interface Answer extends Answered {
  readonly rules?: readonly string[];
}

/** The AWS VPC CNI's node agents: their own eBPF programs on the pods' links (test/e2e/vpc-cni). */
export class VpcCni {
  readonly #agents: JsonLines<Answer>;

  private constructor(parts: Parts) {
    const programs = parts.files.get(vpcCniPrograms.name);
    if (programs === undefined)
      throw new Error(parts.cant.get(vpcCniPrograms.name) ?? "its programs are missing from the parts");
    this.#agents = new JsonLines("VPC CNI", join(parts.path, "vpc-cni"), [programs]);
  }

  /** Starts an agent for each node. @throws Error where this machine can't run the programs */
  static async start(parts: Parts, nodes: readonly NodeHost[]): Promise<VpcCni> {
    const started = new VpcCni(parts);
    for (const { name, address } of nodes) await started.#agents.ask({ node: { name, address } });
    return started;
  }

  /** Puts the programs on the links of pods, as when they start: open, or closed in strict mode, until something is enforced. */
  async attach(
    pods: readonly Pick<PodSpec, "name" | "kubeNamespace" | "node">[],
    mode: EnforcingMode = "standard",
  ): Promise<void> {
    for (const { name, kubeNamespace, node } of pods)
      await this.#agents.ask({ attach: { node: node.name, namespace: kubeNamespace, pod: name, mode } });
  }

  /**
   * Enforces what objects say: Namespaces, Pods with their addresses and nodes', Services and NetworkPolicies, as an API server lists
   * them. Whoever isn't among them doesn't exist. In force when this resolves.
   */
  async enforce(objects: readonly unknown[], mode: EnforcingMode = "standard"): Promise<void> {
    await this.#agents.ask({ enforce: { objects, mode } });
  }

  /** The rules that NetworkPolicies become, one a line: policy, direction, block, ports. */
  async rules(objects: readonly unknown[]): Promise<readonly string[]> {
    return (await this.#agents.ask({ translate: objects })).rules ?? [];
  }

  /** Has the agents forget every flow that they have let through, so that what follows is judged by the policies alone. */
  async forget(): Promise<void> {
    await this.#agents.ask({ forget: true });
  }

  /** Takes the programs off the links. */
  async detach(): Promise<void> {
    await this.#agents.ask({ detach: true });
  }

  stop(): void {
    this.#agents.stop();
  }
}

/** Why this machine can't run the programs; undefined where it can: tried on a node and a pod that nothing else uses. */
export async function vpcCniProblem(parts: Parts, prober: Prober): Promise<string | undefined> {
  const node = { name: "vpc-cni-trial", address: "10.0.40.11" };
  const pod = {
    name: "pod-0",
    kubeNamespace: "trial",
    labels: {},
    address: "10.45.0.1",
    node,
    listeners: [],
  };
  await addNode(node);
  await hostPods(prober, [pod]);
  let agents: VpcCni | undefined;
  try {
    agents = await VpcCni.start(parts, [node]);
    await agents.attach([pod]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    agents?.stop();
  }
}
