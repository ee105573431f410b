import { unreadInTierRules } from "../facts";
import { resourceInvariant } from "../invariant";
import { acceptedReach, judgeMetadata, metadataConfig, metadataIn } from "../judgment";

export const clusterNetworkPolicyNoMetadataEgress = resourceInvariant({
  scope: "resource",
  name: "cluster-network-policy-no-metadata-egress",
  description:
    "No ClusterNetworkPolicy or AdminNetworkPolicy accepts connections to the instance metadata service.",
  stops:
    "Networks of Accept and Allow rules that hold 169.254.169.254, fd00:ec2::254, or the first behind a translator's prefix (64:ff9b::/96), on any port, unless an earlier rule of the same policy denies them, or passes them on in the Admin tier. In the Admin tier no NetworkPolicy can close what such a rule opens.",
  remedy: "Put a rule that denies the metadata service's addresses before the rule that accepts more.",
  severity: "critical",
  config: metadataConfig,
  example: { addresses: ["169.254.169.254/32", "fd00:ec2::254/128", "fd20:ce::254/128"] },
  judge(fact, { addresses }) {
    if (fact.kind !== "TierPolicy") return [];
    return judgeMetadata(
      {
        of: fact,
        under: (bound) => acceptedReach(fact, "egress", bound),
        unread: () => unreadInTierRules(fact.egress),
      },
      addresses,
      (blocks, metadata) =>
        `put a rule before it with action: "Deny" and to: [{ networks: ["${metadataIn(blocks, metadata)}"] }]`,
    );
  },
});
