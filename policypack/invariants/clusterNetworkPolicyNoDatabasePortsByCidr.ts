import { unreadInTierRules } from "../facts";
import { resourceInvariant } from "../invariant";
import { databasePortsConfig, judgeDatabasePorts, narrowTierRules } from "../judgment";

export const clusterNetworkPolicyNoDatabasePortsByCidr = resourceInvariant({
  scope: "resource",
  name: "cluster-network-policy-no-database-ports-by-cidr",
  description:
    "No ClusterNetworkPolicy or AdminNetworkPolicy accepts connections to a database's port at addresses that aren't its subnets.",
  stops:
    "Accept and Allow rules whose networks are public, or wider than a VPC, on a database's port, stated or not, unless an earlier rule of the same policy denies them, or passes them on in the Admin tier. Rules that are open to everyone are cluster-network-policy-no-everyone-egress's. Ingress rules of these kinds know no addresses.",
  remedy: "Name a database outside the cluster by its subnets' CIDRs.",
  severity: "high",
  config: databasePortsConfig,
  example: { databaseRanges: ["10.20.0.0/24", "10.20.1.0/24"] },
  judge(fact, settings, context) {
    if (fact.kind !== "TierPolicy") return [];
    return judgeDatabasePorts(
      {
        of: fact,
        under: (bound) => narrowTierRules(fact, "egress", bound, context),
        unread: () => unreadInTierRules(fact.egress),
      },
      "egress",
      settings,
      (path) => `write the database subnets' CIDRs in ${path}, such as to: [{ networks: ["10.20.0.0/24"] }]`,
    );
  },
});
