// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import type { Unread } from "../../values";
import {
  blocksOf,
  canonicalOf,
  type Defect,
  isForEverybody,
  isNamed,
  type JudgedRule,
  portsIn,
} from "./defect";

/**
 * What the AWS VPC CNI makes otherwise of one rule. Source: aws-network-policy-agent, issues 180, 326 and 609, and its README's limits;
 * amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go, for names of ports.
 */
export function forVpcCni({ rule, direction }: JudgedRule, unread: Unread[]): Defect[] {
  const blocks = blocksOf(rule, unread);
  const named = portsIn(rule, unread).filter(isNamed);
  return [
    ...blocks.flatMap(({ path, cidr, except }): Defect[] => {
      const found: Defect[] = [];
      if (except.known && except.value.length > 0) {
        found.push({
          wrong: "an exception cuts into what other rules allow",
          evidence: `${path}.ipBlock.except is written`,
          remedy: `write ${path} as the blocks that are left when the exceptions are taken out`,
        });
      }
      const canonical = cidr.known ? canonicalOf(cidr.value) : undefined;
      if (cidr.known && canonical !== undefined) {
        found.push({
          wrong: "a block with host bits collides with others",
          evidence: `${path}.ipBlock.cidr is ${cidr.value}`,
          remedy: `write ${canonical}`,
        });
      }
      return found;
    }),
    ...(direction === "egress" && (blocks.length > 0 || isForEverybody(rule))
      ? named.map(({ path }) => ({
          wrong: "a port's name in egress to an address block or to everybody is skipped",
          evidence: `${path}.port is a name`,
          remedy: `write the port's number in ${path}`,
        }))
      : []),
  ];
}
