import { PortSet } from "../net/ports";
import { readBlock } from "./block";
import { type FieldReader, type Fields, shown } from "./fields";
import type { Direction, Peer, Policy, Rule, RulePorts } from "./policy";
import { type Place, type Source, under } from "./problems";
import { readPorts } from "./rulePorts";
import { EVERYTHING, readSelector } from "./selector";
import { type Match, UNKNOWN } from "./unknown";

type Name = "ingress" | "egress";

/** What a rule is when nothing about it is known: it may open any port to anyone. */
const UNKNOWN_PORTS: RulePorts = { numbers: PortSet.empty, named: [], maybe: PortSet.all };
const unknownRule = (place: string): Rule => ({ peers: [{ kind: "unknown" }], ports: UNKNOWN_PORTS, place });

/**
 * Reads a `networking.k8s.io/v1` NetworkPolicy, with the defaults that the API server fills in. What it would refuse
 * is a problem. Source: Kubernetes API reference and pkg/apis/networking/validation.
 */
export function readNetworkPolicy(
  fields: FieldReader,
  object: Fields,
  identity: { namespace: string; name: string; source: Source },
): Policy {
  const spec = fields.map(object["spec"], ["spec"]) ?? {};
  if (spec === UNKNOWN) {
    const direction = (name: Name): Direction => ({
      isolates: "maybe",
      rules: [unknownRule(`spec.${name}`)],
    });
    const podSelector = { ...EVERYTHING, complete: false, key: ";?" };
    return { ...identity, podSelector, ingress: direction("ingress"), egress: direction("egress") };
  }
  fields.only(spec, ["podSelector", "policyTypes", "ingress", "egress"], ["spec"]);
  const types = readTypes(fields, spec);
  return {
    ...identity,
    podSelector: readSelector(fields, spec["podSelector"], ["spec", "podSelector"]),
    ingress: { isolates: types.ingress, rules: readRules(fields, spec, "ingress", "from") },
    egress: { isolates: types.egress, rules: readRules(fields, spec, "egress", "to") },
  };
}

/** policyTypes, or their default: Ingress always, Egress only where egress rules exist. */
function readTypes(fields: FieldReader, spec: Fields): Record<Name, Match> {
  const path = ["spec", "policyTypes"];
  const list = fields.list(spec["policyTypes"], path);
  if (list === UNKNOWN) return { ingress: "maybe", egress: "maybe" };
  if (list === undefined || list.length === 0) {
    const egress = spec["egress"];
    const some = Array.isArray(egress) && egress.length > 0;
    return { ingress: "yes", egress: egress === UNKNOWN ? "maybe" : some ? "yes" : "no" };
  }
  if (list.length > 2) fields.problem(path, "holds more than two policy types");
  list.forEach((type, i) => {
    if (type !== UNKNOWN && type !== "Ingress" && type !== "Egress") {
      fields.problem(under(path, i), `${shown(type)} is neither Ingress nor Egress`);
    }
  });
  const has = (type: string): Match =>
    list.includes(type) ? "yes" : list.includes(UNKNOWN) ? "maybe" : "no";
  return { ingress: has("Ingress"), egress: has("Egress") };
}

function readRules(
  fields: FieldReader,
  spec: Fields,
  name: Name,
  peersField: "from" | "to",
): readonly Rule[] {
  const list = fields.list(spec[name], ["spec", name]) ?? [];
  if (list === UNKNOWN) return [unknownRule(`spec.${name}`)];
  return list.flatMap((value, i): Rule[] => {
    const path = ["spec", name, i];
    const place = `spec.${name}[${i}]`;
    const rule = fields.map(value ?? {}, path);
    if (rule === undefined) return [];
    if (rule === UNKNOWN) return [unknownRule(place)];
    fields.only(rule, [peersField, "ports"], path);
    return [
      {
        peers: readPeers(fields, rule[peersField], under(path, peersField)),
        ports: readPorts(fields, rule["ports"], under(path, "ports")),
        place,
      },
    ];
  });
}

/** `from` or `to`: absent or empty is everyone. */
function readPeers(fields: FieldReader, value: unknown, path: Place): Rule["peers"] {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return [{ kind: "unknown" }];
  if (list === undefined || list.length === 0) return "everyone";
  return list.flatMap((peer, i) => readPeer(fields, peer, under(path, i)));
}

const PEER_FIELDS = ["podSelector", "namespaceSelector", "ipBlock"];

function readPeer(fields: FieldReader, value: unknown, path: Place): readonly Peer[] {
  const peer = fields.map(value ?? {}, path);
  if (peer === undefined) return [];
  if (peer === UNKNOWN) return [{ kind: "unknown" }];
  fields.only(peer, PEER_FIELDS, path);
  const podSelector = peer["podSelector"] ?? undefined;
  const namespaceSelector = peer["namespaceSelector"] ?? undefined;
  const ipBlock = peer["ipBlock"] ?? undefined;
  if (ipBlock !== undefined) {
    if (podSelector !== undefined || namespaceSelector !== undefined) {
      fields.problem(path, "has an ipBlock and a selector; make them two peers");
    }
    return readBlock(fields, ipBlock, under(path, "ipBlock"));
  }
  if (podSelector === undefined && namespaceSelector === undefined) {
    fields.problem(path, "is empty: give a podSelector, a namespaceSelector or an ipBlock");
    return [];
  }
  const namespaces =
    namespaceSelector === undefined
      ? "own"
      : readSelector(fields, namespaceSelector, under(path, "namespaceSelector"));
  return [{ kind: "pods", namespaces, pods: readSelector(fields, podSelector, under(path, "podSelector")) }];
}
