// Tests: test/proof/groups.test.ts
import type { Direction } from "../kubernetes";
import { AddressSet, CidrError, type PortSet } from "../net";
import { portsOf } from "../reachability/read";
import { type PlannedGroups } from "./plannedGroups";
import { mapsIn } from "../data";
import type { Plain } from "./resource";

/** The other side of a group's rule. */
export type PlannedGroupPeer =
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "prefix-list"; readonly id: string }
  /** Not known yet, or nothing that can be read. */
  | { readonly kind: "unknown" };

/** One opening of a security group in a plan, inline or standalone. */
export interface PlannedGroupRule {
  /** The resource that holds it. */
  readonly urn: string;
  readonly name: string;
  /** The group's id, or its URN where it isn't made yet. */
  readonly group: string;
  readonly direction: Direction;
  readonly peer: PlannedGroupPeer;
  /** Surely open. */
  readonly ports: PortSet;
  /** Perhaps open, beside these. */
  readonly maybe: PortSet;
}

/** Every rule of every group that a plan makes or adds to, one for each peer. */
export function groupRules(groups: PlannedGroups): PlannedGroupRule[] {
  const answer = groups.answer();
  if (answer === undefined) return [];
  const standalone = mapsIn(answer["SecurityGroupRules"])
    .filter(({ Urn }) => Urn !== undefined)
    .flatMap((rule) =>
      rulesOf(rule, text(rule["SecurityGroupRuleId"]), text(rule["GroupId"]), rule["IsEgress"] === true, [
        ...texts([rule["CidrIpv4"], rule["CidrIpv6"]]).map(blockPeer),
        ...texts([rule["PrefixListId"]]).map((id): PlannedGroupPeer => ({ kind: "prefix-list", id })),
        ...texts([(rule["ReferencedGroupInfo"] as Plain | undefined)?.["GroupId"]]).map(groupPeer),
      ]),
    );
  const inline = mapsIn(answer["SecurityGroups"]).flatMap((group) =>
    (["IpPermissions", "IpPermissionsEgress"] as const).flatMap((side) =>
      mapsIn(group[side]).flatMap((rule) =>
        rulesOf(
          { ...rule, Urn: group["Urn"] },
          text(group["GroupName"]),
          text(group["GroupId"]),
          side === "IpPermissionsEgress",
          [
            ...mapsIn(rule["IpRanges"]).map(({ CidrIp }) => blockPeer(text(CidrIp))),
            ...mapsIn(rule["Ipv6Ranges"]).map(({ CidrIpv6 }) => blockPeer(text(CidrIpv6))),
            ...mapsIn(rule["PrefixListIds"]).map(({ PrefixListId }): PlannedGroupPeer => ({
              kind: "prefix-list",
              id: text(PrefixListId),
            })),
            ...mapsIn(rule["UserIdGroupPairs"]).map(({ GroupId }) => groupPeer(text(GroupId))),
          ],
        ),
      ),
    ),
  );
  return [...standalone, ...inline];
}

function rulesOf(
  rule: Plain,
  name: string,
  group: string,
  egress: boolean,
  known: readonly PlannedGroupPeer[],
): PlannedGroupRule[] {
  const { numbers, maybe } = portsOf(rule);
  const peers = rule["unknownPeer"] === true ? [...known, { kind: "unknown" as const }] : known;
  return peers.map((peer) => ({
    urn: text(rule["Urn"]),
    name,
    group,
    direction: egress ? "egress" : "ingress",
    peer,
    ports: numbers,
    maybe,
  }));
}

const groupPeer = (id: string): PlannedGroupPeer => ({ kind: "group", id });

/** A block that AWS would refuse opens nothing that could be told. */
function blockPeer(cidr: string): PlannedGroupPeer {
  try {
    return { kind: "addresses", addresses: AddressSet.of(cidr) };
  } catch (error) {
    if (!(error instanceof CidrError)) throw error;
    return { kind: "unknown" };
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (values: readonly unknown[]): string[] =>
  values.filter((value): value is string => typeof value === "string");
