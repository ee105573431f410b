import { AddressSet } from "../../net";
import { isIgnored, unreadInRules } from "../facts";
import { resourceInvariant } from "../invariant";
import { type AdmittedBlock, judgeMetadata, metadataConfig, metadataIn, reachOf } from "../judgment";
import { isObservation } from "../settings";

export const networkPolicyNoMetadataEgress = resourceInvariant({
  scope: "resource",
  name: "network-policy-no-metadata-egress",
  description: "No NetworkPolicy rule lets pods reach the instance metadata service.",
  stops:
    "Address blocks in egress rules that hold 169.254.169.254, fd00:ec2::254, or the first behind a translator's prefix (64:ff9b::/96), on any port: who reaches the metadata service may take the node's credentials. The EKS Pod Identity agent (169.254.170.23, fd00:ec2::23) and NodeLocal DNSCache (169.254.20.10) are other addresses and may be named. Rules without any peer are network-policy-no-everyone-egress's.",
  remedy:
    "Leave 169.254.0.0/16 out of the block, and name the link-local addresses that pods need one by one.",
  severity: "critical",
  config: metadataConfig,
  example: { addresses: ["169.254.169.254/32", "fd00:ec2::254/128", "fd20:ce::254/128"] },
  judge(fact, { addresses }, { settings, today }) {
    if (fact.kind !== "NetworkPolicy" || isIgnored(fact, "egress")) return [];
    if (isObservation(fact, settings, today)) return [];
    return judgeMetadata(
      {
        of: fact,
        under: (bound) => reachOf(fact.egress, bound),
        unread: () => unreadInRules(fact.egress),
      },
      addresses,
      remedyFor,
    );
  },
});

/** What to write depends on why the block is there: a wide one gets an exception, a link-local one a narrower name. */
function remedyFor(blocks: readonly AdmittedBlock[], metadata: AddressSet): string {
  const linkLocal = AddressSet.of("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32");
  if (blocks.every(({ set }) => linkLocal.covers(set))) {
    return "name the addresses that pods need instead, such as 169.254.170.23/32 (EKS Pod Identity agent) or 169.254.20.10/32 (NodeLocal DNSCache)";
  }
  const v4 = blocks.some(({ set }) => set.intersect(metadata).overlaps(AddressSet.allV4));
  return `add ${v4 ? '"169.254.0.0/16"' : `"${metadataIn(blocks, metadata)}"`} to the block's except`;
}
