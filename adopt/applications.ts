import { append, isMap } from "../data";
import {
  type DeclaredApplication,
  type FlowDeclaration,
  TODO_OWNER,
  type WorkloadDeclaration,
} from "../flows";
import type { PortSet } from "../net";
import { formatCidr, formatPortSpec, parsePortSpec, type PortSpec, RDS_ENGINE_PORTS } from "../net";
import { type ApplicationNames, flowsOf, portsListened } from "./flows";
import { nameFrom, portName } from "./names";
import { type ImportedOpening, isImported } from "./openings";
import type { ImportedApplication, ImportInput } from "./plan";
import { type ImportedWorkload, keyOf, shapesOf } from "./workloads";

/** What every application of an import is made from. */
export interface ApplicationContext {
  readonly input: ImportInput;
  readonly openings: readonly ImportedOpening[];
  readonly imported: ReadonlyMap<string, readonly ImportedWorkload[]>;
  readonly names: ApplicationNames;
  readonly resolving: ReadonlyMap<string, ReadonlySet<string>>;
  readonly observed: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
}

/** One namespace's application; none where no flow is left to declare. */
export function applicationOf(
  namespace: string,
  name: string,
  context: ApplicationContext,
): readonly ImportedApplication[] {
  const { input, openings, names, used } = context;
  const workloads = (context.imported.get(namespace) ?? []).filter((one) => used.has(keyOf(one)));
  if (workloads.length === 0) return [];
  const own = openings.filter(({ from, to }) =>
    [from, to].every((end) => !isImported(end) || used.has(keyOf(end))),
  );
  const { flows, accepts } = flowsOf(namespace, own, workloads, names, input.written);
  const { rest, metrics, metricsName } = scraped(flows, workloads);
  const declared = declaredWorkloads(workloads, own, metrics, namespace);
  const databases = databasesIn(flows, input);
  const dns = dnsName(context.resolving.get(namespace), flows);
  const policies = {
    ...(metricsName === undefined ? {} : { metrics: metricsName }),
    ...(dns === undefined ? {} : { dns }),
  };
  const application: DeclaredApplication = {
    name,
    owner: input.written.owner(namespace) ?? TODO_OWNER,
    ...(Object.keys(policies).length === 0 ? {} : { names: policies }),
    workloads: declared,
    ...(Object.keys(databases).length === 0
      ? {}
      : {
          databases: Object.fromEntries(
            Object.entries(databases).map(([id, { declaration }]) => [id, declaration]),
          ),
        }),
    flows: rest,
    ...(accepts.length === 0 ? {} : { accepts }),
  };
  return [
    {
      application,
      namespace,
      observed: [
        ...new Set(
          workloads.filter((one) => context.observed.has(keyOf(one))).map(({ workload }) => workload),
        ),
      ],
      databases: Object.fromEntries(
        Object.entries(databases).map(([id, { subnetCidrs }]) => [id, { subnetCidrs }]),
      ),
    },
  ];
}

/** Scraping: flows from the monitoring to one TCP port of a workload, as the workload's `metrics`. */
function scraped(flows: readonly FlowDeclaration[], workloads: readonly ImportedWorkload[]) {
  const metrics = new Map<string, PortSpec>();
  const names = new Set<string>();
  const scrapes = ({ from }: FlowDeclaration) => isMonitoring(from);
  const rest = flows.filter((flow) => {
    const [port, ...others] = flow.ports;
    const range = port === undefined ? undefined : parsePortSpec(port);
    const isOne = others.length === 0 && range?.protocol === "TCP" && range.from === range.to;
    const to = (Array.isArray(flow.to) ? flow.to : [flow.to]) as readonly unknown[];
    const whole = to.every(
      (end) => typeof end === "string" && workloads.some(({ workload }) => workload === end),
    );
    const elsewhere = flows.filter((one) => one !== flow && scrapes(one));
    const isOnly = to.every((end) =>
      elsewhere.every((one) => !([one.to].flat() as readonly unknown[]).includes(end)),
    );
    if (!scrapes(flow) || !isOne || !whole || !isOnly || port === undefined) return true;
    for (const end of to) metrics.set(end as string, port);
    for (const one of [flow.name ?? []].flat()) names.add(one);
    return false;
  });
  const [metricsName, ...others] = names;
  const isFree = rest.every(({ name }) => ![name ?? []].flat().includes(metricsName ?? ""));
  return { rest, metrics, metricsName: others.length === 0 && isFree ? metricsName : undefined };
}

