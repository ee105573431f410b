// Tests: test/policypack/invariants/protectedEnds.test.ts
import { AddressSet, type PortRange, PortSet } from "../../net";
import { type Bound, readCidr, readPolicyPort, UNKNOWN } from "../../kubernetes";
import type { IpBlock, PeerFact, PortFact, RequirementFact, RuleFact, Rules, SelectorFact } from "../facts";
import { type Field, UNKNOWN_TEXT } from "../values";
import { once } from "../../data";

/** Whom one rule admits under a bound. */
export interface Reach {
  readonly path: string;
  /** The rule has no peers, so it admits everyone. */
  readonly everyone: boolean;
  readonly blocks: readonly AdmittedBlock[];
  /** Peers that select pods by namespace; those of the policy's own namespace are left out. */
  readonly pods: readonly AdmittedPods[];
  readonly ports: Ports;
}

export interface AdmittedBlock {
  readonly path: string;
  /** As written: `0.0.0.0/0 except 10.0.0.0/8`. */
  readonly text: string;
  readonly set: AddressSet;
}

/** Labels that a pod (`pod/KEY`) and its namespace (`ns/KEY`) must have: all of them. */
export interface AdmittedPods {
  readonly path: string;
  readonly requirements: readonly LabelTest[];
}

export interface LabelTest {
  readonly key: string;
  readonly operator: RequirementFact["operator"];
  readonly values: readonly string[];
}

/** The ports that a rule opens; names stand for the destination pod's container ports. */
export interface Ports {
  readonly numbers: PortSet;
  /** `TCP/http` */
  readonly names: readonly string[];
}

/** What an unknown peer may turn out to be, at the upper bound. */
const anywhere = (path: string): AdmittedBlock => ({ path, text: UNKNOWN_TEXT, set: AddressSet.all });

/** One direction's rules under a bound. Rules that aren't known are none at the lower bound, and one for everyone at the upper. */
export const reachOf = (rules: Rules, bound: Bound): readonly Reach[] => REACH[bound](rules);

const REACH = {
  lower: once((rules: Rules) => read(rules, "lower")),
  upper: once((rules: Rules) => read(rules, "upper")),
};

function read({ rules }: Rules, bound: Bound): readonly Reach[] {
  if (rules.known) return rules.value.map((rule) => reachOfRule(rule, bound));
  if (bound === "lower") return [];
  const ports = { numbers: PortSet.all, names: [] };
  return [{ path: rules.path, everyone: true, blocks: [anywhere(rules.path)], pods: [], ports }];
}

/** Whom one rule admits, under a bound. */
export function reachOfRule(rule: RuleFact, bound: Bound): Reach {
  const { path, peers } = rule;
  const ports = portsOf(rule.ports, bound);
  if (!peers.known) {
    const upper = bound === "upper";
    return { path, everyone: upper, blocks: upper ? [anywhere(peers.path)] : [], pods: [], ports };
  }
  return {
    path,
    everyone: peers.value.length === 0 || peers.value.some(isEmptyPeer),
    blocks: peers.value.flatMap((peer) => blockOf(peer, bound)),
    pods: peers.value.flatMap((peer) => podPeerOf(peer, bound)),
    ports,
  };
}

/** A peer without any field: the API server refuses it, and other readers take it for everyone. */
const isEmptyPeer = ({ ipBlock, namespaceSelector, podSelector }: PeerFact) =>
  [ipBlock, namespaceSelector, podSelector].every((field) => field.known && field.value === undefined);

function blockOf({ ipBlock, path }: PeerFact, bound: Bound): AdmittedBlock[] {
  if (!ipBlock.known) return bound === "lower" ? [] : [anywhere(path)];
  if (ipBlock.value === undefined) return [];
  const { cidr, except } = ipBlock.value;
  const set = addressesOf(cidr, bound).subtract(exceptedFrom(except, bound));
  return set.isEmpty() ? [] : [{ path, text: textOf(ipBlock.value), set }];
}

