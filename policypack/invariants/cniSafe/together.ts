// Tests: test/policypack/invariants/networkPolicyCniSafe.test.ts
import { type Direction, DIRECTIONS } from "../../../kubernetes";
import { type Fact, isIgnored, type NetworkPolicyFact, type PortFact } from "../../facts";
import { listText, meaningOf, type SeenWorkload } from "../../judgment";
import { clusterRemarks } from "./clusterRemarks";
import { crowdedTogether } from "./crowdedTogether";
import { type Defect, isNamed, type PolicyDefect } from "./defect";
import { insideBlocks } from "./insideBlocks";
import { serviceAddresses } from "./serviceAddresses";
import { sharedRuleSets } from "./sharedRuleSets";
import type { ClusterView } from "./clusterView";

/** What a CNI makes otherwise of policies, as the stack's pods and all policies together show. */
export function togetherOf(
  cni: string,
  facts: readonly Fact[],
  around: ClusterView,
): readonly PolicyDefect[] {
  const policies = facts.filter(
    (fact): fact is NetworkPolicyFact => fact.kind === "NetworkPolicy" && !fact.subject.partial,
  );
  const names = policies.flatMap((policy) =>
    DIRECTIONS.flatMap((direction) => ofNames(cni, policy, direction, around)),
  );
  const inside = policies.flatMap((policy) => insideBlocks(cni, policy, around));
  const remarks = clusterRemarks(cni, policies, around);
  if (cni !== "aws-vpc-cni") return [...names, ...inside, ...remarks];
  return [
    ...names,
    ...inside,
    ...crowdedTogether(around),
    ...sharedRuleSets(facts, around),
    ...policies.flatMap((policy) => serviceAddresses(policy, around)),
    ...remarks,
  ];
}

/** The named ports of each rule, held against the pods whose ports they are. */
function ofNames(
  cni: string,
  policy: NetworkPolicyFact,
  direction: Direction,
  around: ClusterView,
): PolicyDefect[] {
  const { rules } = policy[direction];
  if (isIgnored(policy, direction) && cni === "k3s") return [];
  return (rules.known ? rules.value : []).flatMap((rule): PolicyDefect[] => {
    const ports = rule.ports.known ? rule.ports.value : [];
    const named = ports.filter(isNamed);
    if (named.length === 0) return [];
    const pods = podsOf(policy, direction, rule.peers.known ? rule.peers.value : [], around);
    if (
      pods.length === 0 ||
      pods.some(({ pods: { namedPorts }, subject }) => !namedPorts.known || subject.partial)
    )
      return [];
    const single = named.flatMap((port) => ofName(cni, port, direction, pods));
    const unknown = named.every((port) => !pods.some((one) => numberOf(one, port) !== undefined));
    const opensAll: Defect[] =
      cni === "k3s" && unknown && named.length === ports.length
        ? [
            {
              wrong: "a rule all of whose ports are names that no pod has opens every port",
              evidence: `${rule.path}.ports are names, and no container of ${listText(pods.map(({ title }) => title))} has them`,
              remedy: `write the ports' numbers in ${rule.path}.ports`,
            },
          ]
        : [];
    return [...single, ...opensAll].map((defect) => ({ policy, defect }));
  });
}

/** The pods whose ports a rule names, where the stack shows them all. */
function podsOf(
  policy: NetworkPolicyFact,
  direction: Direction,
  peers: readonly Parameters<typeof meaningOf>[0][],
  around: ClusterView,
): readonly SeenWorkload[] {
  const { namespace, subject, podSelector } = policy;
  if (direction === "egress") {
    const meanings = peers.map((peer) => meaningOf(peer, policy, around));
    const shown = meanings.map((meaning) => (meaning.kind === "shown" ? meaning.workloads : []));
    return shown.every((workloads) => workloads.length > 0) ? shown.flat() : [];
  }
  if (!namespace.known || !around.seen.shows(subject, namespace.value)) return [];
  const { certain, maybe } = around.seen.find(subject, namespace.value, podSelector);
  return maybe ? [] : certain;
}

const keyOf = ({ protocol, port }: PortFact): string =>
  `${protocol.known ? protocol.value : ""}/${port.known ? (port.value ?? "") : ""}`;

const numberOf = ({ pods: { namedPorts } }: SeenWorkload, port: PortFact): number | undefined =>
  namedPorts.known ? namedPorts.value.get(keyOf(port)) : undefined;

/** What a CNI makes otherwise of one port by name. */
function ofName(cni: string, port: PortFact, direction: Direction, pods: readonly SeenWorkload[]): Defect[] {
  const having = pods.filter((one) => numberOf(one, port) !== undefined);
  if (having.length === 0) return [];
  const titles = listText(having.map(({ title }) => title));
  const remedy = `write the port's number at ${port.path}`;
  const numbers = [...new Set(having.map((one) => numberOf(one, port)))].map(String);
  if (cni === "aws-vpc-cni")
    return direction === "ingress" && numbers.length > 1
      ? [
          {
            wrong:
              "an ingress rule's port name is every number that any selected pod has for it, open at all of them",
            evidence: `${port.path}.port is a name, which stands for ${listText(numbers)} at ${titles}`,
            remedy,
          },
        ]
      : [];
  if (cni !== "k3s" && cni !== "cilium") return [];
  const inSidecars = having.every(({ pods: { sidecarPorts } }) => sidecarPorts.has(keyOf(port)));
  if (inSidecars)
    return [
      {
        wrong: "port names of init containers (sidecars) don't count",
        evidence: `${port.path}.port is a name that only init containers of ${titles} have`,
        remedy,
      },
    ];
  const twice =
    cni === "cilium" &&
    having.some(
      ({ pods: { namedPorts } }) =>
        namedPorts.known &&
        [...namedPorts.value.keys()].some((key) => key !== keyOf(port) && key.endsWith(`/${nameOf(port)}`)),
    );
  return twice
    ? [
        {
          wrong: "a name stands for one port of a pod: of two protocols that share it, the last one counts",
          evidence: `${port.path}.port is a name that ports of two protocols of ${titles} have`,
          remedy,
        },
      ]
    : [];
}

const nameOf = ({ port }: PortFact): string => String(port.known ? port.value : "");