const isMonitoring = (end: unknown): boolean =>
  isMap(end) && end["kind"] === "platform" && end["service"] === "monitoring";

function declaredWorkloads(
  workloads: readonly ImportedWorkload[],
  openings: readonly ImportedOpening[],
  metrics: ReadonlyMap<string, PortSpec>,
  namespace: string,
): Readonly<Record<string, WorkloadDeclaration>> {
  const byName = new Map<string, ImportedWorkload[]>();
  for (const one of workloads) append(byName, one.workload, one);
  return Object.fromEntries(
    [...byName].map(([name, group]): [string, WorkloadDeclaration] => {
      const scrape = metrics.get(name);
      const heard = openings.filter(({ from }) => scrape === undefined || !isMonitoring(from));
      const ports = portsDeclared(portsListened(heard, name, namespace), group);
      const instances = group.flatMap(({ instance }) =>
        instance === undefined ? [] : [[instance.name, instance.labels] as const],
      );
      return [
        name,
        {
          labels: group[0]?.labels ?? {},
          ...(instances.length === 0 ? {} : { instances: Object.fromEntries(instances) }),
          ...(Object.keys(ports).length === 0 ? {} : { ports }),
          ...(scrape === undefined ? {} : { metrics: scrape }),
        },
      ];
    }),
  );
}

/** The ports that flows lead to, by their pods' names for them. */
function portsDeclared(
  listened: PortSet,
  group: readonly ImportedWorkload[],
): Readonly<Record<string, PortSpec>> {
  const named = group
    .flatMap(({ members }) => members.flatMap(shapesOf))
    .flatMap(({ namedPorts }) => namedPorts);
  const taken = new Map<string, PortSpec>();
  for (const range of listened.ranges()) {
    const spec = formatPortSpec(range);
    const own = named.find(
      ({ protocol, port }) => protocol === range.protocol && port === range.from && port === range.to,
    );
    const given = own === undefined ? undefined : nameFrom(own.name);
    taken.set(given !== undefined && !taken.has(given) ? given : portName(range, taken), spec);
  }
  return Object.fromEntries(taken);
}

function databasesIn(flows: readonly FlowDeclaration[], { world, written }: ImportInput) {
  const found = flows
    .flatMap(({ to }) => [to].flat())
    .flatMap((end) => (typeof end === "object" && end.kind === "database" ? [end.database] : []));
  return Object.fromEntries(
    [...new Set(found)].sort().map((name) => {
      const { engine = "", port } = written.database(name) ?? {};
      const subnets = world.groups?.guarded.find(
        (one) => one.kind === "Database" && one.name === name,
      )?.addresses;
      const declaration = {
        engine: engine as "postgres",
        ...(port === undefined || port === RDS_ENGINE_PORTS.get(engine) ? {} : { port }),
      };
      return [name, { declaration, subnetCidrs: (subnets?.toCidrs() ?? []).map(formatCidr) }];
    }),
  );
}

/** The policy that lets workloads resolve names and does nothing else, where there is one. */
function dnsName(
  policies: ReadonlySet<string> | undefined,
  flows: readonly FlowDeclaration[],
): string | undefined {
  const named = new Set(flows.flatMap(({ name }) => [name ?? []].flat()));
  const [only, ...others] = [...(policies ?? [])].filter((name) => !named.has(name));
  return others.length === 0 ? only : undefined;
}
