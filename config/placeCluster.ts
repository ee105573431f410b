import { below, type Place, type Problem, problemText } from "../problems";
import { isMap } from "../data";
import {
  checkCluster,
  checkClusterBaseline,
  checkNetwork,
  checkPlacement,
  type Cluster,
  compileClusterBaseline,
  type Environment,
  type Placement,
  siteOf,
} from "../compile";
import { type AwsNetwork, compileSite } from "../compile/aws";
import { compileOnCheckedCluster } from "../compile/networkPolicy";
import { applyOverrides, type DeclaredApplication, remedyForUnknown, validateApplications } from "../flows";
import { networkFacts, type PlacedOnAws, placedOnAws } from "./awsFacts";
import type { ClusterConfig } from "./clusterSchema";
import type { PlacementConfig } from "./placementSchema";
import { attempt, declaredAt, inConfig, placementPlace } from "./places";
import type { PlacedApplication, StackCluster } from "./stack";
import { observedWorkloads } from "./workloadStages";

interface ClusterToPlace {
  readonly config: ClusterConfig;
  /** The cluster's place: "clusters[0]". */
  readonly at: Place;
  readonly environment: Environment;
  readonly declared: readonly DeclaredApplication[];
  /** Takes every problem found. */
  readonly problems: Problem[];
}

/** One cluster of the config with its applications, their flows checked together, the stack's overrides in them. */
export function placeCluster({ config, at, environment, declared, problems }: ClusterToPlace): StackCluster {
  const before = problems.length;
  const facts = config.aws === undefined ? undefined : networkFacts(config.aws, below(at, "aws"), problems);
  const cluster = clusterOf(config, facts?.network);
  const known = Object.entries(config.applications).filter(([name]) => isKnown(name, at, declared, problems));
  const checked = validated(known, at, declared, problems);
  // What is missing of an application's places is missing of all that is made from them.
  const unplaced = new Set<string>();
  const placed = known
    .flatMap(([name, given]): PlacedApplication[] => {
      const application = checked.get(name);
      const place = placementPlace(at, name);
      if (application === undefined) return [];
      const until = problems.length;
      const onAws = placedOnAws(given, cluster.aws, place, problems);
      if (problems.length > until) unplaced.add(name);
      return [{ application, placement: placementOf(given, name, environment, place, onAws, problems) }];
    })
    .sort((a, b) => (a.application.name < b.application.name ? -1 : 1));
  const neighbours = placed.map(({ application, placement: { namespace } }) => ({ application, namespace }));
  const found = [
    ...checkCluster(cluster, at),
    ...checkClusterBaseline(cluster, at),
    ...(facts === undefined ? [] : checkNetwork(facts, cluster, below(at, "aws"))),
    ...identifierProblems(config, at),
    ...sharedNamespaces(placed, at),
    ...placed.flatMap(({ application, placement }) =>
      unplaced.has(application.name)
        ? []
        : checkPlacement(application, placement, cluster, placementPlace(at, application.name)),
    ),
  ];
  problems.push(...found);
  const stackCluster: StackCluster = { cluster, applications: placed, neighbours, baseline: [] };
  // What compilers would refuse of a cluster in which something is wrong already may follow from that.
  return problems.length === before ? compiled(stackCluster, at, problems) : stackCluster;
}

/**
 * What is wrong with the applications of a cluster that the schema refused, as far as they can be read: their names
 * and overrides. Gives the names under which something is placed, so that a selection can be judged.
 */
export function checkUnreadable({
  raw,
  at,
  declared,
  problems,
}: Pick<ClusterToPlace, "at" | "declared" | "problems"> & { readonly raw: unknown }): string[] {
  const { applications } = (isMap(raw) ? raw : {}) as { readonly applications?: unknown };
  const placements = isMap(applications) ? Object.entries(applications) : [];
  for (const [name, given] of placements) {
    if (!isKnown(name, at, declared, problems) || !isMap(given)) continue;
    const { overrides } = given as { readonly overrides?: unknown };
    const application = declared.find((one) => one.name === name);
    if (application === undefined || !isMap(overrides)) continue;
    const place = below(placementPlace(at, name), "overrides");
    attempt(problems, () => applyOverrides(application, overrides, place));
  }
  return placements.map(([name]) => name);
}

/**
 * A cluster in which nothing is wrong so far, with what its applications are compiled to. What compilers refuse goes to `problems`:
 * flows that the cluster can't express, what is missing of the VPC, quotas that are passed.
 */
