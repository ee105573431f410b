import { namespacedName } from "../../kubernetes";
import { about, type Place, type Problem } from "../../problems";
import type { Labels } from "../../flows";
import type { PodSecurityGroups } from "./network";
import type { Parties } from "./parties";
import type { AwsCluster, Tenant } from "../site";

/** A running pod that may have to restart, as far as its groups go. */
export interface RestartCandidate {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Whether it has an interface of its own: the annotation vpc.amazonaws.com/pod-eni. */
  readonly hasInterface: boolean;
}

/** The annotation that the VPC resource controller puts on pods with security groups of their own. */
export const POD_INTERFACE_ANNOTATION = "vpc.amazonaws.com/pod-eni";

/**
 * `on` shuts out pods that still have the nodes' group, so someone has to say that none is left: a live check
 * (`runningWithout`), whose answer is then written into the config.
 */
export function podsToRestart(tenant: Tenant, cluster: AwsCluster, parties: Parties, at: Place): Problem[] {
  const mode = cluster.aws.podSecurityGroups;
  const members = (parties.membersOf(tenant.application.name)?.all ?? []).filter((member) =>
    parties.hasGroup(member),
  );
  if (mode !== "on" || members.length === 0 || tenant.aws.podsRestarted !== undefined) return [];
  return [
    {
      place: about(at, "podSecurityGroups on"),
      message: `databases would refuse pods that still have the nodes' group, and nothing says that ${members.map(({ id }) => id).join(", ")} restarted since migrating`,
      remedy:
        "Run palisade restarts, restart the pods that it names, then write aws.podsRestarted: the date and who looked",
    },
  ];
}

/**
 * Running pods that should have groups of their own and don't: they were started before their SecurityGroupPolicy, or
 * its webhook failed. Each by "namespace/name", sorted. `on` with one of these is an outage for it.
 */
export function runningWithout(
  tenants: readonly Tenant[],
  parties: Parties,
  pods: readonly RestartCandidate[],
): string[] {
  return matching(tenants, parties, pods)
    .filter(({ hasInterface }) => !hasInterface)
    .map(namespacedName)
    .sort();
}

/**
 * Running pods whose interface holds security groups that the plan no longer has for them: all where pods get none, else
 * those of no workload with a group, because its flow or itself is gone. AWS deletes no group that an interface holds.
 * Each by "namespace/name", sorted.
 */
export function holdingGroups(
  tenants: readonly Tenant[],
  parties: Parties,
  pods: readonly RestartCandidate[],
  mode: PodSecurityGroups,
): string[] {
  const gives = mode === "on" || mode === "migrating";
  const entitled = new Set(gives ? matching(tenants, parties, pods) : []);
  return pods
    .filter((pod) => pod.hasInterface && !entitled.has(pod))
    .map(namespacedName)
    .sort();
}

/** The pods of workloads that talk to AWS. */
function matching(
  tenants: readonly Tenant[],
  parties: Parties,
  pods: readonly RestartCandidate[],
): readonly RestartCandidate[] {
  return tenants.flatMap(({ application, placement }) => {
    const members = (parties.membersOf(application.name)?.all ?? []).filter(({ talksToAws }) => talksToAws);
    return pods.filter(
      (pod) =>
        pod.namespace === placement.namespace &&
        members.some(({ labels }) =>
          Object.entries(labels).every(([key, value]) => pod.labels[key] === value),
        ),
    );
  });
}
