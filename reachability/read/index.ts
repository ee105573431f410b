/**
 * Reads manifests, and descriptions of security groups, into a `World`. In: parsed documents, each with its source.
 * Out: namespaces, pods and policies as a Kubernetes API server would hold them, unknowns kept as unknown; or every
 * problem with its place. Nothing here knows who reaches whom.
 * Tests: test/reachability/read/badInput.test.ts, test/reachability/read/unknown.test.ts.
 */
export { addressesOf } from "./addresses";
export { bearingOf, type Bearing } from "./bearing";
export { type Cni, type CniTraits, CNIS, traitsOf } from "./cni";
export { DEPARTING, type DepartingCni, mayDepart, namesSctp } from "./departing";
export { type DescribedGroups, portsOf, readDescribed } from "./describedGroups";
export { familiesAlike } from "./familiesAlike";
export type { SecurityGroupPolicy, GroupWorld, GuardedEnd } from "./groups";
export { endId, objectText, UNKNOWN_NAME } from "./identity";
export {
  type Effect,
  OPENING,
  type SubjectSelector,
  type UncomputedPolicy,
  uncomputedText,
} from "./otherKinds/uncomputed";
export { unseenPolicies } from "./otherKinds/readPolicy";
export { hiddenByCilium, hiddenOfNamespace } from "./cni";
export { labelledPod } from "./labelledPod";
export { MAKING_KINDS, type MakingKind } from "./otherKinds/makerTable";
export { namedPeersAlike } from "./namedPeers";
export { mentions } from "./otherKinds/walk";
export type { DirectionRules, NetworkPolicy, Rule, RulePeer, RulePorts } from "./policy";
export { type ObjectProblem, type Source, sourceText } from "./problems";
export { type ReadWorld, readWorld } from "./readWorld";
export { podNamePrefix } from "./sharedRuleSets";
export { enforcedAs, type KubernetesVersion, type WorldOptions } from "./assembleWorld";
export { isRepresentativeName, OTHER, standingFor } from "./representativeNames";
export { representedAlike } from "./representatives";
export { portsAt, ServicesByNamespace } from "./vpcCniServices";
export { SelectorIndex } from "./selectorIndex";
export { partlyComputed } from "./cilium/ciliumFor";
export type { CiliumPolicy } from "./cilium/ciliumPolicy";
export type { Tier, TierAction, TierPeer, TierPolicy, TierRule } from "./tiers/tierPolicy";
export { Warnings } from "./warnings";
export type { PodShape, Service, ServicePort, SourcedObject, PodSet, World } from "./world";
export { seenLabels, seenNamespace } from "./seenLabels";