function compiled(given: StackCluster, at: Place, problems: Problem[]): StackCluster {
  const { cluster, applications, neighbours } = given;
  const wanted = siteOf(cluster, applications, neighbours);
  const places = inConfig(cluster, at);
  const site = wanted && attempt(problems, () => compileSite(wanted), places);
  // What AWS lacks of a flow's end, its policies lack too.
  if (wanted !== undefined && site === undefined) return given;
  const placed = applications.map((one): PlacedApplication => {
    const { application, placement } = one;
    const onAws = site?.tenants.find(({ tenant }) => tenant.application === application)?.application;
    const policies = attempt(
      problems,
      () => compileOnCheckedCluster(onAws ?? application, placement, cluster, neighbours),
      places,
    );
    return policies === undefined ? one : { ...one, policies };
  });
  const baseline = compileClusterBaseline(cluster, applications);
  return { ...given, applications: placed, baseline, ...(site === undefined ? {} : { site }) };
}

function clusterOf(config: ClusterConfig, aws: AwsNetwork | undefined): Cluster {
  const { name, aliases, cni, podCidrs, serviceCidrs, nodeCidrs, dns, apiServer, platform } = config;
  const { context, kubeconfig, identifier, baseline } = config;
  const access = kubeconfig === undefined ? { context } : { context, kubeconfig };
  const facts = {
    ...{ name, aliases, access, cni, podCidrs, serviceCidrs, nodeCidrs, dns, apiServer, platform },
    ...(identifier === undefined ? {} : { identifier }),
    ...(baseline === undefined ? {} : { baseline }),
  };
  return aws === undefined ? facts : { ...facts, aws };
}

/** The name is what a cluster is known by, so one that has been renamed has to say what it was known by before. */
function identifierProblems({ name, aliases, identifier }: ClusterConfig, at: Place): Problem[] {
  const [before] = aliases;
  if (before === undefined || identifier !== undefined) return [];
  return [
    {
      place: below(at, "identifier"),
      message: `is missing, and ${name} has had another name: Pulumi would take it for another cluster and replace everything on it`,
      remedy: `Write what it was known by before: identifier: ${before}, if that was its first name`,
    },
  ];
}

function isKnown(
  name: string,
  at: Place,
  declared: readonly DeclaredApplication[],
  problems: Problem[],
): boolean {
  const names = declared.map((application) => application.name);
  if (names.includes(name)) return true;
  problems.push({
    place: placementPlace(at, name),
    message: "isn't an application",
    remedy: remedyForUnknown(name, names, "Declare it under applications/"),
  });
  return false;
}

/**
 * The applications by name, all checked together: one that doesn't run here still tells whether a flow into it, or its
 * word for one, exists.
 */
function validated(
  placements: readonly (readonly [string, PlacementConfig])[],
  at: Place,
  declared: readonly DeclaredApplication[],
  problems: Problem[],
) {
  const overrides = new Map(placements.map(([name, given]) => [name, given.overrides]));
  const changed = declared.map((application) => {
    const given = overrides.get(application.name);
    if (given === undefined || Object.keys(given).length === 0) return application;
    const place = below(placementPlace(at, application.name), "overrides");
    return attempt(problems, () => applyOverrides(application, given, place)) ?? application;
  });
  const found: Problem[] = [];
  const applications = attempt(found, () => validateApplications(changed)) ?? [];
  if (found.length > 0) {
    // What is wrong with the declarations, whatever a stack overrides, is no cluster's mistake.
    const own: Problem[] = [];
    attempt(own, () => validateApplications(declared));
    const isOwn = new Set(own.map(problemText));
    const placeOf = declaredAt(changed, overrides, at);
    for (const problem of found)
      problems.push(
        isOwn.has(problemText(problem)) ? problem : { ...problem, place: placeOf(problem.place) },
      );
  }
  return new Map(applications.map((application) => [application.name, application]));
}

function placementOf(
  given: PlacementConfig,
  name: string,
  environment: Environment,
  at: Place,
  onAws: PlacedOnAws,
  problems: Problem[],
): Placement {
  const { stage, adopt, podSecurity, namespace = name } = given;
  return {
    application: name,
    environment,
    namespace,
    stage,
    observedWorkloads: observedWorkloads(given.workloadStages, stage, below(at, "workloadStages"), problems),
    adopt,
    podSecurity,
    ...onAws,
  };
}

/** Two applications in one namespace would share its isolation, its stage and its owner. */
function sharedNamespaces(placed: readonly PlacedApplication[], at: Place): Problem[] {
  return placed.flatMap(({ application, placement: { namespace } }, index) => {
    const first = placed.findIndex((other) => other.placement.namespace === namespace);
    const other = placed[first];
    if (first === index || other === undefined) return [];
    return [
      {
        place: below(placementPlace(at, application.name), "namespace"),
        message: `${namespace} is already ${other.application.name}'s namespace`,
        remedy: "Give each application a namespace of its own",
      },
    ];
  });
}
