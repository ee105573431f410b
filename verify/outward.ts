import { validBlocks } from "../compile";
import type { PlacedApplication } from "../config";
import { type Instance, outsideEnd } from "../flows";
import { type PortRange, PortSet } from "../net";
import { ask } from "./ask";
import {
  instanceEnd,
  mayBeInternet,
  METADATA_HOST,
  addressEnd,
  questionEndsOf,
  type Surroundings,
} from "./ends";
import type { QuestionEnd, ProbeQuestion } from "./question";

const TCP_443: PortRange = { protocol: "TCP", from: 443, to: 443 };

/** From every workload to what lies outside, where it has no flow: the internet, databases, buckets, the API, metadata. */
export function outward(
  placed: PlacedApplication,
  world: Surroundings,
  lagging: (name: string) => boolean,
): ProbeQuestion[] {
  const { application, placement } = placed;
  const { cluster } = world;
  const outside: { to: QuestionEnd; ports: readonly PortRange[]; what: string }[] = [
    { to: addressEnd({ kind: "internet" }, placement, world), ports: [TCP_443], what: "the internet" },
    ...Object.entries(placement.databases).map(([database]) => ({
      to: addressEnd({ kind: "database", database }, placement, world),
      ports: [portOfDatabase(placed, database)],
      what: `database ${database}`,
    })),
    ...Object.keys(placement.buckets).map((bucket) => ({
      to: addressEnd({ kind: "bucket", bucket, access: "read" }, placement, world),
      ports: [TCP_443],
      what: `bucket ${bucket}`,
    })),
    ...questionEndsOf({ kind: "kubernetes-api" }, placed, world).map((to) => ({
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
      const from = instanceEnd(application, instance, placement.namespace, world, true);
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
  to: QuestionEnd,
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
    const outside = outsideEnd(flow.to);
    if (!own || outside === undefined || PortSet.of(flow.ports).intersect(wanted).isEmpty()) return false;
    switch (outside.kind) {
      case "internet":
        return to.kind === "missing" || (to.kind === "address" && mayBeInternet(to.host, cluster));
      case "cidr":
        return to.kind !== "pods";
      case "database":
        return !grouped && shareSubnets(placement.databases, outside.database, to.name);
      case "bucket":
        return to.name.startsWith("bucket/");
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
