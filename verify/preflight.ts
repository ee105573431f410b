import { type Cluster, clusterAddresses, validBlocks } from "../compile";
import { enforcementCheck } from "./enforcementCheck";
import type { PolicyUses } from "../compile/networkPolicy";
import { carries } from "./pods";
import { settingsChecks } from "./settings";
import type { Check, Listing, Snapshot } from "./snapshot";

interface EndpointSlice {
  readonly endpoints?: readonly { readonly addresses?: readonly string[] }[] | null;
  readonly ports?: readonly { readonly port?: number }[] | null;
}

/** Where the API server listens, as its EndpointSlices say; empty where they can't be read. */
export const apiServers = (slices: Listing): { host: string; port: number }[] =>
  ((slices ?? []) as readonly EndpointSlice[]).flatMap(({ endpoints, ports }) =>
    (endpoints ?? []).flatMap(({ addresses = [] }) =>
      addresses.flatMap((host) =>
        (ports ?? []).flatMap(({ port }) => (port === undefined ? [] : [{ host, port }])),
      ),
    ),
  );

/**
 * Everything that is checked before probing.
 * @param uses what the planned policies rely on
 */
export function preflight(cluster: Cluster, snapshot: Snapshot, uses: PolicyUses): Check[] {
  return [
    enforcementCheck(cluster.cni, snapshot),
    ...settingsChecks(cluster, snapshot, uses),
    ...groupCheck(cluster, snapshot),
    ...platformChecks(cluster, snapshot),
    apiServerCheck(cluster, snapshot),
    ...serviceChecks(cluster, snapshot),
    podRangeCheck(cluster, snapshot),
  ];
}

function groupCheck({ aws }: Cluster, { securityGroupPolicies }: Snapshot): Check[] {
  if (aws === undefined || aws.podSecurityGroups === "off") return [];
  const subject = "SecurityGroupPolicy";
  return securityGroupPolicies
    ? [{ subject, state: "ok", detail: "the API serves vpcresources.k8s.aws/v1beta1" }]
    : [
        {
          subject,
          state: "wrong",
          detail: `podSecurityGroups is ${aws.podSecurityGroups}, and the API doesn't serve SecurityGroupPolicy: no pod gets a group of its own. Enable ENABLE_POD_ENI on the VPC CNI.`,
        },
      ];
}

/** Ingress, monitoring, operators, DNS: policies name their pods by labels, and a label that nobody carries admits nobody. */
function platformChecks({ platform, dns }: Cluster, { namespaces, pods }: Snapshot): Check[] {
  const places = [...Object.entries(platform), ["dns", dns] as const];
  return places.map(([name, { namespace, pods: chosen }]): Check => {
    const subject = name === "dns" ? "dns" : `platform.${name}`;
    if (!namespaces.includes(namespace)) {
      return {
        subject,
        state: "wrong",
        detail: `namespace ${namespace} doesn't exist. Correct ${subject}.namespace.`,
      };
    }
    const there = pods.filter((pod) => pod.namespace === namespace);
    const labels = chosen === "every-pod" ? {} : chosen;
    const found = there.filter((pod) => carries(pod, labels)).length;
    const written =
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",") || "any label";
    return found > 0
      ? { subject, state: "ok", detail: `${found} pods in ${namespace} with ${written}` }
      : {
          subject,
          state: "wrong",
          detail: `none of the ${there.length} pods that run in ${namespace} has ${written}: policies admit nobody there. Correct ${subject}.pods, or start it.`,
        };
  });
}

function apiServerCheck({ apiServer }: Cluster, { endpointSlices }: Snapshot): Check {
  const subject = "apiServer.endpoints";
  const live = apiServers(endpointSlices);
  if (live.length === 0)
    return { subject, state: "unknown", detail: "the EndpointSlice of default/kubernetes can't be read" };
  const strange = live.filter(
    ({ host, port }) =>
      !apiServer.endpoints.some(
        (each) => each.port === port && validBlocks([each.cidr]).containsAddress(host),
      ),
  );
  const text = (all: typeof live) => all.map(({ host, port }) => `${host}:${port}`).join(", ");
  return strange.length === 0
    ? { subject, state: "ok", detail: text(live) }
    : {
        subject,
        state: "wrong",
        detail: `the API server listens on ${text(strange)}, which the config doesn't have: pods that may call it can't. Add it.`,
      };
}

function serviceChecks({ dns, apiServer }: Cluster, { serviceAddresses }: Snapshot): Check[] {
  const wanted = [
    {
      subject: "apiServer.serviceAddresses",
      service: "default/kubernetes",
      given: apiServer.serviceAddresses,
    },
    { subject: "dns.serviceAddresses", service: `${dns.namespace}/kube-dns`, given: dns.serviceAddresses },
  ];
  return wanted
    .filter(({ given }) => given.length > 0)
    .map(({ subject, service, given }): Check => {
      const live = serviceAddresses?.get(service);
      if (live === undefined)
        return { subject, state: "unknown", detail: `Service ${service} isn't there or can't be read` };
      return given.includes(live)
        ? { subject, state: "ok", detail: `${live} is ${service}` }
        : {
            subject,
            state: "wrong",
            detail: `Service ${service} has ${live}, the config ${given.join(", ")}. Correct it.`,
          };
    });
}

function podRangeCheck(cluster: Cluster, { pods }: Snapshot): Check {
  const subject = "podCidrs";
  const ranges = clusterAddresses(cluster).pods;
  const outside = pods.filter(
    ({ addresses }) => !addresses.some((address) => ranges.containsAddress(address)),
  );
  const [first] = outside;
  if (first === undefined) return { subject, state: "ok", detail: `hold all ${pods.length} running pods` };
  return {
    subject,
    state: "wrong",
    detail: `${first.namespace}/${first.name} has ${first.addresses.join(", ")}${outside.length > 1 ? `, and ${outside.length - 1} more pods are outside` : ""}: "the internet" may hold pods. Correct them.`,
  };
}
