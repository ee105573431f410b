import { append } from "../../data";
import { type Address, AddressSet, PortSet } from "../../net";
import { matches } from "../../kubernetes";
import type { PodShape, Service, ServicePort, PodSet, World } from "../read";
import { eachAddress } from "./insideAddresses";
import type { Vocabulary } from "./vocabulary";

/** By which of its addresses a Service is found: the cluster's own, an external one, or any node's. */
export type Frontend = "cluster" | "outer" | "node";

/** Pods by namespace and by address: finds what is behind Services. */
export class ServiceIndex {
  private readonly byNamespace = new Map<string, PodSet[]>();
  private toEveryone: PortSet | undefined;
  private byAddress: ReadonlyMap<string, readonly (readonly [PodSet, PodShape])[]> | undefined;

  constructor(private readonly world: World) {
    if (world.services.length === 0) return;
    for (const workload of world.workloads) append(this.byNamespace, workload.namespace, workload);
  }

  /** The pods that a Service selects, surely or perhaps. */
  selected({ namespace, selector }: Service): readonly {
    readonly workload: PodSet;
    readonly shape: PodShape;
    readonly certain: boolean;
  }[] {
    if (selector === undefined) return [];
    const requirements = Object.entries(selector).map(([key, value]) => ({
      key,
      operator: "In" as const,
      values: [value],
    }));
    const wanted = { requirements, complete: true, key: "" };
    return (this.byNamespace.get(namespace) ?? []).flatMap((workload) =>
      workload.variants.flatMap((shape) => {
        const match = matches(wanted, shape.labels);
        return match === "no" ? [] : [{ workload, shape, certain: match === "yes" }];
      }),
    );
  }

  /** The pods at the addresses that a Service's endpoints list, each with the number of its list. */
  listed({ endpoints = [] }: Service): readonly { readonly shape: PodShape; readonly list: number }[] {
    return endpoints.flatMap(({ addresses }, list) =>
      [...eachAddress(addresses)].flatMap((address) =>
        this.at(address).map(([, shape]) => ({ shape, list })),
      ),
    );
  }

  /**
   * The kinds of a Service's addresses by which pods may be reached that no policy admits by their own: the cluster's where policies
   * see it and some egress rule may admit it, by a block that holds it or by its port alone.
   */
  sideWays(service: Service, vocabulary: Vocabulary): readonly Frontend[] {
    const { clusterIPs, outerIPs, opensNodes, ports } = service;
    const isAdmitted = () =>
      vocabulary.blocksOf(clusterIPs).some.length > 0 ||
      ports.some(({ protocol, port }) => this.portsToEveryone().contains(protocol, port));
    const isTold = this.world.traits.services !== "after" && !clusterIPs.isEmpty() && isAdmitted();
    return [
      ...(isTold ? (["cluster"] as const) : []),
      ...(outerIPs.isEmpty() ? [] : (["outer"] as const)),
      ...(opensNodes ? (["node"] as const) : []),
    ];
  }

  /** The ports that egress rules without peers open, or may. */
  private portsToEveryone(): PortSet {
    return (this.toEveryone ??= this.world.policies
      .flatMap(({ egress }) => egress.rules)
      .filter(({ peers }) => peers === "everyone")
      .reduce((sum, { ports }) => sum.union(ports.numbers).union(ports.maybe), PortSet.empty));
  }

  /** The pods and nodes that have an address. */
  at({ family, value }: Address) {
    if (this.byAddress === undefined) {
      const found = new Map<string, (readonly [PodSet, PodShape])[]>();
      for (const workload of this.world.workloads)
        for (const shape of workload.variants)
          for (const one of eachAddress(shape.addresses ?? AddressSet.empty))
            append(found, `${one.family} ${one.value}`, [workload, shape] as const);
      this.byAddress = found;
    }
    return this.byAddress.get(`${family} ${value}`) ?? [];
  }
}

/** Whether everything behind a Service is an end: pods are given that it selects. */
export const leadsToPods = (index: ServiceIndex, service: Service): boolean =>
  index.selected(service).length > 0;

/** The number of a Service's target at a pod; undefined where the pod has no port of that name. */
export const targetOf = ({ target, protocol }: ServicePort, { namedPorts }: PodShape): number | undefined =>
  typeof target === "number"
    ? target
    : namedPorts.find((one) => one.name === target && one.protocol === protocol)?.port;
