import { validBlocks } from "../components/addresses";
import type { PlacedApplication } from "../config/stack";
import type { Instance } from "../flows/model";
import { PortSet, type PortRange, type Protocol } from "../net/ports";
import {
  chosenParty,
  instanceParty,
  mayBeInternet,
  METADATA_HOST,
  outsideParty,
  partiesOf,
  type Surroundings,
} from "./parties";
import { type Question, type Party, questionKey } from "./question";
import { strangersOf } from "./strangers";

/** The questions about one application, and what can't be asked of it. */
export interface Asked {
  readonly questions: readonly Question[];
  /** Full sentences: what isn't asked, and why. */
  readonly notes: readonly string[];
}

const TCP_443: PortRange = { protocol: "TCP", from: 443, to: 443 };
const DNS: readonly PortRange[] = [
  { protocol: "UDP", from: 53, to: 53 },
  { protocol: "TCP", from: 53, to: 53 },
];

/** A range is asked about at its ends. */
const portsOf = (ranges: readonly PortRange[]): { protocol: Protocol; port: number }[] =>
  ranges.flatMap(({ protocol, from, to }) => [...new Set([from, to])].map((port) => ({ protocol, port })));

/** Every declared flow, name resolution included: each of its ends on each of its ports, expected to connect. */
export function flowQuestions(placed: PlacedApplication, world: Surroundings): Question[] {
  const { application, placement } = placed;
  const accepted = application.accepted.map(({ from, ...rest }) => ({
    ...rest,
    from: { kind: "application" as const, ...from },
  }));
  const declared = [...application.flows, ...accepted].flatMap(({ from, to, ports, because }) =>
    partiesOf(from, placed, world).flatMap((source) =>
      partiesOf(to, placed, world).flatMap((destination) =>
        ask("flow", source, destination, ports, "allowed", because),
      ),
    ),
  );
  const { dns } = world.cluster;
  const resolver = chosenParty("cluster DNS", dns.namespace, dns.pods, world);
  const names = instancesOf(placed).flatMap((instance) =>
    ask(
      "flow",
      instanceParty(application, instance, placement.namespace, world, true),
      resolver,
      DNS,
      "allowed",
      "every workload resolves names",
    ),
  );
  return distinct([...declared, ...names]);
}

function ask(
  kind: Question["kind"],
  from: Party,
  to: Party,
  ports: readonly PortRange[],
  expected: Question["expected"],
  because: string,
): Question[] {
  // The API server listens elsewhere than its Service.
  const asked =
    to.kind === "address" && to.port !== undefined
      ? [{ protocol: "TCP" as const, port: to.port }]
      : portsOf(ports);
  return asked.map((each) => ({ kind, from, to, ...each, expected, because }));
}

const instancesOf = ({ application }: PlacedApplication): readonly Instance[] =>
  application.workloads.flatMap(({ instances }) => instances);

/**
 * The denials that matter: every port that anybody may use at a workload, from everybody who may not; and the ways out
 * that only some workloads have, from all others. Nothing is asked that the declared flows admit.
 */
export function denialQuestions(placed: PlacedApplication, world: Surroundings): Asked {
  const { application, placement } = placed;
  if (placement.stage !== "enforce") {
    return {
      questions: [],
      notes: [`${application.name}: no denial is asked, because stage ${placement.stage} blocks nothing.`],
    };
  }
  const admitted = new Set(flowQuestions(placed, world).map(questionKey));
  const lagging = (name: string) => placement.observedWorkloads.includes(name);
  const asked = [...inward(placed, world, lagging), ...outward(placed, world, lagging)];
  return {
    questions: distinct(asked.filter((question) => !admitted.has(questionKey(question)))),
    notes: placement.observedWorkloads.map(
      (name) => `${application.name}: workload ${name} is observed: what reaches it isn't asked.`,
    ),
  };
}

/** From everybody to every port that a workload is reached on. */
function inward(
  placed: PlacedApplication,
  world: Surroundings,
  lagging: (name: string) => boolean,
): Question[] {
  const { application, placement } = placed;
  const own = instancesOf(placed).map((instance) => ({
    party: instanceParty(application, instance, placement.namespace, world, true),
    because: `no flow leads there from ${instance.id}`,
  }));
  const sources = [...own, ...strangersOf(placed, world)];
  return application.workloads
    .filter(({ name }) => !lagging(name))
    .flatMap(({ name, ports, instances }) => {
      const reached = application.flows.flatMap(({ to, ports: on }) =>
        to.kind === "workload" && to.workload === name ? on : [],
      );
      const all = PortSet.of([...ports, ...reached]).ranges();
      return instances.flatMap((instance) => {
        const to = instanceParty(application, instance, placement.namespace, world, true);
        return sources.flatMap(({ party, because }) => ask("denial", party, to, all, "blocked", because));
      });
    });
}

