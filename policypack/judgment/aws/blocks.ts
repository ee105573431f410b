// Tests: test/policypack/invariants/securityGroupNoWorldIngress.test.ts
import type { Bound } from "../../../kubernetes";
import { AddressSet } from "../../../net";
import type { GroupRule } from "../../facts";
import { addressesIn } from "../reach";

/** The addresses that a rule names by block. Unknown ones are none at the lower bound and all at the upper. */
export function addressesOf({ cidrs }: GroupRule, bound: Bound): AddressSet {
  const unread = bound === "upper" ? AddressSet.all : AddressSet.empty;
  if (!cidrs.known) return unread;
  return cidrs.value.reduce(
    (set, cidr) => set.union((cidr.known ? addressesIn(cidr.value) : undefined) ?? unread),
    AddressSet.empty,
  );
}

/** The blocks as written, those that are known. */
export const blockTexts = ({ cidrs }: GroupRule): string[] =>
  cidrs.known ? cidrs.value.flatMap((cidr) => (cidr.known ? [cidr.value] : [])) : [];

/** Whether any block is named at all, known or not. */
export const namesBlocks = ({ cidrs }: GroupRule): boolean => !cidrs.known || cidrs.value.length > 0;
