/**
 * The invariants: each a judge from facts to findings, with its description, what it stops, its remedy and its config.
 * In: the facts of a stack, or of one resource. Out: violations, and what can't be decided. This file lists them all.
 */
import type { Invariant } from "../invariant";
import { clusterNetworkPolicyDenyEffective } from "./clusterNetworkPolicyDenyEffective";
import { clusterNetworkPolicyNoDatabasePortsByCidr } from "./clusterNetworkPolicyNoDatabasePortsByCidr";
import { clusterNetworkPolicyNoEveryoneEgress } from "./clusterNetworkPolicyNoEveryoneEgress";
import { clusterNetworkPolicyNoEveryoneIngress } from "./clusterNetworkPolicyNoEveryoneIngress";
import { clusterNetworkPolicyNoMetadataEgress } from "./clusterNetworkPolicyNoMetadataEgress";
import { clusterNetworkPolicyNoShadowedRules } from "./clusterNetworkPolicyNoShadowedRules";
import { clusterNetworkPolicyTrustedNamespaceSelectors } from "./clusterNetworkPolicyTrustedNamespaceSelectors";
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
import { rdsSnapshotPrivate } from "./rdsSnapshotPrivate";
import { endpointServiceAcceptance } from "./endpointServiceAcceptance";
import { noRouteToDatabases } from "./noRouteToDatabases";
import { networkAclNoWorldIngress } from "./networkAclNoWorldIngress";
import { vpcEndpointPolicyNarrow } from "./vpcEndpointPolicyNarrow";
import { eksNotOpenToInternet } from "./eksNotOpenToInternet";
import { rolePermissionsNarrow } from "./rolePermissionsNarrow";
import { roleTrustNarrow } from "./roleTrustNarrow";
import { s3AccessPointInVpc } from "./s3AccessPointInVpc";
import { s3NotPublic } from "./s3NotPublic";
import { s3PublicAccessBlocked } from "./s3PublicAccessBlocked";
import { securityGroupNoWorldEgress } from "./securityGroupNoWorldEgress";
import { securityGroupNoWorldIngress } from "./securityGroupNoWorldIngress";
import { securityGroupRuleDescribed } from "./securityGroupRuleDescribed";
import { demandsAdmitted } from "./demandsAdmitted";
import { dnsReachable } from "./dnsReachable";
import { exactlyDeclared } from "./exactlyDeclared";
import { everyWorkloadIsolated } from "./everyWorkloadIsolated";
import { flowsHaveBothSides } from "./flowsHaveBothSides";
import { networkPolicyCniSafe } from "./networkPolicyCniSafe";
import { peersNotSplit } from "./peersNotSplit";
import { policySelectsNothing } from "./policySelectsNothing";
import { protectedEnds } from "./protectedEnds";
export type { GuardedPods } from "./protectedTiers";
import { rulesMatch } from "./rulesMatch";
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
  clusterNetworkPolicyNoEveryoneIngress,
  clusterNetworkPolicyNoEveryoneEgress,
  clusterNetworkPolicyNoMetadataEgress,
  clusterNetworkPolicyNoDatabasePortsByCidr,
  clusterNetworkPolicyTrustedNamespaceSelectors,
  networkPolicyCniSafe,
  protectedEnds,
  workloadNoHostNetwork,
  serviceNoOpenExposure,
  securityGroupNoWorldIngress,
  securityGroupNoWorldEgress,
  securityGroupRuleDescribed,
  rdsPrivate,
  rdsSnapshotPrivate,
  rdsEncryptedAndProtected,
  s3NotPublic,
  s3AccessPointInVpc,
  eksNotOpenToInternet,
  roleTrustNarrow,
  namespaceDefaultDeny,
  clusterNetworkPolicyDenyEffective,
  clusterNetworkPolicyNoShadowedRules,
  exactlyDeclared,
  everyWorkloadIsolated,
  flowsHaveBothSides,
  dnsReachable,
  tenantIsolation,
  policySelectsNothing,
  peersNotSplit,
  rulesMatch,
  demandsAdmitted,
  rdsAdmitsGroupsOnly,
  networkAndGroupParity,
  s3PublicAccessBlocked,
  s3TlsAndEndpointOnly,
  securityGroupRulesNotMixed,
  securityGroupPolicyEffective,
  quotaBudget,
  noRouteToDatabases,
  endpointServiceAcceptance,
  vpcEndpointPolicyNarrow,
  networkAclNoWorldIngress,
  rolePermissionsNarrow,
];
