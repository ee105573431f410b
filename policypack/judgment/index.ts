/**
 * What invariants have in common: who a policy selects, what is open to everyone, which groups something carries. In:
 * facts. Out: answers that are sure, possible or impossible; invariants turn them into findings. aws/ holds those about
 * AWS.
 */
export { admittedPorts, endsOfPeer, numberedPorts, peerMatches } from "./admission";
export { attachmentConfig, judgeAttachments } from "./aws/attachments";
export { blockTexts, namesBlocks } from "./aws/blocks";
export { refersTo, unreadBetween } from "./aws/buckets";
export { type Carrier, carriersOf } from "./aws/carriers";
export { opensDatabasesOnly } from "./aws/databaseGroups";
export { type Condition, covers, readDocument, type Statement } from "./aws/document";
export { type Groups, type GroupSeen, groupsOf } from "./aws/groups";
export { guardedEnds } from "./aws/guardedEnds";
export { holdersOf } from "./aws/holders";
export { judgeWorld, judgeWorldTogether, type WorldQuestion } from "./aws/openToWorld";
export { type Keys, Passage } from "./aws/passage";
export { neighbours, refusedBetween } from "./aws/podFlows";
export {
  EVERY_PROTOCOL,
  isNothing,
  NO_TRAFFIC,
  sharesTraffic,
  type Traffic,
  trafficOf,
  trafficText,
} from "./aws/traffic";
export { DEFAULT_PUBLIC_PORTS, worldTraffic } from "./aws/world";
export { databasePortsIn } from "./databasePorts";
export type { Denial } from "./defaultDeny";
export { type Closed, closedNamespaces, placeOf } from "./defaultDenyNamespaces";
export { type StackEnd, type StackEnds, stackEnds } from "./ends";
export { type Opening, openings } from "./everyone";
export type { Guard } from "./guard";
export { insideRanges, isInternet, isPublic } from "./internet";
export { isIn, type NamespaceSeen, namespacesOf } from "./namespaces";
export { judgeOpenings, openConfig } from "./openToEveryone";
export { patchedDenialOf } from "./patches";
export { type Block, type Bound, portsOf, type Reach, reachOf, addressesIn } from "./reach";
export { isUnjudged, narrowRules } from "./reported";
export { exactLabels, exactSelector } from "./toAnalyzer";
export { adriftNamespaces, adriftPolicies } from "./unknownNamespace";
export { plannedResource } from "./planned";
