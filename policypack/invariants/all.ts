import type { Invariant } from "../invariant";
import { namespaceDefaultDeny } from "./namespaceDefaultDeny";
import { namespaceLabels } from "./namespaceLabels";
import { networkPolicyExplicitTypes } from "./networkPolicyExplicitTypes";
import { networkPolicyNoDatabasePortsByCidr } from "./networkPolicyNoDatabasePortsByCidr";
import { networkPolicyNoEveryoneEgress } from "./networkPolicyNoEveryoneEgress";
import { networkPolicyNoEveryoneIngress } from "./networkPolicyNoEveryoneIngress";
import { networkPolicyNoMetadataEgress } from "./networkPolicyNoMetadataEgress";
import { networkPolicyTrustedNamespaceSelectors } from "./networkPolicyTrustedNamespaceSelectors";
import { serviceNoOpenExposure } from "./serviceNoOpenExposure";
import { workloadNoHostNetwork } from "./workloadNoHostNetwork";
import { rdsAdmitsGroupsOnly } from "./rdsAdmitsGroupsOnly";
import { rdsEncryptedAndProtected } from "./rdsEncryptedAndProtected";
import { rdsPrivate } from "./rdsPrivate";
import { s3PublicAccessBlocked } from "./s3PublicAccessBlocked";
import { securityGroupNoWorldEgress } from "./securityGroupNoWorldEgress";
import { securityGroupNoWorldIngress } from "./securityGroupNoWorldIngress";
import { securityGroupRuleDescribed } from "./securityGroupRuleDescribed";

/** Every invariant of the pack: those of one object first, then those of a whole stack. */
export const INVARIANTS: readonly Invariant[] = [
  namespaceLabels,
  networkPolicyExplicitTypes,
  networkPolicyNoEveryoneIngress,
  networkPolicyNoEveryoneEgress,
  networkPolicyNoMetadataEgress,
  networkPolicyNoDatabasePortsByCidr,
  networkPolicyTrustedNamespaceSelectors,
  workloadNoHostNetwork,
  serviceNoOpenExposure,
  securityGroupNoWorldIngress,
  securityGroupNoWorldEgress,
  securityGroupRuleDescribed,
  rdsPrivate,
  rdsEncryptedAndProtected,
  namespaceDefaultDeny,
  rdsAdmitsGroupsOnly,
  s3PublicAccessBlocked,
];
