// Tests: test/reachability/read/groups.test.ts
import { AddressSet, NEVER_INTERNET } from "../../net";
import type { GroupWorld, Rule, RulePeer } from "../read";

const NOT_PUBLIC = NEVER_INTERNET.reduce((sum, { set }) => sum.union(set), AddressSet.empty);

/**
 * Where interfaces that aren't given may be: the VPC's blocks, or any address that isn't the internet's where these
 * aren't known. A rule that refers to a group matches private addresses only.
 * Source: Amazon VPC user guide, "Security group rules".
 */
export const interfaceSpace = ({ vpc }: GroupWorld): AddressSet => vpc ?? NOT_PUBLIC;

/** Groups that rules refer to and that no end of this world is known to carry: interfaces that aren't given may. */
export function foreignGroups(world: GroupWorld): ReadonlySet<string> {
  const referred = new Set(
    world.groups.flatMap(({ ingress, egress }) => [...ingress, ...egress].flatMap(referredIn)),
  );
  for (const id of carriedGroups(world)) referred.delete(id);
  return referred;
}

const referredIn = ({ peers }: Rule): readonly string[] =>
  peers === "everyone" ? [] : peers.flatMap((peer: RulePeer) => (peer.kind === "group" ? [peer.id] : []));

const carriedGroups = ({ attachments, guarded, nodeGroups }: GroupWorld): readonly string[] => [
  ...attachments.flatMap(({ groups }) => groups ?? []),
  ...guarded.flatMap(({ groups }) => groups ?? []),
  ...(nodeGroups ?? []),
];
