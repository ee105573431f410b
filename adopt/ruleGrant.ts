import type { Peer } from "../flows";
import type { Direction } from "../kubernetes";
import type { AddressSet, PortSet } from "../net";
import type { World } from "../reachability/read";
import type { OwnAddresses } from "./blocks";
import type { ClusterProposal, RuleOrigin } from "./plan";
import type { ImportedWorkload } from "./workloads";

/** The other end of what a rule lets through. */
export type GrantPeer =
  | { readonly kind: "imported"; readonly workload: ImportedWorkload }
  | { readonly kind: "peer"; readonly peer: Peer };

/** What one rule lets through to or from one imported workload: as it says, whatever the other side does. */
export interface RuleGrant {
  readonly subject: ImportedWorkload;
  readonly direction: Direction;
  readonly peer: GrantPeer;
  readonly ports: PortSet;
  readonly origin: RuleOrigin;
}

/** All that a rule is read against. */
export interface GrantContext {
  readonly world: World;
  readonly cluster: ClusterProposal;
  readonly addresses: OwnAddresses;
  /** By namespace. */
  readonly imported: ReadonlyMap<string, readonly ImportedWorkload[]>;
  /** The database of saved AWS answers whose subnets hold these addresses, and no others. */
  readonly databaseAt: (set: AddressSet, ports: PortSet) => string | undefined;
}
