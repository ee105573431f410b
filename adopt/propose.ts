import { DIRECTIONS } from "../kubernetes";
import { AddressSet, type Family, PortSet, RDS_ENGINE_PORTS } from "../net";
import { atSubject } from "../problems";
import { isRepresentativeName, type World } from "../reachability/read";
import { applicationOf } from "./applications";
import type { OwnAddresses } from "./blocks";
import type { ApplicationNames } from "./flows";
import { readGrants } from "./grants";
import type { GrantContext } from "./ruleGrant";
import { groupWorkloads } from "./grouping";
import { type MissingIsolation, missingIsolation, openWorkloads, undeclaredPods } from "./isolation";
import { nameFrom, untaken } from "./names";
import { type ImportedOpening, isImported, openingsOf } from "./openings";
import type { ClusterProposal, ImportedApplication, ImportInput, ImportPlan, Unexpressed } from "./plan";
import { proposePlatform } from "./platform";
import { canBePlaced, idOf, type ImportedWorkload, keyOf, peersOf, shapesOf } from "./workloads";

/**
 * What an import of a world would write: an application for each namespace whose policies isolate somebody, what the cluster's
 * config has to say, and all that the language can't say. Nothing is proved here: the applications are compiled and compared
 * by whoever asks.
 */
export function proposeImport(input: ImportInput): ImportPlan {
  const { world, analysis } = input;
  const cluster = proposePlatform(world);
  const { names, kept } = chooseNamespaces(world, cluster);
  const grouped = new Map(
    [...names.keys()].map((namespace) => [namespace, groupWorkloads(namespace, world)]),
  );
  const imported = new Map([...grouped].map(([namespace, { workloads }]) => [namespace, workloads]));
  const context: GrantContext = {
    world,
    cluster,
    addresses: ownAddresses(world),
    imported,
    databaseAt: (set, ports) => databaseAt(set, ports, input),
  };
  const { grants, unexpressed, resolving, resolvers } = readGrants(context);
  const { openings, oneSided } = openingsOf(grants, analysis);
  const missing = [...imported].flatMap(([namespace, workloads]) =>
    missingIsolation(namespace, workloads, world),
  );
  const used = usedWorkloads(openings);
  // Where a tier, or a policy of Cilium's, closes what no NetworkPolicy isolates, a policy that admits everyone would open it.
  const hasTiers = world.writtenTiers.length + world.writtenCilium.length > 0;
  const observed = new Set(
    missing.flatMap(({ isOpen, workload }) => (isOpen && !hasTiers && used.has(workload) ? [workload] : [])),
  );
  const applications = [...names].flatMap(([namespace, name]) =>
    applicationOf(namespace, name, { input, openings, imported, names, resolving, observed, used }),
  );
  return {
    applications,
    cluster: { ...cluster, platform: usedServices(cluster, applications) },
    unexpressed: [
      ...unexpressed,
      ...openWorkloads(missing.filter(({ workload }) => !observed.has(workload))),
      ...onlyWithThemselves(openings, used),
      ...missing.flatMap((one) =>
        resolvers.has(one.workload) && !used.has(one.workload) ? [onlyResolving(one)] : [],
      ),
      ...[...names.keys()].flatMap((namespace) => undeclaredPods(namespace, world)),
      ...[...grouped].flatMap(([namespace, { unnamed }]) =>
        unnamed.map(({ member, because, nearest }): Unexpressed => ({
          place: atSubject(idOf(member)),
          message: `is left out: ${because}`,
          remedy: `${nearest}; until then the isolation of ${namespace} closes it`,
          ends: [idOf(member)],
          directions: DIRECTIONS,
        })),
      ),
    ],
    oneSided,
    kept: [
      ...kept,
      ...[...names.keys()].flatMap((namespace) =>
        applications.some((one) => one.namespace === namespace)
          ? []
          : [{ namespace, because: "no rule there is a flow that could be declared" }],
      ),
    ],
    leftOut: missing.flatMap(({ workload }) => (used.has(workload) ? [] : [workload])),
  };
}

