import { append } from "../../data";
import { about, atApplication, type Problem } from "../../problems";
import { METADATA, type PortRange, PortSet } from "../../net";
import {
  type AcceptedFlow,
  describeFlow,
  describePorts,
  type FlowEnd,
  type Flow,
  type FlowSide,
  type Instance,
} from "../../flows";
import { validBlocks } from "../addresses";
import type { CompileContext } from "./context";
import { NAME_RESOLUTION, dnsPeers } from "./dns";
import { resolveEnd } from "./ends";
import type { Opening, Why } from "./peer";
import type { PeerOnPorts } from "./resolvedEnd";

/** What each instance may do, before it is spelled. */
export interface Openings {
  /** By instance id; an instance without an entry has no peer in that direction. */
  readonly ingress: ReadonlyMap<string, readonly Opening[]>;
  readonly egress: ReadonlyMap<string, readonly Opening[]>;
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

/** One connection that both sides want, whoever declares it. */
interface WantedConnection {
  readonly id: string;
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly ports: PortSet;
  readonly because: string;
  readonly names: readonly string[];
}

/** Both sides of every flow of an application, name resolution included. */
export function openingsOf(context: CompileContext): Openings {
  const collector = new Collector(context);
  const { application } = context;
  for (const flow of application.flows) collector.declared(flow);
  for (const flow of application.accepted) collector.accepted(flow);
  collector.nameResolution();
  for (const { id, because } of application.removed) {
    collector.notes.push(`flow ${id} is removed by this stack: ${because}`);
  }
  return collector;
}

class Collector implements Openings {
  readonly ingress = new Map<string, Opening[]>();
  readonly egress = new Map<string, Opening[]>();
  readonly notes: string[] = [];
  readonly problems: Problem[] = [];
  private readonly instances: ReadonlyMap<string, readonly Instance[]>;
  /** Most flows share their ports with others: one set for each text. */
  private readonly portSets = new Map<string, PortSet>();

  constructor(private readonly context: CompileContext) {
    this.instances = new Map(
      context.application.workloads.map(({ name, instances }) => [name, instances] as const),
    );
  }

  declared({ id, from, to, ports, because, names }: Flow): void {
    this.connection({ id, from, to, ports: this.portsOf(ports), because, names });
  }

  accepted({ from, to, ports, because, names }: AcceptedFlow): void {
    const source = { kind: "application" as const, ...from };
    const id = describeFlow(source, to, ports);
    this.connection({ id, from: source, to, ports: this.portsOf(ports), because, names });
  }

  private portsOf(ranges: readonly PortRange[]): PortSet {
    const text = describePorts(ranges);
    const known = this.portSets.get(text) ?? PortSet.of(ranges);
    this.portSets.set(text, known);
    return known;
  }

  private connection(connection: WantedConnection): void {
    const from = this.resolve(connection, "source");
    const to = this.resolve(connection, "destination");
    if (from === undefined || to === undefined) return;
    if (connection.from.kind !== "workload" && connection.to.kind !== "workload") {
      this.problem(connection, "has no end in this application", "Declare it where one of its ends is");
      return;
    }
    const why = whyOf(connection);
    for (const { id } of this.meant(connection.to)) {
      for (const { peer, ports } of from) append(this.ingress, id, { peer, ports, why });
    }
    for (const { id } of this.meant(connection.from)) {
      for (const { peer, ports } of to) append(this.egress, id, { peer, ports, why });
    }
  }

  /** Part of every workload's egress, so that no policy denies what another still has to allow. */
  nameResolution(): void {
    const { application } = this.context;
    const peers = dnsPeers(this.context);
    const reason = {
      because: "every workload resolves names",
      names: application.dnsName === undefined ? [] : [application.dnsName],
    };
    const ports = describePorts(NAME_RESOLUTION.ranges());
    for (const [workload, instances] of this.instances) {
      const why = whyOf({ id: `${workload} → cluster DNS ${ports}`, ...reason });
      for (const { id } of instances) {
        for (const peer of peers) append(this.egress, id, { peer, ports: NAME_RESOLUTION, why });
      }
    }
  }

  private meant(end: FlowEnd): readonly Instance[] {
    if (end.kind !== "workload") return [];
    const all = this.instances.get(end.workload) ?? [];
    return end.instance === undefined ? all : all.filter(({ instance }) => instance === end.instance);
  }

  private resolve(connection: WantedConnection, side: FlowSide): readonly PeerOnPorts[] | undefined {
    const end = side === "source" ? connection.from : connection.to;
    if (end.kind === "cidr" && !this.outsideCluster(connection, end.cidrs)) return undefined;
    const resolved = resolveEnd(end, side, connection.ports, this.context);
    switch (resolved.kind) {
      case "peers":
        return resolved.peers;
      case "left-out":
        this.notes.push(`flow ${connection.id} is left out: ${resolved.because}`);
        return undefined;
      case "refused":
        this.problem(connection, resolved.message, resolved.remedy);
        return undefined;
    }
  }

  /** Pods, services and nodes are named as what they are: by addresses, a rule would open whatever runs there next. */
  private outsideCluster(connection: WantedConnection, cidrs: readonly string[]): boolean {
    const set = validBlocks(cidrs);
    const { pods, services, nodes } = this.context.addresses;
    const inside = Object.entries({ pods, services, nodes, "instance metadata": METADATA.set }).filter(
      ([, range]) => range.overlaps(set),
    );
    for (const [name, range] of inside) {
      const remedy =
        range === METADATA.set
          ? "No flow reaches metadata: give the workload a role by cloudIdentity()"
          : "Name the workload, the platform service or kubernetesApi() instead of addresses";
      const owner = range === METADATA.set ? name : `the ${name} of cluster ${this.context.cluster.name}`;
      this.problem(
        connection,
        `${cidrs.join(", ")} holds ${owner} (${range.intersect(set).toString()})`,
        remedy,
      );
    }
    return inside.length === 0;
  }

  private problem(connection: WantedConnection, message: string, remedy: string): void {
    const { application, cluster } = this.context;
    this.problems.push({
      place: about(atApplication(application.name, cluster.name), `flow ${connection.id}`),
      message,
      remedy,
    });
  }
}

function whyOf({ id, because, names }: Pick<WantedConnection, "id" | "because" | "names">): Why {
  const owners = names.length === 0 ? "" : ` (${names.join(", ")})`;
  return { flow: id, names, reason: `${id}: ${because}${owners}` };
}
