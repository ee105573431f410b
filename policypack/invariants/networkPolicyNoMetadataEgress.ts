import * as z from "zod";
import { AddressSet, cidrAround, METADATA } from "../../net";
import { cidrText } from "../policyConfig";
import { isIgnored, unreadInRules } from "../facts";
import { undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";
import { type AdmittedBlock, reachOf } from "../judgment";
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
  config: z.strictObject({
    addresses: z
      .array(cidrText)
      .min(1, { error: "names no address; disable the policy if there is no metadata service" })
      .default([...METADATA.cidrs])
      .describe("The metadata service's addresses, as CIDRs."),
  }),
  example: { addresses: ["169.254.169.254/32", "fd00:ec2::254/128", "fd20:ce::254/128"] },
  judge(fact, { addresses }, { settings, today }) {
    if (fact.kind !== "NetworkPolicy" || isIgnored(fact, "egress")) return [];
    if (isObservation(fact, settings, today)) return [];
    const metadata = withTranslated(AddressSet.of(...addresses));
    const holding = ({ blocks }: { blocks: readonly AdmittedBlock[] }) =>
      blocks.filter(({ set }) => set.overlaps(metadata));
    const certain = reachOf(fact.egress, "lower").flatMap((rule) => {
      const blocks = holding(rule);
      return blocks.length === 0 ? [] : [{ rule, blocks }];
    });
    const violations = certain.map(({ rule, blocks }) =>
      violation(fact, {
        wrong: `lets pods reach the instance metadata service: ${rule.path} holds ${heldBy(blocks, metadata)}`,
        why: "a pod that is broken into may take the node's credentials",
        evidence: blocks.map(({ path, text }) => `${path} is ${text}`).join("; "),
        remedy: remedyFor(blocks, metadata),
      }),
    );
    const told = new Set(certain.map(({ rule }) => rule.path));
    const open = reachOf(fact.egress, "upper").filter(
      (rule) => !told.has(rule.path) && holding(rule).length > 0,
    );
    if (open.length === 0) return violations;
    const question = "the pods may reach the instance metadata service";
    return [...violations, undecided(fact, unreadInRules(fact.egress), question)];
  },
});

/** Where a CNI or a network translates IPv6 to IPv4, an address is reached by this prefix before it. Source: RFC 6052. */
const NAT64 = 0x64ff9bn << 96n;

/** The addresses with the IPv6 ones that a translator (NAT64) turns into the IPv4 ones among them. */
function withTranslated(addresses: AddressSet): AddressSet {
  const v4 = addresses.intersect(AddressSet.allV4).toCidrs();
  return addresses.union(
    AddressSet.of(
      ...v4.map(({ first, prefix }) => cidrAround({ family: 6, value: NAT64 | first }, 96 + prefix)),
    ),
  );
}

const heldBy = (blocks: readonly AdmittedBlock[], metadata: AddressSet) =>
  blocks.reduce((set, block) => set.union(block.set.intersect(metadata)), AddressSet.empty).toString();

/** What to write depends on why the block is there: a wide one gets an exception, a link-local one a narrower name. */
function remedyFor(blocks: readonly AdmittedBlock[], metadata: AddressSet): string {
  const linkLocal = AddressSet.of("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32");
  if (blocks.every(({ set }) => linkLocal.covers(set))) {
    return "name the addresses that pods need instead, such as 169.254.170.23/32 (EKS Pod Identity agent) or 169.254.20.10/32 (NodeLocal DNSCache)";
  }
  const v4 = blocks.some(({ set }) => set.intersect(metadata).overlaps(AddressSet.allV4));
  return `add ${v4 ? '"169.254.0.0/16"' : `"${heldBy(blocks, metadata)}"`} to the block's except`;
}