/** The namespaces that become applications, with these's names, and those whose policies stay as they are. */
function chooseNamespaces(
  world: World,
  { platform, dns }: ClusterProposal,
): { readonly names: ApplicationNames; readonly kept: ImportPlan["kept"] } {
  const withPolicies = [...new Set(world.policies.map(({ namespace }) => namespace))].sort();
  const kept = withPolicies.flatMap((namespace) => {
    const services = Object.entries(platform).flatMap(([service, place]) =>
      place.namespace === namespace ? [service] : [],
    );
    const because = !canBePlaced(namespace)
      ? "it belongs to the cluster, so no application can be placed in it"
      : services.length > 0
        ? `${services.join(" and ")} of the platform runs there`
        : dns.namespace === namespace
          ? "the cluster's DNS runs there"
          : undefined;
    return because === undefined ? [] : [{ namespace, because }];
  });
  const names = new Map<string, string>();
  const partOf = new Map(withPolicies.map((namespace) => [namespace, partOfAll(namespace, world)]));
  for (const namespace of withPolicies) {
    if (kept.some((one) => one.namespace === namespace)) continue;
    const part = partOf.get(namespace);
    const isAlone = [...partOf.values()].filter((one) => one === part).length === 1;
    names.set(
      namespace,
      untaken(
        (isAlone ? part : undefined) ?? nameFrom(namespace) ?? `application-${namespace}`.slice(0, 63),
        new Set(names.values()),
      ),
    );
  }
  return { names, kept };
}

/** What all workloads of a namespace say that they are part of, where they say the same. */
function partOfAll(namespace: string, { workloads }: World): string | undefined {
  const parts = new Set(
    workloads
      .filter((one) => one.namespace === namespace && !one.representative)
      .flatMap(shapesOf)
      .map(({ labels }) => labels.known.get("app.kubernetes.io/part-of")),
  );
  const [part, ...others] = parts;
  return others.length === 0 && typeof part === "string" ? nameFrom(part) : undefined;
}

/** The families that policies are about, and the cluster's own addresses, as far as they are known. */
function ownAddresses({ policies, podFamilies, podRanges }: World): OwnAddresses {
  const named = policies.flatMap((policy) =>
    peersOf(policy).flatMap((peer): readonly Family[] => (peer.kind === "block" ? peer.set.families() : [])),
  );
  const ranged = podRanges.flatMap((set) => set.families());
  const known = podFamilies.length > 0 ? podFamilies : ranged.length > 0 ? ranged : named;
  const families = ([4, 6] as const).filter((family) => known.includes(family));
  return {
    families: families.length === 0 ? [4] : families,
    own: podRanges.reduce((sum, set) => sum.union(set), AddressSet.empty),
  };
}

function databaseAt(set: AddressSet, ports: PortSet, { world, written }: ImportInput): string | undefined {
  const found = (world.groups?.guarded ?? []).filter(({ kind, name, addresses }) => {
    const database = written.database(name);
    const usual = RDS_ENGINE_PORTS.get(database?.engine ?? "");
    if (kind !== "Database" || addresses?.equals(set) !== true || nameFrom(name) !== name) return false;
    const port = usual === undefined ? undefined : (database?.port ?? usual);
    return port !== undefined && ports.equals(PortSet.of([{ protocol: "TCP", from: port, to: port }]));
  });
  return found.length === 1 ? found[0]?.name : undefined;
}

/** Workloads that some flow is from or to, other than with themselves. */
function usedWorkloads(openings: readonly ImportedOpening[]): ReadonlySet<string> {
  return new Set(
    openings.flatMap(({ from, to }) => {
      const [a, b] = [isImported(from) ? keyOf(from) : undefined, isImported(to) ? keyOf(to) : undefined];
      return a === b ? [] : [a, b].flatMap((key) => key ?? []);
    }),
  );
}

/** Workloads whose only connections are their own replicas': no application declares these alone. */
function onlyWithThemselves(
  openings: readonly ImportedOpening[],
  used: ReadonlySet<string>,
): readonly Unexpressed[] {
  const alone = new Map<string, ImportedWorkload>();
  for (const { from } of openings)
    if (isImported(from) && !used.has(keyOf(from))) alone.set(keyOf(from), from);
  return [...alone].map(([key, { members }]) => ({
    place: atSubject(key),
    message: "its pods connect with each other alone, and nobody with them",
    remedy: "Declare who connects to it, or what it connects to: a workload needs a flow with somebody else",
    ends: members.map(idOf),
    directions: DIRECTIONS,
  }));
}

/** A workload that resolves names and does nothing else: name resolution comes with a workload's flows. */
const onlyResolving = ({ workload, ends }: MissingIsolation): Unexpressed => ({
  place: atSubject(workload),
  message: "resolves names, and nothing else is open",
  remedy: "Declare what it connects to, or who connects to it: name resolution comes with that",
  ends,
  directions: ["egress"],
});

/** The services that some flow is from or to, and those that a platform has besides, by what policies name. */
const usedServices = (
  cluster: ClusterProposal,
  applications: readonly ImportedApplication[],
): ClusterProposal["platform"] => {
  const text = JSON.stringify(applications.map(({ application }) => application));
  return Object.fromEntries(
    Object.entries(cluster.platform).filter(
      ([service, { namespace }]) =>
        !isRepresentativeName(namespace) &&
        (text.includes(`"service":"${service}"`) ||
          (service === "monitoring" && text.includes('"metrics":'))),
    ),
  );
};
