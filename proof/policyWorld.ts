import { type Direction, NAMESPACE_NAME_LABEL } from "../kubernetes";
import type { Declaration } from "../declared";
import { type Analysis, analyze, type ReportedEnd } from "../reachability/compute";
import {
  type DirectionRules,
  type GroupWorld,
  labelledPod,
  readWorld,
  type PodSet,
  type World,
} from "../reachability/read";
import type { PlannedObjects } from "./plannedObjects";
import { running } from "./ends";

/** What a cluster's NetworkPolicies open, between all the pods that declarations and policies speak of. */
export interface PolicyWorld {
  readonly analysis: Analysis;
  /** The same where only one direction's rules count: what each side by itself lets through. */
  readonly sides: Readonly<Record<Direction, Analysis>>;
  /** The ends that stand for declared pods, by `podKey`. */
  readonly declared: ReadonlyMap<string, ReportedEnd>;
  /** The resource that a document of the world was made from. */
  readonly urnOf: (document: number) => string | undefined;
  /** What attaches security groups to pods, and the ServiceAccounts that it asks for. */
  readonly attaching: Pick<GroupWorld, "attachments" | "serviceAccounts">;
}

/** Groups are judged rule by rule (groups.ts): of the world, only what attaches them is read. */
const NO_GROUPS = { groups: [], guarded: [], nodeGroups: undefined, vpc: undefined, externalSnat: true };

/** One text for pods of a namespace with the same labels. */
export const podKey = (namespace: string, labels: Readonly<Record<string, string>>): string =>
  `${namespace} ${Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",")}`;

/**
 * The relation of one cluster by its NetworkPolicies. Each declared workload is an end, also where no policy speaks of it any
 * more; beside them, pods with every combination of labels that policies tell apart.
 * @throws PalisadeInputError with what an API server would refuse.
 */
export function policyWorld(
  planned: PlannedObjects,
  cluster: string,
  declarations: readonly Declaration[],
): PolicyWorld {
  const cni = declarations[0]?.cni;
  const { world } = readWorld(planned.objects(cluster), {
    // What an API server refuses in a new object opens nothing; who reads the manifests says so.
    kubernetes: "1.35",
    representatives: true,
    unplaced: "in no block",
    groups: NO_GROUPS,
    // Whether SCTP is on is the cluster's setting, which no plan shows.
    ...(cni === "cilium" ? { cni, cilium: { cidrMatch: [], sctp: true } } : {}),
  });
  const pods = new Map(
    declarations
      .flatMap(({ flows, workloads }) => [
        ...flows.flatMap(({ from, to }) => [...running(from), ...running(to)]),
        ...workloads.map((workload) => workload.pods),
      ])
      .map((one) => [podKey(one.namespace, one.labels), one] as const),
  );
  const known = (workload: PodSet) => {
    const labels = workload.variants[0]?.labels.known ?? new Map();
    return pods.has(podKey(workload.namespace, Object.fromEntries(labels) as Record<string, string>));
  };
  const namespaces = new Map(world.namespaces);
  for (const { namespace } of pods.values()) {
    if (!namespaces.has(namespace)) {
      namespaces.set(namespace, { known: new Map([[NAMESPACE_NAME_LABEL, namespace]]), complete: true });
    }
  }
  const whole: World = {
    ...world,
    groups: undefined,
    namespaces,
    workloads: [
      ...world.workloads.filter((one) => one.kind !== "Node" && !(one.representative && known(one))),
      ...[...pods].map(([key, { namespace, labels }]) => declaredWorkload(key, namespace, labels)),
    ],
  };
  const analysis = analyze(whole);
  const sides = { ingress: analyze(oneSide(whole, "ingress")), egress: analyze(oneSide(whole, "egress")) };
  const declared = new Map(
    analysis.ends.flatMap((end) =>
      end.kind === "Deployment" && pods.has(end.name) ? [[end.name, end] as const] : [],
    ),
  );
  const resources = planned.resourcesOf(cluster);
  return {
    analysis,
    sides,
    declared,
    urnOf: (document) => resources[document - 1]?.urn,
    attaching: world.groups ?? { attachments: [], serviceAccounts: new Map() },
  };
}

const OPEN: DirectionRules = { isolates: "no", rules: [] };

const oneSide = (world: World, side: Direction): World => ({
  ...world,
  policies: world.policies.map((policy) => ({
    ...policy,
    [side === "ingress" ? "egress" : "ingress"]: OPEN,
  })),
});

/** An end for pods that are declared: several, so that replicas may talk to each other. */
const declaredWorkload = (
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): PodSet => ({
  kind: "Deployment",
  namespace,
  name,
  representative: true,
  variants: [labelledPod(Object.entries(labels))],
});
