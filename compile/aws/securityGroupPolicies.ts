import type { Labels } from "../../flows";
import { type GroupRef, groupLabel } from "./groupRef";
import type { Parties } from "./parties";
import type { Site, Tenant } from "../site";

/** The label by which a SecurityGroupPolicy finds a ServiceAccount: its selector knows labels only, not names. */
const WORKLOAD_LABEL = "palisade.dev/workload";

/** What attaches groups to pods: one SecurityGroupPolicy (vpcresources.k8s.aws/v1beta1). */
export interface GroupAttachment {
  /** Its name, and the member's in names: "keycloak", "fineract.write". */
  readonly name: string;
  readonly namespace: string;
  readonly selects:
    | { readonly kind: "pod-labels"; readonly labels: Labels }
    | { readonly kind: "service-account"; readonly labels: Labels };
  /** In the order in which AWS lists them on the interface; at least one. */
  readonly groups: readonly GroupRef[];
}

/**
 * One attachment for each member with a group: none where pods keep or get back the nodes' group. The group itself
 * comes first, the shared one for name resolution second, other owners' last.
 */
export function groupAttachments(site: Site, tenant: Tenant, parties: Parties): GroupAttachment[] {
  const { podSecurityGroups: mode, groups } = site.cluster.aws;
  const { dnsClient } = groups;
  if (mode === "off" || mode === "leaving") return [];
  const application = tenant.application.name;
  const members = parties.membersOf(application)?.all ?? [];
  return members
    .filter((member) => parties.hasGroup(member))
    .map((member) => {
      const own: GroupRef = { kind: "workload", application, id: member.id };
      const name = groupLabel(own);
      return {
        name,
        namespace: tenant.placement.namespace,
        selects:
          tenant.aws.attachBy === "pod-labels"
            ? { kind: "pod-labels", labels: member.labels }
            : { kind: "service-account", labels: { [WORKLOAD_LABEL]: name } },
        groups: [
          own,
          dnsClient === undefined ? { kind: "dns-client" } : { kind: "given", id: dnsClient },
          ...(tenant.aws.extraGroups[member.workload.name] ?? []).map((id) => ({
            kind: "given" as const,
            id,
          })),
        ],
      };
    });
}
