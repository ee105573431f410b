// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { matches } from "../../../kubernetes";
import { addressesOf } from "../../../reachability/read";
import type { NetworkPolicyFact, PeerFact, RuleFact, ServiceFact, ServicePortFact } from "../../facts";
import { exactSelector, leadsTo, listText, meaningOf, type SeenWorkload, selectorText } from "../../judgment";
import type { ClusterView } from "./clusterView";
import { addressesOfBlock, isForEverybody, type PolicyDefect } from "./defect";
import { mayOpen, opensPods, opensPort, portText } from "./servicePorts";

/**
 * Egress rules that open pods on the AWS VPC CNI and not the Services that lead to them, or Services that lead to other pods: it judges
 * a packet before a Service's address becomes a pod's, and opens the Services whose selector, read as labels, has what the rule asks for, at
 * the first of their ports whose target is the rule's. Source: amazon-network-policy-controller-k8s, pkg/resolvers/endpoints.go; seen with
 * packets (docs/e2e.md).
 */
export function serviceAddresses(policy: NetworkPolicyFact, around: ClusterView): PolicyDefect[] {
  const { rules } = policy.egress;
  if (!policy.namespace.known) return [];
  return (rules.known ? rules.value : []).flatMap((rule) =>
    (rule.peers.known ? rule.peers.value : []).flatMap((peer) => ofPeer({ policy, rule, peer }, around)),
  );
}

interface PeerPlace {
  readonly policy: NetworkPolicyFact;
  readonly rule: RuleFact;
  readonly peer: PeerFact;
}

function ofPeer(place: PeerPlace, around: ClusterView): PolicyDefect[] {
  const { policy, peer } = place;
  const meaning = meaningOf(peer, policy, around);
  const meant = meaning.kind === "shown" ? meaning.workloads : [];
  return servicesNear(place, around).flatMap((service): PolicyDefect[] => {
    const behind = workloadsBehind(service, around);
    const own = meant.filter((workload) => behind.some(({ title }) => title === workload.title));
    return own.length > 0 ? closed(place, service, own, around) : opened(place, service, behind);
  });
}

/** The Services with an address of their own in the namespaces that a peer may mean. */
function servicesNear({ policy, peer }: PeerPlace, { seen, ends }: ClusterView): readonly ServiceFact[] {
  const { namespaceSelector } = peer;
  if (!namespaceSelector.known || !policy.namespace.known) return [];
  const spaces = namespaceSelector.value;
  const home = policy.namespace.value;
  return seen.namespacesWithServices(policy.subject).flatMap((name) => {
    const isMeant =
      spaces === undefined
        ? name === home
        : matches(exactSelector(spaces), ends.labelsOf(policy.subject, name)) === "yes";
    return isMeant ? seen.servicesIn(policy.subject, name).filter(hasAddress) : [];
  });
}

/** Not a headless one, whose name leads to the pods' own addresses, nor an external name. */
const hasAddress = ({ type, headless, namespace, subject, selector }: ServiceFact): boolean =>
  type.known &&
  type.value !== "ExternalName" &&
  headless === false &&
  namespace.known &&
  !subject.partial &&
  selector.known;

function workloadsBehind(service: ServiceFact, { seen }: ClusterView): readonly SeenWorkload[] {
  const { namespace, subject } = service;
  return namespace.known
    ? seen.in(subject, namespace.value).filter((workload) => leadsTo(service, workload) === "yes")
    : [];
}

