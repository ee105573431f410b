import { resourceInvariant } from "../invariant";
import { judgeTierOpenings, openConfig } from "../judgment";

export const clusterNetworkPolicyNoEveryoneIngress = resourceInvariant({
  scope: "resource",
  name: "cluster-network-policy-no-everyone-ingress",
  description: "No ClusterNetworkPolicy or AdminNetworkPolicy accepts connections from everyone.",
  stops:
    "Accept and Allow rules of either tier that admit every pod of every namespace, also all but some, as network-policy-no-everyone-ingress does for NetworkPolicies. In the Admin tier such a rule is asked first, so no NetworkPolicy can close what it opens; in the Baseline tier it holds wherever no NetworkPolicy isolates. What an earlier rule of the same policy denies, or passes on in the Admin tier, isn't counted. Ingress rules of these kinds know no addresses, only pods.",
  remedy:
    'Name the namespaces of each Accept rule by kubernetes.io/metadata.name; to leave a decision to NetworkPolicies, write action: "Pass".',
  severity: "critical",
  config: openConfig,
  example: { publicPorts: ["tcp/443"] },
  judge: (fact, config, context) =>
    fact.kind === "TierPolicy" ? judgeTierOpenings(fact, "ingress", config, context) : [],
});
