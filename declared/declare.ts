import { DNS_PORTS } from "../kubernetes";
import type { AcceptedFlow, Flow } from "../flows";
import { formatPortSpec, type PortRange, PortSet } from "../net";
import { awsGroups, awsNetwork, hasOwnGroup, withNodes } from "./aws";
import { impliedFlows } from "./impliedFlows";
import type { Declaration, DeclaredEnd, DeclaredFlow, DeclaredWorkload } from "./declaration";
import type { ApplicationToDeclare } from "./toDeclare";
import { endOf, familiesOf, host, ofFamilies, podsOf, seesServices } from "./ends";

/**
 * What an application declares on its cluster, read from the checked flows and the stack's config alone. It shares nothing with
 * the compilers of policies and groups: what these get wrong shows as a difference. The one thing taken from the compilers'
 * table is a fact of the CNI, whether it sees a Service's address.
 */
export function declarationOf(declared: ApplicationToDeclare): Declaration {
  const { application, placement, cluster } = declared;
  const flows = [
    ...application.flows.flatMap((flow) => declaredFlow(flow, declared)),
    ...application.accepted.map((flow) => acceptedFlow(flow, declared)),
    ...impliedFlows(declared).map(({ from, to, ports, because }) =>
      flowBetween(from, to, ports, because, []),
    ),
    nameResolution(declared),
  ];
  return {
    version: 1,
    application: application.name,
    namespace: placement.namespace,
    cluster: cluster.name,
    stage: placement.stage,
    adopted: placement.adopt,
    workloads: workloadsOf(declared),
    families: familiesOf(cluster),
    cni: cluster.cni,
    flows,
    ...(cluster.aws === undefined ? {} : { aws: awsNetwork(cluster.aws) }),
  };
}

function workloadsOf({ application, placement, cluster }: ApplicationToDeclare): DeclaredWorkload[] {
  return application.workloads.flatMap(({ name, instances }) =>
    instances.map(({ id, labels, serviceAccount }) => ({
      id,
      pods: {
        namespace: placement.namespace,
        labels,
        ...(serviceAccount === undefined ? {} : { serviceAccount }),
      },
      observed: placement.observedWorkloads.includes(name),
      ownGroup: hasOwnGroup(application, { workload: name, id }, cluster.aws),
    })),
  );
}

/** A flow with an end that this cluster doesn't have and needn't, such as an operator's, is left out. */
function declaredFlow(flow: Flow, declared: ApplicationToDeclare): DeclaredFlow[] {
  const from = endOf(flow.from, "source", declared);
  const to = endOf(flow.to, "destination", declared);
  if (from === undefined || to === undefined) return [];
  return [flowBetween(withNodes(from, to, declared.cluster), to, flow.ports, flow.because, flow.names)];
}

function acceptedFlow(
  { from, to, ports, because, names }: AcceptedFlow,
  declared: ApplicationToDeclare,
): DeclaredFlow {
  const source = endOf({ kind: "application", ...from }, "source", declared) ?? nobody(from.application);
  const target = endOf(to, "destination", declared) ?? nobody(to.workload);
  return flowBetween(source, target, ports, because, names);
}

const nobody = (name: string): DeclaredEnd => ({
  name,
  kind: "application",
  pods: [],
  addresses: [],
  groups: [],
});

function flowBetween(
  from: DeclaredEnd,
  to: DeclaredEnd,
  ranges: readonly PortRange[],
  because: string,
  names: readonly string[],
): DeclaredFlow {
  const ports = PortSet.of(ranges).ranges().map(formatPortSpec);
  const id = `${from.name} → ${to.name} ${ports.join(", ")}`;
  const flow = { id, from, to, ports, because };
  return names.length === 0 ? flow : { ...flow, name: names.join(", ") };
}

function nameResolution(declared: ApplicationToDeclare): DeclaredFlow {
  const { application, placement, cluster } = declared;
  const { dns } = cluster;
  const servicePort = seesServices(cluster) || dns.nodeLocalAddresses.length > 0 ? dns.serviceAddresses : [];
  const hosts = ofFamilies([...dns.nodeLocalAddresses, ...servicePort].map(host), cluster);
  const from: DeclaredEnd = {
    name: "every workload",
    kind: "workload",
    pods: application.workloads.map((workload) => podsOf(workload, placement.namespace)),
    addresses: [],
    groups: [],
  };
  const to: DeclaredEnd = {
    name: "cluster DNS",
    kind: "dns",
    pods: [{ namespace: dns.namespace, labels: dns.pods }],
    addresses: hosts.length === 0 ? [] : [{ kind: "blocks", cidrs: hosts }],
    groups: awsGroups({ kind: "dns" }, declared),
  };
  const names = application.dnsName === undefined ? [] : [application.dnsName];
  return flowBetween(from, to, DNS_PORTS, "every workload resolves names", names);
}
