import { PortSet } from "../../net";
import { readBlock } from "./block";
import { type FieldReader, type Fields, shown } from "./fields";
import type { DirectionRules, NetworkPolicy, Rule, RulePeer, RulePorts } from "./policy";
import { type FieldPlace, type Source, under } from "./problems";
import { readPorts } from "./rulePorts";
import { readSelector } from "./readLabels";
import {
  type Direction,
  EVERYTHING,
  isolates,
  isPolicyType,
  type Match,
  PEERS_FIELD,
  UNKNOWN,
} from "../../kubernetes";

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
): NetworkPolicy {
  fields.only(object, OBJECT_FIELDS, []);
  const spec = fields.map(object["spec"], SPEC) ?? {};
  if (spec === UNKNOWN) {
    const direction = (name: Direction): DirectionRules => ({
      isolates: "maybe",
      rules: [unknownRule(`spec.${name}`)],
    });
    const podSelector = { ...EVERYTHING, complete: false, key: ";?" };
    return { ...identity, podSelector, ingress: direction("ingress"), egress: direction("egress") };
  }
  fields.only(spec, SPEC_FIELDS, SPEC);
  const types = readTypes(fields, spec);
  return {
    namespace: identity.namespace,
    name: identity.name,
    source: identity.source,
    podSelector: readSelector(fields, spec, "podSelector", SPEC),
    ingress: { isolates: types.ingress, rules: readRules(fields, spec, "ingress") },
    egress: { isolates: types.egress, rules: readRules(fields, spec, "egress") },
  };
}

const OBJECT_FIELDS = ["apiVersion", "kind", "metadata", "spec", "status"];
const SPEC: FieldPlace = ["spec"];
const SPEC_FIELDS = ["podSelector", "policyTypes", "ingress", "egress"];
const TYPES: FieldPlace = ["spec", "policyTypes"];

/** Which directions are isolated, by policyTypes or their default. */
function readTypes(fields: FieldReader, spec: Fields): Record<Direction, Match> {
  const list = fields.list(spec["policyTypes"], TYPES);
  if (list !== undefined && list !== UNKNOWN) {
    if (list.length > 2) fields.problem(TYPES, "holds more than two policy types");
    for (let i = 0; i < list.length; i++) {
      const type = list[i];
      if (type !== UNKNOWN && !isPolicyType(type)) {
        fields.problem(under(TYPES, i), `${shown(type)} is neither Ingress nor Egress`);
      }
    }
  }
  const egress = spec["egress"];
  const hasEgress: Match =
    egress === UNKNOWN ? "maybe" : Array.isArray(egress) && egress.length > 0 ? "yes" : "no";
  return { ingress: isolates("ingress", list, hasEgress), egress: isolates("egress", list, hasEgress) };
}

const RULE_FIELDS = { ingress: ["from", "ports"], egress: ["to", "ports"] } as const;
const RULES: Readonly<Record<Direction, FieldPlace>> = {
  ingress: ["spec", "ingress"],
  egress: ["spec", "egress"],
};
const NO_RULES: readonly Rule[] = [];

function readRules(fields: FieldReader, spec: Fields, name: Direction): readonly Rule[] {
  const list = fields.list(spec[name], RULES[name]);
  if (list === UNKNOWN) return [unknownRule(`spec.${name}`)];
  if (list === undefined || list.length === 0) return NO_RULES;
  const rules: Rule[] = [];
  for (let i = 0; i < list.length; i++) {
    const path = under(RULES[name], i);
    const place = placeOf(name, i);
    const rule = fields.map(list[i] ?? {}, path);
    if (rule === undefined) continue;
    if (rule === UNKNOWN) {
      rules.push(unknownRule(place));
      continue;
    }
    const peers = PEERS_FIELD[name];
    fields.only(rule, RULE_FIELDS[name], path);
    rules.push({
      peers: readPeers(fields, rule[peers], under(path, peers)),
      ports: readPorts(fields, rule["ports"], under(path, "ports")),
      place,
    });
  }
  return rules;
}

/** Where a rule stands; nearly all policies have few, so that the first ones' texts are shared. */
const placeOf = (name: Direction, i: number): string => (i === 0 ? FIRST[name] : `spec.${name}[${i}]`);
const FIRST: Readonly<Record<Direction, string>> = { ingress: "spec.ingress[0]", egress: "spec.egress[0]" };

/** `from` or `to`: absent or empty is everyone. */
function readPeers(fields: FieldReader, value: unknown, path: FieldPlace): Rule["peers"] {
  const list = fields.list(value, path);
  if (list === UNKNOWN) return [{ kind: "unknown" }];
  if (list === undefined || list.length === 0) return "everyone";
  const peers: RulePeer[] = [];
  for (let i = 0; i < list.length; i++) {
    const peer = readPeer(fields, list[i], under(path, i));
    if (peer !== undefined) peers.push(peer);
  }
  return peers;
}

const PEER_FIELDS = ["podSelector", "namespaceSelector", "ipBlock"];

/** Undefined, with a problem, where the peer isn't a valid one. */
function readPeer(fields: FieldReader, value: unknown, path: FieldPlace): RulePeer | undefined {
  const peer = fields.map(value ?? {}, path);
  if (peer === undefined) return undefined;
  if (peer === UNKNOWN) return { kind: "unknown" };
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
    return undefined;
  }
  const namespaces =
    namespaceSelector === undefined ? "own" : readSelector(fields, peer, "namespaceSelector", path);
  return { kind: "pods", namespaces, pods: readSelector(fields, peer, "podSelector", path) };
}
