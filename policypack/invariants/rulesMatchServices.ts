// Tests: test/policypack/invariants/rulesMatch.test.ts
import { AddressSet } from "../../net";
import type { NetworkPolicyFact, PeerFact } from "../facts";
import { type Finding, violation } from "../finding";
import { type SeenAddresses, listText } from "../judgment";
import { addressesOfBlock } from "./cniSafe/defect";

/**
 * A block of an egress rule that is a Service's address and nothing else: by the API's words it isn't said whether policies see it or the
 * pods behind, and most CNIs see the pods.
 */
export function serviceBlock(
  policy: NetworkPolicyFact,
  peer: PeerFact,
  { services }: SeenAddresses,
): Finding[] {
  if (services.length === 0) return [];
  const block = addressesOfBlock(peer);
  if (block === undefined || block.isEmpty()) return [];
  const behind = services.filter(({ addresses }) => addresses.overlaps(block));
  const all = behind.reduce((sum, { addresses }) => sum.union(addresses), AddressSet.empty);
  if (!all.covers(block)) return [];
  return [
    violation(policy, {
      wrong: "names a Service's address, which policies see on few CNIs",
      why: "the rule opens nothing on k3s, Cilium and Calico, which see the pods behind",
      evidence: `${peer.path}.ipBlock is within the addresses of ${listText(behind.map(({ of }) => of.title))}`,
      remedy: `name the pods behind by labels, and their port, in ${peer.path}`,
    }),
  ];
}
