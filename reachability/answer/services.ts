import {
  type Address,
  AddressSet,
  cidrAround,
  formatAddress,
  PortSet,
  type Protocol,
  width,
} from "../../net";
import {
  type Analysis,
  type Connection,
  type ReportedEnd,
  type Frontend,
  outsideEnd,
  pathsOf,
  portsBetween,
  type ServicePath,
} from "../compute";
import { matches, namespacedName } from "../../kubernetes";
import { endId, type Service, type PodSet, type World } from "../read";
import type { Question, ServiceRoute } from "./question";

/** Where a connection to a Service leads. */
export interface ServiceTarget {
  readonly to: ReportedEnd;
  readonly port: number;
  /** Undefined where the name leads to the pods' own addresses. */
  readonly way: ServiceRoute | undefined;
  readonly note: string | undefined;
}

/** The id of the end that a workload is. */
export const workloadId = (one: Pick<PodSet, "namespace" | "name" | "kind">): string => endId(one.kind, one);

/** The ids of the workloads that a Service selects, surely or perhaps. */
export function selectedBy({ workloads }: World, { namespace, selector }: Service): readonly string[] {
  if (selector === undefined) return [];
  const requirements = Object.entries(selector).map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
  }));
  return workloads.flatMap((workload) =>
    workload.namespace === namespace &&
    workload.variants.some(
      ({ labels }) => matches({ requirements, complete: true, key: "" }, labels) !== "no",
    )
      ? [workloadId(workload)]
      : [],
  );
}

/** What a Service's port leads to; undefined where it has no such port, at its own addresses or at nodes. */
export function targetsOf(
  analysis: Analysis,
  service: Service,
  protocol: Protocol,
  port: number,
  by?: Frontend,
): readonly ServiceTarget[] | undefined {
  return targetsWithin(analysis, service, protocol, port, by, new Set());
}

function targetsWithin(
  analysis: Analysis,
  service: Service,
  protocol: Protocol,
  port: number,
  by: Frontend | undefined,
  seen: Set<Service>,
): readonly ServiceTarget[] | undefined {
  const { world, relation } = analysis;
  seen.add(service);
  if (service.externalName !== undefined) {
    const [, name, namespace] = IN_CLUSTER.exec(service.externalName) ?? [];
    const other = world.services.find((one) => one.namespace === namespace && one.name === name);
    const note = `Service ${namespacedName(service)} stands for ${service.externalName}`;
    if (other !== undefined && !seen.has(other)) {
      const found = targetsWithin(analysis, other, protocol, port, undefined, seen);
      return found?.map((one) => ({ ...one, note: [`${note}.`, one.note ?? ""].join(" ").trimEnd() }));
    }
    return [unknownTarget(service, port, `${note}, whose addresses aren't known`)];
  }
  if (service.headless) return headlessTargets(analysis, service, port);
  const kinds: readonly Frontend[] = by === undefined ? ["cluster", "node"] : [by];
  for (const kind of kinds) {
    const path = pathsOf(service, kind, world, relation.classes).find(
      (one) => one.protocol === protocol && one.port === port,
    );
    if (path !== undefined) return pathTargets(analysis, path, port);
  }
  return undefined;
}

/** The name of another Service, as cluster DNS spells it. */
const IN_CLUSTER = /^([^.]+)\.([^.]+)\.svc(?:\..+)?$/;

function headlessTargets(
  { world, ends }: Analysis,
  service: Service,
  port: number,
): readonly ServiceTarget[] {
  const ids = new Set(selectedBy(world, service));
  const found = ends.filter(({ id }) => ids.has(id));
  const note = (id: string) =>
    `Service ${namespacedName(service)} is headless: its name leads to ${id} itself, on the same port.`;
  if (found.length === 0) return [unknownTarget(service, port, behindUnknown(service))];
  return found.map((to) => ({ to, port, way: undefined, note: note(to.id) }));
}

function pathTargets(analysis: Analysis, path: ServicePath, port: number): readonly ServiceTarget[] {
  const { service, backends, protocol, by } = path;
  if (backends.length === 0) return [unknownTarget(service, port, behindUnknown(service))];
  const byId = new Map(analysis.ends.map((end) => [end.id, end]));
  const found = new Map<string, ServiceTarget>();
  for (const { workload, address, class: number, port: target } of backends) {
    const end = workload === undefined ? outsideBackend(address, number) : byId.get(workloadId(workload));
    if (end === undefined || found.has(`${end.id} ${target}`)) continue;
    const entry = by === "node" ? `at every node, ${protocol} ${port}` : `${protocol} ${port}`;
    found.set(`${end.id} ${target}`, {
      to: end,
      port: target,
      way: { service, path, because: undefined },
      note: `Service ${namespacedName(service)}: ${entry} leads to ${end.id} on ${target}.`,
    });
  }
  return [...found.values()];
}

