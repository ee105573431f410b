import type { Direction } from "../../kubernetes";
import type { GroupRef } from "./groupRef";

/** What a rule lets through. Security groups filter no ports of other protocols than TCP and UDP. */
export type RuleTraffic =
  | { readonly kind: "ports"; readonly protocol: "tcp" | "udp"; readonly from: number; readonly to: number }
  | { readonly kind: "everything" };

/** The other end of a rule. */
export type CompiledGroupPeer =
  | { readonly kind: "group"; readonly group: GroupRef }
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "prefix-list"; readonly id: string };

/** One standalone rule: the only one of its group, direction, peer and traffic. */
export interface CompiledGroupRule {
  /** Made of its content, so it never moves when another rule comes or goes. Unique in its scope. */
  readonly name: string;
  readonly on: GroupRef;
  readonly direction: Direction;
  readonly peer: CompiledGroupPeer;
  readonly traffic: RuleTraffic;
  /** The reasons of all flows that need it, in characters that AWS accepts, at most 255. */
  readonly description: string;
  /** Ids of the flows that need it; sorted. */
  readonly flows: readonly string[];
}

/** "tcp/5432", "tcp/8000-8010", "everything". */
export function formatTraffic(traffic: RuleTraffic): string {
  if (traffic.kind === "everything") return "everything";
  const { protocol, from, to } = traffic;
  return from === to ? `${protocol}/${from}` : `${protocol}/${from}-${to}`;
}
