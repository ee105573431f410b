import * as z from "zod";
import { AddressSet } from "../../net";
import type { ClusterEndpointFact, NodeAccessFact } from "../facts";
import { type Finding, undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { addressesIn, isInternet } from "../judgment";
import { unreadOf } from "../values";

const config = z.strictObject({
  allowPublicApi: z
    .boolean()
    .default(false)
    .describe("Whether the internet may reach clusters' APIs, where they ask for credentials."),
});

/** The ideas are those of CIS EKS, "Ensure clusters are created with Private Endpoint Enabled and Public Access Disabled". */
export const eksNotOpenToInternet = resourceInvariant({
  scope: "resource",
  name: "eks-not-open-to-internet",
  description: "The internet can reach neither an EKS cluster's API nor its nodes' login service.",
  stops:
    "EKS clusters whose API is public for blocks that are the internet, which is AWS's default where `endpointPublicAccess` and `publicAccessCidrs` aren't written. Node groups with a key pair in `remoteAccess` and no source group: AWS opens port 22 (3389 on Windows) of each node to 0.0.0.0/0 by a group that no program shows.",
  remedy:
    "Set endpointPublicAccess: false, or list who may connect in publicAccessCidrs; name sourceSecurityGroupIds, or leave remoteAccess out.",
  severity: "high",
  config,
  example: { allowPublicApi: true },
  judge(fact, { allowPublicApi }) {
    if (fact.kind === "NodeAccess") return judgeNodes(fact);
    return fact.kind === "ClusterEndpoint" && !allowPublicApi ? judgeApi(fact) : [];
  },
});

function judgeApi(cluster: ClusterEndpointFact): Finding[] {
  const { isPublic, cidrs } = cluster;
  if (isPublic.known && !isPublic.value) return [];
  const { isOpen, evidence, unread } = reachOf(cidrs);
  if (isPublic.known && isOpen) {
    return [
      violation(cluster, {
        wrong: "has an API that the internet reaches",
        why: "whoever gets hold of credentials, or of a flaw in the API server, is in the cluster",
        evidence,
        remedy:
          'write vpcConfig.endpointPublicAccess: false, or vpcConfig.publicAccessCidrs: ["198.51.100.0/24"]',
      }),
    ];
  }
  const open = [...(isOpen || unread.length > 0 ? unreadOf([isPublic]) : []), ...unread];
  return open.length === 0 ? [] : [undecided(cluster, open, "the internet reaches the cluster's API")];
}

/** Whether a public API is open to everybody, why, and what keeps it open whether it is. */
function reachOf(cidrs: ClusterEndpointFact["cidrs"]) {
  // An empty list is AWS's default, too.
  if (cidrs === undefined || (cidrs.known && cidrs.value.length === 0)) {
    const evidence =
      "vpcConfig.publicAccessCidrs is absent, which AWS reads as 0.0.0.0/0, and endpointPublicAccess isn't false";
    return { isOpen: true, evidence, unread: [] };
  }
  if (!cidrs.known) return { isOpen: false, evidence: "", unread: [cidrs] };
  const blocks = cidrs.value.flatMap((cidr) => (cidr.known ? [cidr.value] : []));
  const set = blocks.reduce((all, one) => all.union(addressesIn(one) ?? AddressSet.all), AddressSet.empty);
  const evidence = `vpcConfig.publicAccessCidrs lists ${blocks.join(", ")}`;
  return { isOpen: isInternet(set), evidence, unread: unreadOf(cidrs.value) };
}

/** Source: Amazon EKS API reference, RemoteAccessConfig. */
function judgeNodes(nodes: NodeAccessFact): Finding[] {
  const { key, groups } = nodes;
  const isOpen = groups === undefined || (groups.known && groups.value.length === 0);
  if (!isOpen && groups.known) return [];
  if (key.known && key.value === undefined) return [];
  if (key.known && isOpen) {
    return [
      violation(nodes, {
        wrong: "lets the internet log in to its nodes",
        why: "whoever has the key, or finds a flaw in the login service, is on a node and in its pods' network",
        evidence:
          "remoteAccess.ec2SshKey is written without sourceSecurityGroupIds, so that AWS opens port 22, or 3389 on Windows, to 0.0.0.0/0",
        remedy:
          "write remoteAccess.sourceSecurityGroupIds, or remove remoteAccess and use Session Manager instead",
      }),
    ];
  }
  const unread = unreadOf(groups === undefined ? [key] : [key, groups]);
  return [undecided(nodes, unread, "the internet may log in to its nodes")];
}