/** A Service's addresses of one kind, as policies may see them. */
export function atText({ clusterIPs, outerIPs }: Service, by: Frontend): string {
  if (by === "node") return "a node's address";
  const addresses = by === "cluster" ? clusterIPs : outerIPs;
  const texts = addresses.toRanges().map(({ family, first }) => formatAddress({ family, value: first }));
  return texts.length === 0 ? "its cluster IP" : texts.join(" or ");
}

function outsideBackend(address: AddressSet | undefined, number: number): ReportedEnd | undefined {
  const [cidr] = address?.toCidrs() ?? [];
  if (cidr === undefined) return undefined;
  const id = formatAddress({ family: cidr.family, value: cidr.first });
  return { ...outsideEnd(cidr, number), id, name: id, addresses: AddressSet.of(cidr) };
}

function behindUnknown(service: Service): string {
  const text = `Service ${namespacedName(service)}`;
  if (service.selector !== undefined) return `${text} selects no workload that is given here`;
  return service.endpoints === undefined
    ? `${text} selects no pods, and no EndpointSlice of it is given`
    : `the EndpointSlices of ${text} have no such port`;
}

/** The end that a Service is to a question when what is behind isn't known. */
export function unknownTarget(service: Service, port: number, because: string): ServiceTarget {
  const { namespace, name } = service;
  return {
    to: {
      id: `${namespace}/${name}[Service]`,
      kind: "Service",
      namespace,
      name,
      labels: {},
      classes: [],
      plural: true,
    },
    port,
    way: { service, path: undefined, because },
    note: undefined,
  };
}

/** What a question's connection may do by its way: that of the pair itself where it goes by none. */
export function wayConnection({ relation }: Analysis, { from, to }: Question, path: ServicePath): Connection {
  const between = (source: number, target: number, bound: "lower" | "upper"): PortSet =>
    relation.table.get(portsBetween(relation, relation.through(path, source, bound), target));
  const own = to.classes.filter((number) => path.backends.some((backend) => backend.class === number));
  const all = (bound: "lower" | "upper") =>
    from.classes.flatMap((source) => own.map((target) => between(source, target, bound)));
  return {
    lower: own.length === 0 ? PortSet.empty : all("lower").reduce((a, b) => a.intersect(b), PortSet.all),
    upper: own.length === 0 ? PortSet.all : all("upper").reduce((a, b) => a.union(b), PortSet.empty),
  };
}

/** What has an address: Services that are found there, and pods and nodes. */
export function foundAt(
  { world, relation: { classes }, ends }: Analysis,
  address: Address,
): { readonly services: readonly (readonly [Service, Frontend])[]; readonly ends: readonly ReportedEnd[] } {
  const services = world.services.flatMap((service) =>
    (
      [
        ["cluster", service.clusterIPs],
        ["outer", service.outerIPs],
      ] as const
    ).flatMap(([by, set]) => (set.containsAddress(address) ? [[service, by] as const] : [])),
  );
  const having = classes.services.at(address).map(([workload]) => workload);
  const there =
    having.length > 0 ? having : bridgesAt(world, AddressSet.of(cidrAround(address, width(address.family))));
  const nodes = there.filter(({ kind }) => kind === "Node");
  const ids = new Set((nodes.length > 0 ? nodes : there).map(workloadId));
  return { services, ends: ends.filter(({ id }) => ids.has(id)) };
}

/** The nodes whose bridges have some of these addresses. */
export const bridgesAt = ({ workloads }: World, addresses: AddressSet): readonly PodSet[] =>
  workloads.filter(({ variants }) => variants.some(({ bridges }) => bridges?.overlaps(addresses) === true));

/** The addresses of Services and nodes. */
export function insideAddresses({ services, workloads }: World): AddressSet {
  const nodes = workloads.flatMap(({ kind, variants }) =>
    kind === "Node"
      ? variants.flatMap(({ addresses, bridges }) => [addresses ?? [], bridges ?? []].flat())
      : [],
  );
  const all = [...services.flatMap(({ clusterIPs, outerIPs }) => [clusterIPs, outerIPs]), ...nodes];
  return AddressSet.of(...all.flatMap((set) => set.toCidrs()));
}