/** Ports of a Service that lead to pods which a rule opens, and that nothing opens for pods that the policy isolates. */
function closed(
  place: PeerPlace,
  service: ServiceFact,
  own: readonly SeenWorkload[],
  around: ClusterView,
): PolicyDefect[] {
  const { policy, rule, peer } = place;
  const { ends } = around;
  if (!service.ports.known) return [];
  const wanted = service.ports.value.filter(
    (port) => port.port.known && rule.ports.known && opensPods(rule.ports.value, port, own),
  );
  const isolated = ends.ends.filter((end) =>
    ends.guardsOf(end, "egress").some((guard) => guard.policy === policy && guard.match === "yes"),
  );
  const shut = wanted.filter((port) =>
    isolated.some((end) =>
      ends.guardsOf(end, "egress").every(({ policy: other }) => !opensService(other, service, port, around)),
    ),
  );
  if (shut.length === 0) return [];
  const hasLabels = meansService(peer, service);
  const ports = listText(shut.map(portText));
  return [
    {
      policy,
      defect: {
        wrong:
          "it sees a Service's address before it becomes a pod's, and the rule for the pods doesn't open the Service",
        evidence: hasLabels
          ? `${rule.path}.ports open the pods behind ${service.title}, and not its ${ports}, which is another target's or a further one of the same target`
          : `${peer.path}.podSelector asks for labels that the selector of ${service.title} doesn't (${ports})`,
        remedy: hasLabels
          ? `write a rule for the target of each port of its own, and give the Service one port for each target`
          : `write only the labels of the Service's selector in ${peer.path}.podSelector, or all of them in the Service`,
      },
    },
  ];
}

/** A Service that a rule opens by its selector, though it leads to pods that the rule doesn't mean. */
function opened(
  { policy, rule, peer }: PeerPlace,
  service: ServiceFact,
  behind: readonly SeenWorkload[],
): PolicyDefect[] {
  const { podSelector } = peer;
  if (!podSelector.known || podSelector.value === undefined || !meansService(peer, service)) return [];
  if (!service.ports.known || !rule.ports.known) return [];
  const selector = exactSelector(podSelector.value);
  const others = behind.filter(({ pods }) => matches(selector, labelsOf(pods.labels)) === "no");
  const ports = service.ports.value.filter((port, i, all) => opensPort(rule, port, all.slice(0, i), behind));
  if (others.length === 0 || ports.length === 0) return [];
  return [
    {
      policy,
      defect: {
        wrong:
          "it sees a Service's address before it becomes a pod's, and the rule opens a Service that leads to other pods",
        evidence: `${peer.path}.podSelector, ${selectorText(podSelector.value)}, holds for the selector of ${service.title}, and not for ${listText(others.map(({ title }) => title))} behind it`,
        remedy: `name the pods by labels that they have in ${peer.path}.podSelector`,
      },
    },
  ];
}

const labelsOf = (labels: ServiceFact["selector"]) => ({
  known: new Map(
    [...(labels.known ? labels.value : [])].flatMap(([key, value]): [string, string][] =>
      value.known ? [[key, value.value]] : [],
    ),
  ),
  complete: labels.known && [...labels.value.values()].every(({ known }) => known),
});

/** Whether a peer's pod selector holds for a Service's own selector, read as labels. */
function meansService({ podSelector }: PeerFact, { selector }: ServiceFact): boolean {
  return podSelector.known && matches(exactSelector(podSelector.value ?? []), labelsOf(selector)) === "yes";
}

/** Whether some rule of a policy may open a Service's port for whom it selects. */
function opensService(
  policy: NetworkPolicyFact,
  service: ServiceFact,
  port: ServicePortFact,
  around: ClusterView,
): boolean {
  const { rules } = policy.egress;
  if (!rules.known) return true;
  const behind = workloadsBehind(service, around);
  const earlier = service.ports.known ? service.ports.value.slice(0, service.ports.value.indexOf(port)) : [];
  return rules.value.some((rule) => {
    if (!rule.peers.known) return true;
    if (isForEverybody(rule)) return mayOpen(rule, port);
    return rule.peers.value.some((peer) => {
      if (peer.ipBlock.known && peer.ipBlock.value === undefined)
        return (
          servicesNear({ policy, rule, peer }, around).includes(service) &&
          meansService(peer, service) &&
          opensPort(rule, port, earlier, behind)
        );
      const block = addressesOfBlock(peer);
      const addresses = addressesOf(service.addresses);
      const mayHold = block === undefined || addresses.isEmpty() || block.overlaps(addresses);
      return mayHold && mayOpen(rule, port);
    });
  });
}
