import { type Address, AddressSet, cidrAround, type Protocol, width } from "../../net";
import type { Service, ServicePort, PodSet, World } from "../read";
import type { Classes } from "./classes";
import { eachAddress } from "./insideAddresses";
import { type Frontend, targetOf } from "./serviceIndex";

/** Something that a port of a Service leads to. */
export interface Backend {
  /** The pod's workload, or the node; undefined for an address outside. */
  readonly workload: PodSet | undefined;
  readonly address: AddressSet | undefined;
  readonly class: number;
  readonly port: number;
  /** False where it isn't known whether it is behind the Service. */
  readonly certain: boolean;
}

/** A connection's way through one port of a Service to what is behind. */
export interface ServicePath {
  readonly service: Service;
  readonly by: Frontend;
  readonly protocol: Protocol;
  /** The port at the Service's or the nodes' addresses; undefined where it isn't known. */
  readonly port: number | undefined;
  readonly backends: readonly Backend[];
  /** The classes that the Service's or the nodes' addresses are in. */
  readonly at: readonly number[];
  /** Whether the source may be seen as a node. */
  readonly masqueraded: boolean;
}

/** What is behind one port of a Service, as far as the input shows it. */
function backendsOf(service: Service, port: ServicePort, classes: Classes): readonly Backend[] {
  const { services, ofShape } = classes;
  const selected = services.selected(service).flatMap(({ workload, shape, certain }): Backend[] => {
    const number = targetOf(port, shape);
    const own = ofShape.get(shape);
    return number === undefined || own === undefined
      ? []
      : [{ workload, address: undefined, class: own, port: number, certain }];
  });
  return [...selected, ...endpointsOf(service, port, classes)];
}

function endpointsOf({ endpoints = [] }: Service, port: ServicePort, classes: Classes): Backend[] {
  return endpoints.flatMap(({ addresses, ports }) => {
    const own = ports.filter(
      ({ name, protocol }) => protocol === port.protocol && (name === port.name || ports.length === 1),
    );
    return own.flatMap(({ port: number }) =>
      [...eachAddress(addresses)].flatMap((address): Backend[] => {
        const set = AddressSet.of(cidrAround(address, width(address.family)));
        const [there] = classes.services.at(address);
        const known = there === undefined ? classAt(address, classes) : classes.ofShape.get(there[1]);
        return known === undefined
          ? []
          : [{ workload: there?.[0], address: set, class: known, port: number, certain: true }];
      }),
    );
  });
}

/** The ways through a Service's ports by one kind of its addresses. */
export function pathsOf(
  service: Service,
  by: Frontend,
  world: World,
  classes: Classes,
): readonly ServicePath[] {
  const at =
    by === "node"
      ? nodesOf(world, classes)
      : classesAt(by === "cluster" ? service.clusterIPs : service.outerIPs, classes);
  return service.ports.map((port) => ({
    service,
    by,
    protocol: port.protocol,
    port: by === "node" ? port.nodePort : port.port,
    backends: backendsOf(service, port, classes),
    at,
    masqueraded: by !== "cluster" && !service.keepsSource,
  }));
}

const byAddress = new WeakMap<Classes, ReadonlyMap<string, number>>();

const textOf = ({ family, value }: Address): string => `${family} ${value}`;

/** The class of an address that no pod or node has. */
function classAt(address: Address, classes: Classes): number | undefined {
  let cutOut = byAddress.get(classes);
  if (cutOut === undefined) {
    const { hidden, kept } = classes;
    const few = [...hidden, ...[...kept].map(([number, { part }]) => [number, part] as const)];
    cutOut = new Map(
      few.flatMap(([number, part]) => [...eachAddress(part)].map((one) => [textOf(one), number] as const)),
    );
    byAddress.set(classes, cutOut);
  }
  return (
    cutOut.get(textOf(address)) ?? [...classes.outside].find(([, part]) => part.containsAddress(address))?.[0]
  );
}

const classesAt = (addresses: AddressSet, classes: Classes): readonly number[] => [
  ...new Set([...eachAddress(addresses)].flatMap((address) => classAt(address, classes) ?? [])),
];

function nodesOf({ workloads }: World, { ofWorkload, anyNode }: Classes): readonly number[] {
  const nodes = workloads.flatMap(({ kind }, i) => (kind === "Node" ? (ofWorkload[i] ?? []) : []));
  return anyNode === undefined ? nodes : [...new Set([...nodes, anyNode])];
}

/** The ways by which pods may be reached that no policy admits by their own addresses. */
export const sidePaths = (world: World, classes: Classes): readonly ServicePath[] =>
  world.services.flatMap((service) =>
    classes.services
      .sideWays(service, classes.vocabulary)
      .flatMap((by) => pathsOf(service, by, world, classes)),
  );
