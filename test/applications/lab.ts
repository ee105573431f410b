import type { Cluster, Placement, PlatformService } from "../../compile/cluster";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { type DeclaredApplication, validateApplications } from "../../flows";
import type { Application } from "../../flows/model";
import type { Protocol } from "../../net/ports";
import { connected } from "../twin/twin";
import type { TwinEnd, TwinPod, TwinWorld } from "../twin/world";
import { cluster as clusterOf, placement } from "../compile/worlds";

/** Something that could talk, under the name that the tests call it: pods (all replicas behave alike) or addresses. */
export type Ends = ReadonlyMap<string, readonly TwinEnd[]>;

/** One system as it would run: its compiled policies, two pods of each instance, and everything around them. */
export class Lab {
  private readonly world: TwinWorld;
  readonly ends: Ends;
  /** The names of the ends that the system isolates: its workloads' instances, and a stranger in its namespace. */
  readonly inside: readonly string[];

  /**
   * @param around Pods outside the application's namespace, by the name that the tests call them.
   * @param addresses Addresses outside the cluster's pods, by name.
   */
  constructor(
    application: Application,
    placement: Placement,
    cluster: Cluster,
    around: Readonly<Record<string, Pick<TwinPod, "namespace" | "labels">>>,
    addresses: Readonly<Record<string, readonly string[]>>,
  ) {
    const { policies } = compileNetworkPolicies(application, placement, cluster);
    const own = application.workloads.flatMap(({ instances }) =>
      instances.map(({ id, labels }) => ({ id, namespace: placement.namespace, labels })),
    );
    const stranger = { id: "stranger", namespace: placement.namespace, labels: { app: "stranger" } };
    const others = Object.entries(around).map(([id, pod]) => ({ id, ...pod }));
    let address = 0;
    const pods = [...own, stranger, ...others].flatMap(({ id, ...pod }) =>
      ["a", "b"].map((replica) => ({
        id,
        pod: { ...pod, name: `${id.replace("/", "-")}-${replica}`, ips: [`10.42.7.${++address}`] },
      })),
    );
    this.world = {
      namespaces: [...new Set(pods.map(({ pod }) => pod.namespace))].map((name) => ({ name })),
      pods: pods.map(({ pod }) => pod),
      networkPolicies: policies,
      podCidrs: cluster.podCidrs,
    };
    this.inside = [...own.map(({ id }) => id), "stranger"];
    this.ends = new Map<string, readonly TwinEnd[]>([
      ...[...new Set(pods.map(({ id }) => id))].map(
        (id) => [id, pods.filter((each) => each.id === id).map(({ pod }) => pod)] as const,
      ),
      ...Object.entries(addresses).map(([id, all]) => [id, all.map((one) => ({ address: one }))] as const),
    ]);
  }

  /** Whether every end called `from` reaches every (other) end called `to`. Throws where they don't behave alike. */
  reaches(from: string, to: string, port: string): boolean {
    const [protocol = "", number = ""] = port.split("/");
    const verdicts = new Set(
      this.named(from).flatMap((source) =>
        this.named(to)
          .filter((destination) => destination !== source)
          .map((destination) =>
            connected(this.world, source, destination, protocol.toUpperCase() as Protocol, Number(number)),
          ),
      ),
    );
    const [verdict] = verdicts;
    if (verdicts.size !== 1 || verdict === "unknown") {
      throw new Error(`${from} → ${to} ${port}: ${[...verdicts].join(" and ") || "no such pair"}`);
    }
    return verdict === "allowed";
  }

  /** Everything that reaches `to` on a port, sorted. */
  sourcesOf(to: string, port: string): string[] {
    return [...this.ends.keys()]
      .filter((from) => this.related(from, to) && this.reaches(from, to, port))
      .sort();
  }

  /** Everything that `from` reaches on a port, sorted. */
  destinationsOf(from: string, port: string): string[] {
    return [...this.ends.keys()]
      .filter((to) => this.related(from, to) && this.reaches(from, to, port))
      .sort();
  }

  /**
   * The whole relation, for every port: "nginx → django" to "tcp/8000". Pairs without any connection are left out.
   * It asks for each port that a policy mentions and its neighbours: between these, no answer changes.
   */
  relation(): Record<string, string> {
    return this.relationOn(portsAround(this.mentionedPorts()));
  }

