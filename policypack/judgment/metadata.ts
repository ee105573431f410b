// Tests: test/policypack/invariants/networkPolicyNoMetadataEgress.test.ts
import * as z from "zod";
import { AddressSet, cidrAround, METADATA } from "../../net";
import { type Finding, undecided, violation } from "../finding";
import { cidrText } from "../policyConfig";
import type { JudgedRules } from "./judgedRules";
import type { AdmittedBlock } from "./reach";

/** The config of the invariants about the metadata service. */
export const metadataConfig = z.strictObject({
  addresses: z
    .array(cidrText)
    .min(1, { error: "names no address; disable the policy if there is no metadata service" })
    .default([...METADATA.cidrs])
    .describe("The metadata service's addresses, as CIDRs."),
});

/**
 * The egress rules that open the metadata service.
 * @param remedyFor the line to write, for blocks of one rule that hold some of the addresses.
 */
export function judgeMetadata(
  { of, under, unread }: JudgedRules,
  addresses: readonly string[],
  remedyFor: (blocks: readonly AdmittedBlock[], metadata: AddressSet) => string,
): Finding[] {
  const metadata = withTranslated(AddressSet.of(...addresses));
  const holding = ({ blocks }: { blocks: readonly AdmittedBlock[] }) =>
    blocks.filter(({ set }) => set.overlaps(metadata));
  const certain = under("lower").flatMap((rule) => {
    const blocks = holding(rule);
    return blocks.length === 0 ? [] : [{ rule, blocks }];
  });
  const violations = certain.map(({ rule, blocks }) =>
    violation(of, {
      wrong: `lets pods reach the instance metadata service: ${rule.path} holds ${metadataIn(blocks, metadata)}`,
      why: "a pod that is broken into may take the node's credentials",
      evidence: blocks.map(({ path, text }) => `${path} is ${text}`).join("; "),
      remedy: remedyFor(blocks, metadata),
    }),
  );
  const told = new Set(certain.map(({ rule }) => rule.path));
  const open = under("upper").filter((rule) => !told.has(rule.path) && holding(rule).length > 0);
  return open.length === 0
    ? violations
    : [...violations, undecided(of, unread(), "the pods may reach the instance metadata service")];
}

/** Where a CNI or a network translates IPv6 to IPv4, an address is reached by this prefix before it. Source: RFC 6052. */
const NAT64 = 0x64ff9bn << 96n;

/** The addresses with the IPv6 ones that a translator (NAT64) turns into the IPv4 ones among them. */
export function withTranslated(addresses: AddressSet): AddressSet {
  const v4 = addresses.intersect(AddressSet.allV4).toCidrs();
  return addresses.union(
    AddressSet.of(
      ...v4.map(({ first, prefix }) => cidrAround({ family: 6, value: NAT64 | first }, 96 + prefix)),
    ),
  );
}

/** The addresses of the metadata service that some blocks hold, as text. */
export const metadataIn = (blocks: readonly AdmittedBlock[], metadata: AddressSet) =>
  blocks.reduce((set, block) => set.union(block.set.intersect(metadata)), AddressSet.empty).toString();
