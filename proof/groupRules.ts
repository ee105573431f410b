import { AddressSet, CidrError, type PortSet } from "../net";
import { portsOf } from "../reachability/read";
import { type PlannedGroups } from "./plannedGroups";
import type { Plain } from "./resource";

/** The other side of a group's rule. */
export type RulePeer =
  | { readonly kind: "group"; readonly id: string }
  | { readonly kind: "addresses"; readonly addresses: AddressSet }
  | { readonly kind: "prefix-list"; readonly id: string }
  /** Not known yet, or nothing that can be read. */
  | { readonly kind: "unknown" };

/** One opening of a security group in a plan, inline or standalone. */
export interface GroupRule {
  /** The resource that holds it. */
  readonly urn: string;
  readonly name: string;
  /** The group's id, or its URN where it isn't made yet. */
  readonly group: string;
  readonly direction: "ingress" | "egress";
  readonly peer: RulePeer;
  /** Surely open. */
  readonly ports: PortSet;
  /** Perhaps open, beside these. */
  readonly maybe: PortSet;
}

/** Every rule of every group that a plan makes or adds to, one for each peer. */
export function groupRules(groups: PlannedGroups): GroupRule[] {
  const answer = groups.answer();
  if (answer === undefined) return [];
  const standalone = maps(answer["SecurityGroupRules"])
    .filter(({ Urn }) => Urn !== undefined)
    .flatMap((rule) =>
      rulesOf(rule, text(rule["SecurityGroupRuleId"]), text(rule["GroupId"]), rule["IsEgress"] === true, [
        ...texts([rule["CidrIpv4"], rule["CidrIpv6"]]).map(blockPeer),
        ...texts([rule["PrefixListId"]]).map((id): RulePeer => ({ kind: "prefix-list", id })),
        ...texts([(rule["ReferencedGroupInfo"] as Plain | undefined)?.["GroupId"]]).map(groupPeer),
      ]),
    );
  const inline = maps(answer["SecurityGroups"]).flatMap((group) =>
    (["IpPermissions", "IpPermissionsEgress"] as const).flatMap((side) =>
      maps(group[side]).flatMap((rule) =>
        rulesOf(
          { ...rule, Urn: group["Urn"] },
          text(group["GroupName"]),
          text(group["GroupId"]),
          side === "IpPermissionsEgress",
          [
            ...maps(rule["IpRanges"]).map(({ CidrIp }) => blockPeer(text(CidrIp))),
            ...maps(rule["Ipv6Ranges"]).map(({ CidrIpv6 }) => blockPeer(text(CidrIpv6))),
            ...maps(rule["PrefixListIds"]).map(({ PrefixListId }): RulePeer => ({
              kind: "prefix-list",
              id: text(PrefixListId),
            })),
            ...maps(rule["UserIdGroupPairs"]).map(({ GroupId }) => groupPeer(text(GroupId))),
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
  known: readonly RulePeer[],
): GroupRule[] {
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

const groupPeer = (id: string): RulePeer => ({ kind: "group", id });

/** A block that AWS would refuse opens nothing that could be told. */
function blockPeer(cidr: string): RulePeer {
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
const maps = (value: unknown): Plain[] =>
  Array.isArray(value)
    ? value.filter((one): one is Plain => typeof one === "object" && one !== null && !Array.isArray(one))
    : [];