  private mentionedPorts(): number[] {
    const rules = this.world.networkPolicies.flatMap(({ spec }) => [
      ...(spec?.ingress ?? []),
      ...(spec?.egress ?? []),
    ]);
    return rules
      .flatMap((rule) => rule.ports ?? [])
      .flatMap(({ port, endPort }) => [port, endPort])
      .filter((port) => typeof port === "number");
  }

  /** The relation on some ports only. */
  relationOn(ports: readonly string[]): Record<string, string> {
    const names = [...this.ends.keys()].sort();
    const pairs = names
      .flatMap((from) => names.map((to) => [from, to] as const))
      .filter(([from, to]) => this.related(from, to))
      .map(([from, to]) => {
        const open = ports.filter((port) => this.reaches(from, to, port));
        return [`${from} → ${to}`, open.join(" ")] as const;
      });
    return Object.fromEntries(pairs.filter(([, open]) => open !== ""));
  }

  /** Whether the system's policies have a say: an end is inside, and there are two different pods or addresses. */
  private related(from: string, to: string): boolean {
    return (
      [from, to].some((name) => this.inside.includes(name)) && (from !== to || this.named(from).length > 1)
    );
  }

  private named(name: string): readonly TwinEnd[] {
    const ends = this.ends.get(name);
    if (ends === undefined) throw new Error(`the lab has nothing called ${name}`);
    return ends;
  }
}

/** What a system has around it beside what every k3s cluster has. */
interface Around {
  readonly platform?: Readonly<Record<string, PlatformService>>;
  readonly pods?: Readonly<Record<string, Pick<TwinPod, "namespace" | "labels">>>;
}

/**
 * An application on a k3s cluster, in a namespace of its name. Around it: traefik, coredns, prometheus, grafana and a pod in
 * `default`; the internet, the API server, another node, private addresses and instance metadata.
 */
export function labOnK3s(declared: DeclaredApplication, { platform = {}, pods = {} }: Around = {}): Lab {
  const [application] = validateApplications([declared]);
  if (application === undefined) throw new Error("no application");
  const { name } = declared;
  return new Lab(
    application,
    placement({ application: name, environment: "prod", namespace: name }),
    clusterOf("k3s", {
      platform: {
        ingress: { namespace: "kube-system", pods: { "app.kubernetes.io/name": "traefik" } },
        monitoring: { namespace: "monitoring", pods: { "app.kubernetes.io/name": "prometheus" } },
        ...platform,
      },
    }),
    {
      traefik: { namespace: "kube-system", labels: { "app.kubernetes.io/name": "traefik" } },
      coredns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
      prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
      grafana: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "grafana" } },
      "netpol-test": { namespace: "default", labels: { run: "netpol-test" } },
      ...pods,
    },
    {
      internet: ["8.8.8.8", "52.94.236.248"],
      "internet by IPv6": ["2606:4700::1111"],
      "Kubernetes API": ["192.168.1.10"],
      "another node": ["192.168.1.11"],
      "the API's service address": ["10.43.0.1"],
      "private addresses": ["10.0.0.7", "172.16.3.4", "192.168.77.1", "100.64.1.1"],
      "instance metadata": ["169.254.169.254"],
      "metadata by IPv6": ["fd00:ec2::254"],
    },
  );
}

/** What the language adds for every workload, by instance: it resolves names. A part of the whole relation on k3s. */
export const resolvesNames = (instances: readonly string[]): Record<string, string> =>
  Object.fromEntries(instances.map((name) => [`${name} → coredns`, "tcp/53 udp/53"]));

/** Some ports and their neighbours, which nobody declares, by TCP and by UDP. */
export function portsAround(numbers: readonly number[]): string[] {
  const all = new Set([1, 22, 65535, ...numbers.flatMap((number) => [number - 1, number, number + 1])]);
  const valid = [...all].filter((number) => number >= 1 && number <= 65535);
  return valid.sort((a, b) => a - b).flatMap((number) => [`tcp/${number}`, `udp/${number}`]);
}

/** How a relation departs from the expected one: a line each, "+" for what it has too many and "-" for what it lacks. */
export function departures(
  relation: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, string>>,
): string[] {
  const lines = (map: Readonly<Record<string, string>>) =>
    Object.entries(map).flatMap(([pair, ports]) => ports.split(" ").map((port) => `${pair} ${port}`));
  const [has, wants] = [new Set(lines(relation)), new Set(lines(expected))];
  return [
    ...[...has].filter((line) => !wants.has(line)).map((line) => `+ ${line}`),
    ...[...wants].filter((line) => !has.has(line)).map((line) => `- ${line}`),
  ].slice(0, 50);
}
