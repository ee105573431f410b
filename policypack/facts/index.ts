/**
 * Turns resources into facts: what a NetworkPolicy, a workload, a security group or a bucket says, whatever its API
 * version or spelling. In: resources of any provider. Out: one typed `Fact` for each that concerns isolation, with
 * every unknown field marked. aws/ holds those of AWS.
 */
export { BLOCK_FLAGS, type BucketFact, type PolicyDocument, type PublicAccessBlockFact } from "./aws/bucket";
export type { DatabaseFact } from "./aws/database";
export { type GroupRule, unreadPeers, unreadTraffic } from "./aws/groupRule";
export type { ParameterGroupFact } from "./aws/parameterGroup";
export type { SecurityGroupFact } from "./aws/securityGroup";
export type { SecurityGroupPolicyFact } from "./aws/securityGroupPolicy";
export type { ResourceReference } from "./aws/subject";
export { type Fact, isNamespaced, type NamespacedFact, readFacts } from "./facts";
export type { LabelMap } from "./labelMap";
export type { NamespaceFact } from "./namespace";
export {
  type IpBlock,
  isIgnored,
  type NetworkPolicyFact,
  type PeerFact,
  type PortFact,
  type RuleFact,
  type Rules,
  unreadInRules,
} from "./networkPolicy";
export {
  asksFor,
  contradictsItself,
  type RequirementFact,
  type SelectorFact,
  unreadInSelector,
} from "./selector";
export type { ServiceFact } from "./service";
export type { ServiceAccountFact } from "./serviceAccount";
export { describe, type ResourceInput, type Subject } from "./subject";
export type { WorkloadFact } from "./workload";