function addressesOf(cidr: Field<string>, bound: Bound): AddressSet {
  const read = cidr.known ? addressesIn(cidr.value) : undefined;
  return read ?? (bound === "lower" ? AddressSet.empty : AddressSet.all);
}

/** What is taken out of a block. Unknown exceptions may take out nothing (upper bound) or all (lower). */
function exceptedFrom(except: IpBlock["except"], bound: Bound): AddressSet {
  const unread = bound === "lower" ? AddressSet.all : AddressSet.empty;
  if (!except.known) return unread;
  return except.value.reduce(
    (set, item) => set.union((item.known ? addressesIn(item.value) : undefined) ?? unread),
    AddressSet.empty,
  );
}

/** The addresses of a block as the API server reads it; undefined for what it refuses. */
export function addressesIn(text: string): AddressSet | undefined {
  const read = readCidr(text);
  return read.kind === "cidr" ? AddressSet.of(read.cidr) : undefined;
}

function textOf({ cidr, except }: IpBlock): string {
  const show = (field: Field<string>) => (field.known ? field.value : UNKNOWN_TEXT);
  const listed = except.known ? except.value.map(show) : [UNKNOWN_TEXT];
  return listed.length === 0 ? show(cidr) : `${show(cidr)} except ${listed.join(", ")}`;
}

function podPeerOf({ path, namespaceSelector, podSelector }: PeerFact, bound: Bound): AdmittedPods[] {
  if (namespaceSelector.known && namespaceSelector.value === undefined) return [];
  if (bound === "lower" && !(namespaceSelector.known && podSelector.known)) return [];
  const namespaces = testsOf("ns", namespaceSelector, bound);
  const pods = testsOf("pod", podSelector, bound);
  if (namespaces === undefined || pods === undefined) return [];
  return [{ path, requirements: [...namespaces, ...pods] }];
}

/** A selector's tests; undefined where, at the lower bound, it may select nothing. */
function testsOf(
  scope: "ns" | "pod",
  selector: Field<SelectorFact | undefined>,
  bound: Bound,
): LabelTest[] | undefined {
  const requirements = selector.known ? (selector.value ?? []) : [];
  if (bound === "lower" && requirements.some((requirement) => !requirement.known)) return undefined;
  return requirements.flatMap((requirement) => {
    if (!requirement.known) return [];
    const { key, operator, values } = requirement.value;
    // A value that isn't known is some value: one of its own, that equals no other.
    return [
      {
        key: `${scope}/${key}`,
        operator,
        values: values.known ? values.value : [`${UNKNOWN_TEXT}: ${values.path}`],
      },
    ];
  });
}

/** The ports of a rule. Unknown ones are none at the lower bound and every port at the upper. */
export const portsOf = (ports: Field<readonly PortFact[]>, bound: Bound): Ports => PORTS[bound](ports);

const PORTS = {
  lower: once((ports: Field<readonly PortFact[]>) => readPorts(ports, "lower")),
  upper: once((ports: Field<readonly PortFact[]>) => readPorts(ports, "upper")),
};

function readPorts(ports: Field<readonly PortFact[]>, bound: Bound): Ports {
  const all = { numbers: PortSet.all, names: [] };
  const none = { numbers: PortSet.empty, names: [] };
  if (!ports.known) return bound === "upper" ? all : none;
  if (ports.value.length === 0) return all;
  const ranges: PortRange[] = [];
  const names: string[] = [];
  for (const { protocol, port, endPort } of ports.value) {
    const read = readPolicyPort(
      {
        protocol: protocol.known ? protocol.value : UNKNOWN,
        port: port.known ? port.value : UNKNOWN,
        endPort: endPort.known ? endPort.value : UNKNOWN,
      },
      JSON.stringify,
    );
    if (read.kind === "range") ranges.push(read.range);
    else if (read.kind === "named") names.push(`${read.port.protocol}/${read.port.name}`);
    else if (bound === "upper") return all;
  }
  return { numbers: PortSet.of(ranges), names };
}
