import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { loadAll } from "js-yaml";
import type { KubeObject } from "../kube/client";
import { eventually, must } from "../machine/process";
import { ciliumCompiler } from "../parts/compilers";
import { agentHome, type AgentOptions, CiliumAgent } from "./ciliumAgent";
import type { Cluster } from "./cluster";
import type { RunningPod } from "./pods";

export type { CidrMatch } from "./ciliumAgent";

/** What an agent says of a pod of its node. */
interface Endpoint {
  readonly status: {
    readonly state: string;
    readonly identity?: { readonly id: number; readonly labels: readonly string[] };
    readonly networking: { readonly addressing: readonly { readonly ipv4?: string }[] };
    readonly policy?: { readonly realized?: { readonly "policy-revision"?: number } };
  };
}

/** A namespace without pods: its policy, written last, tells when everything before it is in force. */
const canary = "canary";

/** Whether a pod's identity has the labels that it should have. */
type IsIdentity = (address: string, labels: readonly string[]) => boolean;

/** Cilium's agents on a cluster's nodes, and its CNI plugin, which plugs pods in. */
export class Cilium {
  #written = 0;
  /** Addresses of the pods that are plugged in. */
  readonly #plugged = new Set<string>();

  private constructor(
    private readonly cluster: Cluster,
    private readonly agents: readonly CiliumAgent[],
  ) {}

  /** Starts an agent on each node; they answer when this resolves. @throws Error with what is missing, or what one that doesn't run said */
  static async start(cluster: Cluster, options: AgentOptions = {}): Promise<Cilium> {
    const folder = join(cluster.folder, "cilium");
    mkdirSync(join(folder, "lib"), { recursive: true });
    mkdirSync(join(folder, "bin"));
    mkdirSync(agentHome, { recursive: true });
    symlinkSync(partFile(cluster, "cilium-bpf"), join(folder, "lib", "bpf"));
    for (const { file, package: from } of ciliumCompiler) {
      if (!existsSync(file)) throw new Error(`${file} is missing (Debian package ${from})`);
      symlinkSync(file, join(folder, "bin", basename(file).replace(/-\d+$/, "")));
    }
    await define(cluster);
    await cluster.kube.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: canary } });
    const starting = cluster.nodes.map((node) => CiliumAgent.start(cluster, node, folder, options));
    return new Cilium(cluster, await Promise.all(starting));
  }

  /** Has Hubble write what it sees. @returns the files, one a node: each is there with its node's first packet from then on */
  record(): readonly string[] {
    for (const agent of this.agents) agent.record();
    return this.agents.map(({ records }) => records);
  }

  /** Plugs a pod in, as a kubelet does: its object is there, its network namespace has no link yet. */
  async plug({ name, kubeNamespace, node, host }: RunningPod, uid: string): Promise<void> {
    const agent = this.agents.find((each) => each.node.name === node.name);
    if (agent === undefined) throw new Error(`${node.name} has no agent`);
    const { path } = this.cluster.parts;
    const pod = { K8S_POD_NAMESPACE: kubeNamespace, K8S_POD_NAME: name, K8S_POD_UID: uid };
    const args = Object.entries({ IgnoreUnknown: "1", ...pod });
    await must(...agent.inside(join(path, "cilium-cni"), []), {
      env: {
        CNI_COMMAND: "ADD",
        CNI_CONTAINERID: `${this.cluster.options.name}-${host.namespace}`,
        CNI_NETNS: `/run/netns/${host.namespace}`,
        CNI_IFNAME: "eth0",
        CNI_PATH: path,
        CNI_ARGS: args.map(([key, value]) => `${key}=${value}`).join(";"),
      },
      input: JSON.stringify({
        cniVersion: "1.0.0",
        name: "cilium",
        type: "cilium-cni",
        ipam: { type: "static", addresses: [{ address: `${host.address}/32` }] },
      }),
    });
    this.#plugged.add(host.address);
  }

  /**
   * Waits until everything that is on the API server is in force: a policy that is written last is in each agent's repository, all
   * pods have been brought to that revision, and each agent knows every pod's address by the identity that the pod has now.
   * @param isIdentity what else that identity must be, where agents are told of it otherwise than by policies
   * @param write what is to be written first. The agents stand still meanwhile, and then read it as one change: each makes a pod's programs
   * anew once, not for every part of it
   */
  async inForce(isIdentity: IsIdentity = () => true, write?: () => Promise<void>): Promise<void> {
    const last = `canary-${++this.#written}`;
    if (write === undefined) await this.#writeCanary(last);
    else
      try {
        for (const agent of this.agents) agent.stand(true);
        await write();
        await this.#writeCanary(last);
      } finally {
        for (const agent of this.agents) agent.stand(false);
      }
    // Milliseconds each on a quiet machine, but for what an agent does half a minute after it has started anew.
    const patience = { everyMs: 30, timeoutMs: 300_000 };
    const revisions = await Promise.all(
      this.agents.map((agent) =>
        eventually(
          `${agent.node.name}: Cilium's agent has read the policies`,
          async () => {
            const { policy, revision } = await agent.ask<{ policy: string; revision: number }>("/policy");
            return policy.includes(`"${last}"`) ? revision : undefined;
          },
          patience,
        ),
      ),
    );
    const enforced = () => this.#enforced(revisions, isIdentity);
    await eventually("Cilium's agents enforce the policies", enforced, patience);
  }

  async #writeCanary(name: string): Promise<void> {
    const { kube } = this.cluster;
    await kube.removeAll("networking.k8s.io/v1", "NetworkPolicy", canary);
    await kube.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: canary },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    });
  }

  /** @throws Error that says who isn't there yet */
  async #enforced(revisions: readonly number[], isIdentity: IsIdentity): Promise<true> {
    const identities = new Map<string, number>();
    for (const [i, agent] of this.agents.entries())
      for (const { status } of await agent.ask<readonly Endpoint[]>("/endpoint")) {
        const { identity, networking, policy, state } = status;
        const address = networking.addressing.find(({ ipv4 }) => ipv4 !== undefined)?.ipv4;
        const realized = policy?.realized?.["policy-revision"] ?? 0;
        if (state !== "ready" || realized < (revisions[i] ?? Infinity))
          throw new Error(`${address ?? agent.node.name} is ${state}, at revision ${realized}`);
        if (address === undefined || identity === undefined) continue;
        if (!isIdentity(address, identity.labels))
          throw new Error(`${address} is ${identity.labels.join(", ")}`);
        identities.set(address, identity.id);
      }
    for (const address of this.#plugged)
      if (!identities.has(address)) throw new Error(`no agent has ${address}`);
    for (const agent of this.agents) {
      const known = await agent.ask<readonly { cidr: string; identity: number }[]>("/ip");
      const there = new Map(known.map(({ cidr, identity }) => [cidr, identity]));
      for (const [address, id] of identities)
        if (there.get(`${address}/32`) !== id) throw new Error(`${agent.node.name} doesn't know ${address}`);
    }
    return true;
  }
}

function partFile(cluster: Cluster, name: string): string {
  const path = cluster.parts.files.get(name);
  if (path === undefined) throw new Error(`${name} is missing from the parts`);
  return path;
}

/** Registers Cilium's definitions, as its operator does. */
async function define(cluster: Cluster): Promise<void> {
  const folder = partFile(cluster, "cilium-crds");
  for (const version of readdirSync(folder))
    for (const file of readdirSync(join(folder, version)).filter((name) => name.endsWith(".yaml")))
      for (const definition of loadAll(readFileSync(join(folder, version, file), "utf8")))
        await cluster.kube.apply(definition as KubeObject);
}
