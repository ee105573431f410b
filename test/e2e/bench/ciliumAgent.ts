import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { eventually, type Daemon } from "../machine/process";
import type { Cluster } from "./cluster";
import type { NodeHost } from "./network";

/** `policyCIDRMatchMode`: what blocks match beside addresses outside. */
export type CidrMatch = readonly ("nodes" | "pods")[];

/** The pods' gateway, an address of each node that nobody outside it sees, and no Node lists. */
export const podGateway = "169.254.23.0";

/** Where an agent has its files, in a mount namespace of its node's own. */
export const agentHome = "/run/cilium";

/** Makes file systems for an agent's files and for what it pins, and a control group, and stays as long as they are wanted. */
const holding = [
  `mount -t tmpfs run ${agentHome}`,
  `mkdir ${agentHome}/bpffs ${agentHome}/cgroupv2 ${agentHome}/state`,
  `mount -t bpf bpf ${agentHome}/bpffs`,
  `mount -t cgroup2 none ${agentHome}/cgroupv2`,
  "exec sleep infinity",
].join(" && ");

/** How agents are set where tests differ. */
export interface AgentOptions {
  readonly cidrMatch?: CidrMatch;
  /** Whether Hubble writes what it sees into a file of each node. */
  readonly hubble?: boolean;
}

/** Hubble's: every event, none lost in a burst of probes. What it writes is asked for later: a system's probes are a gigabyte of records. */
const hubbleSettings = (wishes: string): Readonly<Record<string, string>> => ({
  "enable-hubble": "true",
  "hubble-socket-path": `${agentHome}/hubble.sock`,
  "hubble-disable-tls": "true",
  "hubble-flowlogs-config-path": wishes,
  "hubble-event-queue-size": "131072",
  "monitor-queue-size": "131072",
  "monitor-aggregation": "none",
});

/** What Hubble is to write, as it reads it, every 5 seconds. */
function wish(wishes: string, files: readonly string[]): void {
  const flowLogs = files.map((filePath) => ({ name: "all", filePath, fileMaxSizeMb: 1000 }));
  writeFileSync(wishes, JSON.stringify({ flowLogs }));
}

/** An agent's settings: no tunnels, no proxies, no masquerading; services are kube-proxy's; who asks for a pod says its address. */
const settings = (
  lib: string,
  kubeconfig: string,
  cidrMatch: CidrMatch,
): Readonly<Record<string, string>> => ({
  "k8s-kubeconfig-path": kubeconfig,
  "state-dir": `${agentHome}/state`,
  "bpf-root": `${agentHome}/bpffs`,
  "cgroup-root": `${agentHome}/cgroupv2`,
  "lib-dir": lib,
  devices: "eth0",
  "routing-mode": "native",
  "ipv4-native-routing-cidr": "10.0.0.0/8",
  ipam: "delegated-plugin",
  "local-router-ipv4": podGateway,
  "enable-endpoint-routes": "true",
  "enable-ipv4-masquerade": "false",
  "enable-ipv6": "false",
  "identity-allocation-mode": "crd",
  // How long a pod whose labels change keeps what it was, and how long its change may lie: worlds change labels, one after the other.
  "identity-change-grace-period": "1ms",
  "identity-max-jitter": "0s",
  "k8s-client-qps": "100",
  "k8s-client-burst": "200",
  "kube-proxy-replacement": "false",
  "enable-l7-proxy": "false",
  "enable-hubble": "false",
  "enable-health-checking": "false",
  "enable-endpoint-health-checking": "false",
  "enable-health-check-nodeport": "false",
  "enable-envoy-config": "false",
  "bpf-ct-global-tcp-max": "65536",
  "bpf-ct-global-any-max": "65536",
  "policy-cidr-match-mode": cidrMatch.join(","),
});

/** A command and its arguments. */
type CommandLine = [command: string, args: readonly string[]];

/** Cilium's agent on a node. */
export class CiliumAgent {
  #agent: Daemon | undefined;

  private constructor(
    readonly node: NodeHost,
    /** The process whose namespaces are the node's, and go with it. */
    private readonly holder: Daemon,
    /** Where Hubble writes what it sees, if it is on, once it was asked to. */
    readonly records: string,
    private readonly wishes: string,
  ) {}

  /**
   * Starts an agent; it answers when this resolves.
   * @param folder has `lib/bpf`, the C sources, and `bin`, what compiles them; with Hubble also its records
   * @throws Error with what it said where it doesn't run
   */
  static async start(
    cluster: Cluster,
    node: NodeHost,
    folder: string,
    { cidrMatch = [], hubble = false }: AgentOptions,
  ): Promise<CiliumAgent> {
    const args = ["netns", "exec", node.name, "sh", "-c", holding];
    const holder = cluster.start(`cilium-files@${node.name}`, "ip", args);
    await eventually(`${node.name} has file systems for Cilium's agent`, () => {
      if (holder.exited() !== undefined) throw new Error(readFileSync(holder.log, "utf8"));
      return readFileSync(`/proc/${holder.process.pid ?? ""}/comm`, "utf8") === "sleep\n" || undefined;
    });
    const records = join(folder, `hubble-${node.name}.jsonl`);
    const wishes = join(folder, `hubble-${node.name}.json`);
    if (hubble) wish(wishes, []);
    const started = new CiliumAgent(node, holder, records, wishes);
    const path = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
    const all = {
      ...settings(join(folder, "lib"), cluster.controlPlane.kubeconfig, cidrMatch),
      ...(hubble ? hubbleSettings(wishes) : {}),
    };
    const agent = cluster.start(
      `cilium-agent@${node.name}`,
      ...started.inside("env", [
        ...[`PATH=${path}`, `K8S_NODE_NAME=${node.name}`],
        join(cluster.parts.path, "cilium-agent"),
        ...Object.entries(all).map(([key, value]) => `--${key}=${value}`),
      ]),
    );
    started.#agent = agent;
    await eventually(
      `${node.name}: Cilium's agent answers`,
      async () => {
        if (agent.exited() !== undefined) throw new Error(readFileSync(agent.log, "utf8").slice(-3000));
        const { cilium } = await started.ask<{ cilium: { state: string } }>("/healthz");
        return cilium.state === "Ok" || undefined;
      },
      { timeoutMs: 180_000 },
    );
    return started;
  }

  /** A command as it is run in the node's network and with the agent's files. */
  inside(command: string, args: readonly string[]): CommandLine {
    const where = ["--target", String(this.holder.process.pid), "--mount", "--net"];
    return ["nsenter", [...where, "--", command, ...args]];
  }

  /** Has Hubble write from now on: its file is there a few seconds later, with the first packet. */
  record(): void {
    wish(this.wishes, [this.records]);
  }

  /** Has it stand still, or go on. */
  stand(still: boolean): void {
    this.#agent?.process.kill(still ? "SIGSTOP" : "SIGCONT");
  }

  /** Asks the agent's own API. @param path without the version */
  ask<T>(path: string): Promise<T> {
    const socketPath = `/proc/${this.holder.process.pid ?? ""}/root${agentHome}/cilium.sock`;
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath, path: `/v1${path}` }, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve(JSON.parse(answer) as T);
          else reject(new Error(`${path}: ${response.statusCode ?? ""} ${answer}`));
        }, reject);
      });
      asked.on("error", reject);
      asked.end();
    });
  }
}
