import type { AddressSet } from "../../../net";
import type { Subject } from "../../facts";
import type { SeenAddresses, StackView } from "../../judgment";
import type { Settings } from "../../settings";

/** What a stack shows beside a policy. */
export interface ClusterView extends StackView {
  readonly settings: Settings;
  /** The ranges of pods, Services and nodes, as they are configured. */
  readonly ranges: AddressSet;
  readonly addressesIn: (subject: Subject) => SeenAddresses;
}
