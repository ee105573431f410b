import type { Application, Instance, Workload } from "../../flows/model";
import { type Problem, throwProblems } from "../../flows/problem";
import { clusterAddresses } from "../addresses";
import { checkCluster } from "../checkCluster";
import { checkPlacement } from "../checkPlacement";
import type { Cluster, Placement } from "../cluster";
import { reasonAnnotations } from "./annotations";
import { portPairProblem } from "./budget";
import type { CompileContext, Neighbour } from "./context";
import { isolationSpec, observedSpec } from "./isolation";
import type { NetworkPolicyManifest, NetworkPolicySpec } from "./manifest";
import { ISOLATION, policyName, subjectOf } from "./names";
import { type Openings, openingsOf, type ProvisionedFlow } from "./openings";
import { compareText, sortedByKey } from "../../flows/text";
import type { Opening } from "./peer";
import { compileRules, type Rule } from "./rules";
import { SPELLINGS } from "./spelling";

/** What one application's flows become on one cluster. */
export interface CompiledPolicies {
  /** `isolation` first, then each observed workload's, then the workloads' own; each group by name. */
  readonly policies: readonly NetworkPolicyManifest[];
  /** What these policies admit, as reports show it. */
  readonly flows: readonly ProvisionedFlow[];
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
  const context: CompileContext = {
    application,
    placement,
    cluster,
    addresses: clusterAddresses(cluster),
    spelling: SPELLINGS[cluster.cni],
    neighbours: new Map(neighbours.map((neighbour) => [neighbour.application.name, neighbour])),
  };
  const openings = openingsOf(context);
  throwProblems([
    ...checkCluster(cluster, `cluster ${cluster.name}: `),
    ...checkPlacement(application, placement, cluster, `${application.name} on ${cluster.name}: `),
    ...labelProblems(application),
    ...openings.problems,
    ...budgetProblems(openings, context),
  ]);
  return {
    policies: placement.stage === "off" ? [] : manifests(placement.stage, openings, context),
    flows: openings.flows,
    notes: [...new Set([...openings.notes, ...stageNotes(context), ...context.spelling.notes])].sort(
      compareText,
    ),
  };
}

const DIRECTIONS = ["ingress", "egress"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** A selector without labels would take every pod of the namespace. */
const labelProblems = (application: Application): Problem[] =>
  application.workloads
    .flatMap(({ name, labels, instances }) => [{ id: name, labels }, ...instances])
    .filter(({ labels }) => Object.keys(labels).length === 0)
    .map(({ id }) => ({
      subject: `${application.name}: workload ${id}`,
      value: "has no labels",
      remedy: "Write the labels that its pods, and no others, carry",
    }));

function budgetProblems(openings: Openings, context: CompileContext): Problem[] {
  const { portPairs } = context.spelling;
  if (portPairs === undefined) return [];
  return DIRECTIONS.flatMap((direction) =>
    [...openings[direction]].flatMap(([id, list]) => {
      const subject = `${context.application.name} on ${context.cluster.name}: ${direction} of ${id}`;
      return portPairProblem(subject, list, portPairs, context.addresses) ?? [];
    }),
  );
}

function manifests(
  stage: "observe" | "enforce",
  openings: Openings,
  context: CompileContext,
): NetworkPolicyManifest[] {
  const { application, placement } = context;
  const observed = application.workloads.filter(({ name }) => placement.observedWorkloads.includes(name));
  const own = application.workloads.flatMap((workload) =>
    DIRECTIONS.flatMap((direction) => workloadPolicies(workload, direction, openings, context)),
  );
  const open = observed.map((workload) =>
    manifest(policyName(workload.name, "observe"), observedSpec(workload), context, {
      "palisade.dev/stage": "observe",
    }),
  );
  return [
    manifest(ISOLATION, isolationSpec(stage), context, { "palisade.dev/stage": stage }),
    ...byName(open),
    ...byName(own),
  ];
}

const byName = (policies: readonly NetworkPolicyManifest[]): NetworkPolicyManifest[] =>
  [...policies].sort((a, b) => compareText(a.metadata.name, b.metadata.name));

/** One policy for the workload if its instances need the same, else one for each instance that needs any. */
function workloadPolicies(
  workload: Workload,
  direction: Direction,
  openings: Openings,
  context: CompileContext,
): NetworkPolicyManifest[] {
  const { namespace } = context.placement;
  const needs = workload.instances.map((instance) => {
    const list = openings[direction].get(instance.id) ?? [];
    const rules = compileRules(list, { ...context, namespace });
    return { instance, list, rules, key: JSON.stringify(rules) };
  });
  const subjects: readonly {
    subject: Pick<Instance, "workload" | "instance" | "labels">;
    rules: Rule[];
    list: Opening[];
  }[] =
    new Set(needs.map(({ key }) => key)).size === 1
      ? [
          {
            subject: { workload: workload.name, labels: workload.labels },
            rules: needs[0]?.rules ?? [],
            list: needs.flatMap(({ list }) => list),
          },
        ]
      : needs.map(({ instance, rules, list }) => ({ subject: instance, rules, list: [...list] }));
  return subjects
    .filter(({ rules }) => rules.length > 0)
    .map(({ subject, rules, list }) =>
      manifest(
        policyName(subjectOf(subject), direction),
        policySpec(subject.labels, direction, rules),
        context,
        reasonAnnotations(list),
      ),
    );
}

function policySpec(
  labels: Readonly<Record<string, string>>,
  direction: Direction,
  rules: readonly Rule[],
): NetworkPolicySpec {
  const podSelector = { matchLabels: sortedByKey(labels) };
  switch (direction) {
    case "ingress":
      return {
        podSelector,
        policyTypes: ["Ingress"],
        ingress: rules.map(({ peers, ports }) => ({ from: peers, ports })),
      };
    case "egress":
      return {
        podSelector,
        policyTypes: ["Egress"],
        egress: rules.map(({ peers, ports }) => ({ to: peers, ports })),
      };
  }
}

const manifest = (
  name: string,
  spec: NetworkPolicySpec,
  { application, placement }: CompileContext,
  annotations: Readonly<Record<string, string>>,
): NetworkPolicyManifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: {
    name,
    namespace: placement.namespace,
    labels: {
      "app.kubernetes.io/managed-by": "palisade",
      "app.kubernetes.io/part-of": application.name,
      "palisade.dev/environment": placement.environment,
      "palisade.dev/owner": application.owner,
    },
    annotations,
  },
  spec,
});

function stageNotes({ placement, cluster }: CompileContext): string[] {
  switch (placement.stage) {
    case "off":
      return ["stage off: nothing is isolated; none of these flows has a policy."];
    case "observe":
      return ["stage observe: the policies exist and block nothing."];
    case "enforce":
      return [
        ...placement.observedWorkloads.map(
          (name) =>
            `workload ${name} is only observed: nothing to or from it is blocked by its own policies.`,
        ),
        ...(cluster.aws?.networkPolicyEnforcingMode === "standard"
          ? [
              "aws-vpc-cni: under NETWORK_POLICY_ENFORCING_MODE=standard a new pod is open until its policies reach its node.",
            ]
          : []),
      ];
  }
}
