/**
 * What invariants have in common: who a policy selects, what is open to everyone, which groups something carries. In:
 * facts. Out: answers that are sure, possible or impossible; invariants turn them into findings. aws/ holds those about
 * AWS.
 */
export { admittedPorts, endsOfPeer, numberedPorts, peerMatches } from "./admission";
export { portsOpenToWorld } from "./aws/aclTraffic";
export { allowanceText, openStatements } from "./aws/allowances";
export { admitsAnySubject, choosesOwnSubject } from "./aws/identityProviders";
export { attachmentConfig, judgeAttachments } from "./aws/attachments";
export { blockTexts, namesBlocks } from "./aws/blocks";
export { refersTo, unreadBetween } from "./aws/buckets";
export { type GroupedPods, carriersOf } from "./aws/groupedPods";
export { opensDatabasesOnly } from "./aws/databaseGroups";
export { tlsOf, tlsParameter } from "./aws/databaseTls";
export { isNarrowedToOwner } from "./aws/conditions";
export {
  type RequiredDenial as BucketDenial,
  isDenied,
  nearMiss,
  OUTSIDE_ENDPOINT,
  SESSION_OUTSIDE_ENDPOINT,
  WITHOUT_TLS,
} from "./aws/denials";
export { any, not, some } from "./aws/document";
export { type Groups, type GroupSeen, groupsOf, isCalled } from "./aws/groups";
export { guardedEnds } from "./aws/guardedEnds";
export { type Holder, holdersByGroup, holdersOf } from "./aws/holders";
export {
  judgeWorld,
  judgeWorldByLists,
  judgeWorldOfHolders,
  judgeWorldTogether,
  judgeWorldUnplaced,
  type WorldQuestion,
} from "./aws/openToWorld";
export { type Keys, Passage } from "./aws/passage";
export { neighbours, refusedBetween } from "./aws/podFlows";
export { type GivenPower, powersOf } from "./aws/powers";
export { prefixListsOf } from "./aws/prefixLists";
export { targetOf } from "./aws/references";
export {
  EVERY_PROTOCOL,
  isNothing,
  NO_TRAFFIC,
  sharesTraffic,
  type Traffic,
  trafficOf,
  trafficText,
} from "./aws/traffic";
export { widePowers } from "./aws/widePolicies";
export { DEFAULT_PUBLIC_PORTS, worldTraffic } from "./aws/world";
export { type SeenAddresses, clusterAddresses, podFamilies } from "./clusterAddresses";
export { databasePortsIn } from "./databasePorts";
export { databasePortsConfig, judgeDatabasePorts } from "./databasePortsByCidr";
export type { Denial } from "./defaultDeny";
export { type IngressDenials, ingressDenials, namespaceKey } from "./defaultDenyNamespaces";
export { type StackEnd, type StackEnds, stackEnds } from "./ends";
export { type Exposure, openings } from "./everyone";
export type { IsolatingPolicy } from "./guard";
export {
  FEW_NETWORKS,
  insideRanges,
  isInternet,
  isPublic,
  MOST_V6,
  NEVER_PUBLIC,
  PUBLIC_PARTS,
  wholeRanges,
} from "./internet";
export { LABELS_OF_EVERY_NAMESPACE } from "./labels";
export { judgeMetadata, metadataConfig, metadataIn, withTranslated } from "./metadata";
export { isIn, type NamespaceSeen, namespacesOf } from "./namespaces";
export { judgeOpenings, OBSERVE, openConfig } from "./openToEveryone";
export { otherPoliciesOn } from "./otherPolicies";
export { patchedDenialOf } from "./patches";
export { type AdmittedBlock, portsOf, type Reach, reachOf, addressesIn } from "./reach";
export { meaningOf, namesIn, type PeerMeaning, type StackView } from "./peerMeaning";
export { isUnjudged, narrowRules } from "./reported";
export { leadsTo, seenPods, type SeenPods, type SeenWorkload } from "./seenPods";
export {
  labelMeant,
  listText,
  namespaceLabelMeant,
  namespaceMeant,
  namespacesWith,
  namespaceText,
  selectorText,
} from "./suggestions";
export { exactLabels, exactSelector } from "./toAnalyzer";
export { type Wanted, wantedOf } from "./wanted";
export { adriftNamespaces, adriftPolicies } from "./unknownNamespace";
export { plannedResource } from "./planned";
export { type BaselineDenials, baselineDenials } from "./tierDenial";
export { judgeTierOpenings, narrowTierRules } from "./tierOpenings";
export {
  type EarlierRule,
  earlierTexts,
  findingsOnOvertaken,
  type OvertakenRule,
  overtakenRules,
} from "./tierOrder";
export { acceptedReach } from "./tierReach";
export {
  judgeNamespaceLabels,
  requirementTexts,
  TRUSTED_QUESTION,
  trustedLabelsConfig,
  type UntrustedPeer,
} from "./trustedLabels";
export { type Route, routesOf, unreadRoutes } from "./routes";
export { writtenPorts } from "./writtenPorts";