/** From every workload to what lies outside, where it has no flow: the internet, databases, buckets, the API, metadata. */
function outward(
  placed: PlacedApplication,
  world: Surroundings,
  lagging: (name: string) => boolean,
): Question[] {
  const { application, placement } = placed;
  const { cluster } = world;
  const outside: { to: Party; ports: readonly PortRange[]; what: string }[] = [
    { to: outsideParty({ kind: "internet" }, placement, world), ports: [TCP_443], what: "the internet" },
    ...Object.entries(placement.databases).map(([database]) => ({
      to: outsideParty({ kind: "database", database }, placement, world),
      ports: [portOfDatabase(placed, database)],
      what: `database ${database}`,
    })),
    ...Object.keys(placement.buckets).map((bucket) => ({
      to: outsideParty({ kind: "bucket", bucket, access: "read" }, placement, world),
      ports: [TCP_443],
      what: `bucket ${bucket}`,
    })),
    ...partiesOf({ kind: "kubernetes-api" }, placed, world).map((to) => ({
      to,
      ports: [TCP_443],
      what: "the Kubernetes API",
    })),
    ...(cluster.aws === undefined
      ? []
      : [
          {
            to: { kind: "address" as const, name: "instance metadata", host: METADATA_HOST },
            ports: [{ protocol: "TCP" as const, from: 80, to: 80 }],
            what: "instance metadata",
          },
        ]),
  ];
  return application.workloads
    .filter(({ name }) => !lagging(name))
    .flatMap(({ instances }) => instances)
    .flatMap((instance) => {
      const from = instanceParty(application, instance, placement.namespace, world, true);
      return outside
        .filter(({ to, ports }) => !opened(placed, world, instance, to, ports))
        .flatMap(({ to, ports, what }) =>
          ask("denial", from, to, ports, "blocked", `no flow leads from ${instance.id} to ${what}`),
        );
    });
}

function portOfDatabase({ application }: PlacedApplication, name: string): PortRange {
  const port = application.databases[name]?.port ?? 5432;
  return { protocol: "TCP", from: port, to: port };
}

/**
 * Whether another flow of the instance opens the same addresses: S3 is in the internet, and databases share subnets where
 * security groups don't tell them apart.
 */
function opened(
  { application, placement }: PlacedApplication,
  { cluster }: Surroundings,
  instance: Instance,
  to: Party,
  ports: readonly PortRange[],
): boolean {
  const wanted = PortSet.of(ports);
  const grouped = cluster.aws?.podSecurityGroups === "on";
  return application.flows.some((flow) => {
    const { from } = flow;
    const own =
      from.kind === "workload" &&
      from.workload === instance.workload &&
      (from.instance ?? instance.instance) === instance.instance;
    if (!own || PortSet.of(flow.ports).intersect(wanted).isEmpty()) return false;
    switch (flow.to.kind) {
      case "internet":
        return to.kind === "missing" || (to.kind === "address" && mayBeInternet(to.host, cluster));
      case "cidr":
        return to.kind !== "pods";
      case "database":
        return !grouped && shareSubnets(placement.databases, flow.to.database, to.name);
      case "bucket":
        return to.name.startsWith("bucket/");
      case "workload":
      case "application":
      case "pods":
      case "platform":
      case "kubernetes-api":
      case "cloud-identity":
        return false;
    }
  });
}

/** Whether two databases are in the same subnets; `name` as `--address` calls it. */
function shareSubnets(
  databases: PlacedApplication["placement"]["databases"],
  declared: string,
  name: string,
): boolean {
  const subnets = (database: string) => validBlocks(databases[database]?.subnetCidrs ?? []);
  return name.startsWith("database/") && subnets(declared).overlaps(subnets(name.slice("database/".length)));
}

/** Each question once, the first reason kept. */
export function distinct(questions: readonly Question[]): Question[] {
  const byKey = new Map<string, Question>();
  for (const question of questions)
    if (!byKey.has(questionKey(question))) byKey.set(questionKey(question), question);
  return [...byKey.values()];
}
