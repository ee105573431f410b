/**
 * Reads manifests, and descriptions of security groups, into a `World`. In: parsed documents, each with its source.
 * Out: namespaces, pods and policies as a Kubernetes API server would hold them, unknowns kept as unknown; or every
 * problem with its place. Nothing here knows who reaches whom.
 */
export { type Cni, CNIS } from "./cni";
export { type Described, DescribeError, portsOf, readDescribed } from "./describedGroups";
export { familiesAlike } from "./familiesAlike";
export type { GroupAttachment, GroupWorld, GuardedEnd } from "./groups";
export { UNKNOWN_NAME } from "./identity";
export { type Effect, type Subject, type UncomputedPolicy, uncomputedText } from "./otherKinds/uncomputed";
export { labelledPod } from "./labelledPod";
export { mentions } from "./otherKinds/walk";
export type { DirectionRules, Policy, Rule, RulePeer, RulePorts } from "./policy";
export { type Path, pathText, type Problem, problemText, type Source } from "./problems";
export { InputError, type ReadWorld, readWorld, type WorldOptions } from "./readWorld";
export { isRepresentativeName, standingFor } from "./representativeNames";
export { representedAlike } from "./representatives";
export { SelectorIndex } from "./selectorIndex";
export { Warnings } from "./warnings";
export type { PodShape, Service, SourcedObject, Workload, World } from "./world";
export { seenLabels } from "./seenLabels";
