import type { Invariant } from "../invariant";
import { namespaceDefaultDeny } from "./namespaceDefaultDeny";
import { namespaceLabels } from "./namespaceLabels";
import { networkPolicyExplicitTypes } from "./networkPolicyExplicitTypes";
import { networkPolicyNoEveryoneEgress } from "./networkPolicyNoEveryoneEgress";
import { networkPolicyNoEveryoneIngress } from "./networkPolicyNoEveryoneIngress";
import { networkPolicyNoMetadataEgress } from "./networkPolicyNoMetadataEgress";

/** Every invariant of the pack: those of one object first, then those of a whole stack. */
export const INVARIANTS: readonly Invariant[] = [
  namespaceLabels,
  networkPolicyExplicitTypes,
  networkPolicyNoEveryoneIngress,
  networkPolicyNoEveryoneEgress,
  networkPolicyNoMetadataEgress,
  namespaceDefaultDeny,
];
