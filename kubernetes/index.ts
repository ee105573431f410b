/**
 * What a name, label, selector, port, CIDR and default is to a Kubernetes API server (1.36 and before). In: the values of
 * a manifest's fields, unknown ones as UNKNOWN. Out: what they mean, or why the server refuses them. A leaf: whoever
 * reads manifests reads them by this, so that no two readers differ. Beside it, which labels Cilium makes an identity of.
 * Tests: test/kubernetes/oneReading.test.ts.
 */
export { keptByCilium } from "./ciliumLabels";
export { exceptFault, isRefusedAnew, type Laxity, readCidr, type ReadCidr } from "./cidr";
export { type KnownLabels, NO_LABELS, withLabels } from "./labels";
export { isLabelKey, isLabelValue, isNamespaceName, isObjectName, isPortName, namespacedName } from "./names";
export { isPort, isProtocol, type NamedPort, readPolicyPort } from "./policyPort";
export { type Direction, DIRECTIONS, isolates, isPolicyType, PEERS_FIELD, POLICY_TYPE } from "./policyTypes";
export {
  EVERYTHING,
  matches,
  type Operator,
  type Requirement,
  requirementFaults,
  type Selector,
  selector,
  UNDECIDED,
} from "./selector";
export { both, type Bound, either, type Match, UNKNOWN, type Unknown } from "./unknown";
export { DEFAULT_NAMESPACE, DNS_PORTS, NAMESPACE_NAME_LABEL, SYSTEM_NAMESPACES } from "./wellKnown";
