import { DIRECTIONS, keptByCilium } from "../../kubernetes";
import { about, atApplication, atCluster, type Problem, throwProblems } from "../../problems";
import { type Application, compareText } from "../../flows";
import { clusterAddresses } from "../addresses";
import { checkCluster } from "../check/checkCluster";
import { checkPlacement } from "../check/checkPlacement";
import type { Cluster, Placement } from "../cluster";
import { portPairProblem } from "./budget";
import type { CompileContext, Neighbour } from "./context";
import type { NetworkPolicyManifest } from "./manifest";
import { manifests } from "./manifests";
import { type Openings, openingsOf } from "./openings";
import { SPELLINGS } from "./cniProfiles";
import { usesOf } from "./uses";
import { WorkloadPods } from "./workloadPods";

/** What one application's flows become on one cluster. */
export interface CompiledPolicies {
  /** `isolation` first, then each observed workload's, then the workloads' own; each group by name. */
  readonly policies: readonly NetworkPolicyManifest[];
  /** What an operator has to know: full sentences, sorted. */
  readonly notes: readonly string[];
}

/**
 * Compiles an application's flows to NetworkPolicies for one cluster: `isolation` and at most one ingress and one
 * egress policy per workload, or per instance where the instances' flows differ. The same input gives the same bytes.
 *
 * `neighbours` are the other applications of the same cluster. Nothing is registered and nothing is read.
 *
 * @throws PalisadeInputError with every problem of the cluster, the placement and the flows.
 */
export function compileNetworkPolicies(
  application: Application,
  placement: Placement,
  cluster: Cluster,
  neighbours: readonly Neighbour[] = [],
): CompiledPolicies {
  return compiled(application, placement, cluster, neighbours, [
    ...checkCluster(cluster, atCluster(cluster.name)),
    ...checkPlacement(application, placement, cluster, atApplication(application.name, cluster.name)),
  ]);
}

/**
 * The same where nothing is wrong with the cluster and the placement: `checkCluster` and `checkPlacement` have said so.
 *
 * @throws PalisadeInputError with every problem of the flows.
 */
export function compileOnCheckedCluster(
  application: Application,
  placement: Placement,
  cluster: Cluster,
  neighbours: readonly Neighbour[],
): CompiledPolicies {
  return compiled(application, placement, cluster, neighbours, []);
}

/** @param found what is wrong with the cluster and the placement: said with what is wrong with the flows. */
function compiled(
  application: Application,
  placement: Placement,
  cluster: Cluster,
  neighbours: readonly Neighbour[],
  found: readonly Problem[],
): CompiledPolicies {
  const context: CompileContext = {
    application,
    placement,
    cluster,
    addresses: clusterAddresses(cluster),
    spelling: SPELLINGS[cluster.cni],
    neighbours: new Map(neighbours.map((neighbour) => [neighbour.application.name, neighbour])),
    workloads: new WorkloadPods(),
  };
  const openings = openingsOf(context);
  throwProblems([
    ...found,
    ...labelProblems(application),
    ...openings.problems,
    ...budgetProblems(openings, context),
  ]);
  const policies = placement.stage === "off" ? [] : manifests(placement.stage, openings, context);
  return {
    policies,
    notes: [
      ...new Set([
        ...openings.notes,
        ...stageNotes(context),
        ...identityNotes(context),
        ...context.spelling.notes,
        ...ciliumNotes(cluster, policies),
      ]),
    ].sort(compareText),
  };
}

/** A selector without labels would take every pod of the namespace. */
const labelProblems = (application: Application): Problem[] =>
  application.workloads
    .flatMap(({ name, labels, instances }) => [{ id: name, labels }, ...instances])
    .filter(({ labels }) => Object.keys(labels).length === 0)
    .map(({ id }) => ({
      place: about(atApplication(application.name), `workload ${id}`),
      message: "has no labels",
      remedy: "Write the labels that its pods, and no others, carry",
    }));

function budgetProblems(openings: Openings, context: CompileContext): Problem[] {
  const { portPairs: limit } = context.spelling;
  if (limit === undefined) return [];
  const { stage, observedWorkloads } = context.placement;
  const instances = context.application.workloads.flatMap((workload) => workload.instances);
  const observed = new Set(
    instances
      .filter(({ workload }) => stage === "observe" || observedWorkloads.includes(workload))
      .map(({ id }) => id),
  );
  return DIRECTIONS.flatMap((direction) =>
    [...openings[direction]].flatMap(([id, list]) => {
      const place = about(
        atApplication(context.application.name, context.cluster.name),
        `${direction} of ${id}`,
      );
      return portPairProblem(place, list, { limit, observed: observed.has(id) }, context.addresses) ?? [];
    }),
  );
}

function stageNotes({ placement, cluster }: CompileContext): string[] {
  switch (placement.stage) {
    case "off":
      return ["stage off: nothing is isolated; none of these flows has a policy."];
    case "observe":
      return [
        "stage observe: the policies exist and block nothing. Before and after you change it to enforce, run palisade drift: Pulumi doesn't see what others have added to these policies.",
      ];
    case "enforce":
      return [
        ...placement.observedWorkloads.map(
          (name) =>
            `workload ${name} is only observed: nothing to or from it is blocked by its own policies.`,
        ),
        ...(placement.adopt
          ? [
              `namespace ${placement.namespace} is adopted: policies that others have there add to these, and a preview doesn't read them: they may admit what no flow declares. If it doesn't exist, Pulumi makes it, without the labels of one of ours. Look before you enforce: palisade drift, or kubectl get networkpolicy.`,
            ]
          : []),
        ...startNotes(cluster),
      ];
  }
}

/** How pods start, and what becomes of those that no policy selects. A cluster that doesn't say how its CNI is set may have the default. */
function startNotes({ cni, aws }: Cluster): string[] {
  if (cni !== "aws-vpc-cni") return [];
  switch (aws?.networkPolicyEnforcingMode) {
    case undefined:
      return [
        "aws-vpc-cni: the config doesn't say NETWORK_POLICY_ENFORCING_MODE; unless it is strict, a new pod is open until its policies reach its node.",
      ];
    case "standard":
      return [
        "aws-vpc-cni: under NETWORK_POLICY_ENFORCING_MODE=standard a new pod is open until its policies reach its node.",
      ];
    case "strict":
      return [
        "aws-vpc-cni: under NETWORK_POLICY_ENFORCING_MODE=strict a new pod is closed until its policies reach its node, to the kubelet's probes too; and so is, for good, every pod of the cluster that no policy selects.",
      ];
  }
}

/** What these policies need Cilium to be set to, where it isn't as it comes. */
function ciliumNotes({ cni }: Cluster, policies: readonly NetworkPolicyManifest[]): string[] {
  if (cni !== "cilium") return [];
  const { labels, sctp } = usesOf(policies.map(({ spec }) => spec));
  const hidden = labels.filter((label) => !keptByCilium("", label));
  return [
    ...hidden.map(
      (label) =>
        `cilium: ${label} is part of no pod's identity unless labels in cilium-config says so: policies that select by it select nobody.`,
    ),
    ...(sctp ? ["cilium: SCTP from and to pods is dropped unless enable-sctp is on in cilium-config."] : []),
  ];
}

/** Credentials that nothing fetches: the placement says more than the application needs. */
function identityNotes({ application, placement }: CompileContext): string[] {
  if (placement.identity === undefined) return [];
  if (application.flows.some(({ to }) => to.kind === "cloud-identity")) return [];
  return [`identity ${placement.identity.kind} is given, and no flow fetches credentials: nothing uses it.`];
}
