/**
 * The invariants: each a judge from facts to findings, with its description, what it stops, its remedy and its config.
 * In: the facts of a stack, or of one resource. Out: violations, and what can't be decided. This file lists them all.
 */
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
import { dnsReachable } from "./dnsReachable";
import { exactlyDeclared } from "./exactlyDeclared";
import { everyWorkloadIsolated } from "./everyWorkloadIsolated";
import { flowsHaveBothSides } from "./flowsHaveBothSides";
import { networkPolicyCniSafe } from "./networkPolicyCniSafe";
import { policySelectsNothing } from "./policySelectsNothing";
import { protectedEnds } from "./protectedEnds";
import { tenantIsolation } from "./tenantIsolation";
import { networkAndGroupParity } from "./networkAndGroupParity";
import { quotaBudget } from "./quotaBudget";
import { s3TlsAndEndpointOnly } from "./s3TlsAndEndpointOnly";
import { securityGroupPolicyEffective } from "./securityGroupPolicyEffective";
import { securityGroupRulesNotMixed } from "./securityGroupRulesNotMixed";

/** Every invariant of the pack: those of one object first, then those of a whole stack. */
export const INVARIANTS: readonly Invariant[] = [
  namespaceLabels,
  networkPolicyExplicitTypes,
  networkPolicyNoEveryoneIngress,
  networkPolicyNoEveryoneEgress,
  networkPolicyNoMetadataEgress,
  networkPolicyNoDatabasePortsByCidr,
  networkPolicyTrustedNamespaceSelectors,
  networkPolicyCniSafe,
  protectedEnds,
  workloadNoHostNetwork,
  serviceNoOpenExposure,
  securityGroupNoWorldIngress,
  securityGroupNoWorldEgress,
  securityGroupRuleDescribed,
  rdsPrivate,
  rdsEncryptedAndProtected,
  namespaceDefaultDeny,
  exactlyDeclared,
  everyWorkloadIsolated,
  flowsHaveBothSides,
  dnsReachable,
  tenantIsolation,
  policySelectsNothing,
  rdsAdmitsGroupsOnly,
  networkAndGroupParity,
  s3PublicAccessBlocked,
  s3TlsAndEndpointOnly,
  securityGroupRulesNotMixed,
  securityGroupPolicyEffective,
  quotaBudget,
];
