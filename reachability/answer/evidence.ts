import { PortSet, type Protocol } from "../../net";
import { type Analysis, type ClassSets, type End, exactly, type Pass } from "../compute";
import type { DirectionRules, Policy, Rule, Source } from "../read";
import { both, either, type Match } from "../../kubernetes";

export type Direction = "egress" | "ingress";

/** A policy or group that isolates an end, or a rule of one that admits a connection. */
export interface Reason {
  /** `NetworkPolicy shop/web`, `security group sg-1`. */
  readonly guard: string;
  /** `spec.egress[0]`, or a group rule's id; undefined for the guard as a whole. */
  readonly place: string | undefined;
  readonly source: Source | undefined;
  /** False where it isn't known whether it applies. */
  readonly certain: boolean;
}

/** What decides one side of a question in one layer. */
export interface SideEvidence {
  readonly layer: "policies" | "groups";
  readonly side: Direction;
  /** What isolates the end of this side; nothing means that all passes. */
  readonly isolatedBy: readonly Reason[];
  /** The rules that let the connection pass. */
  readonly admittedBy: readonly Reason[];
}

export type LayerName = SideEvidence["layer"];

/** A guard as evidence needs it, whatever its layer. */
export interface GuardView {
  readonly text: string;
  /** The policy that it is; undefined for a security group. */
  readonly policy: Policy | undefined;
  readonly source: Source | undefined;
  readonly selected: ClassSets;
  readonly namespace: string;
  readonly direction: DirectionRules;
}

/** One question: may `from` open this port at `to`. */
export interface Question {
  readonly from: End;
  readonly to: End;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The layers that a world has. */
export const layersOf = ({ world }: Analysis): readonly LayerName[] =>
  world.groups === undefined ? ["policies"] : ["policies", "groups"];

/** The rules and policies that decide a question about packets of one family, side by side. */
export function evidenceFor(analysis: Analysis, question: Question, pass: Pass): readonly SideEvidence[] {
  return layersOf(analysis).flatMap((layer) =>
    (["egress", "ingress"] as const).map((side) => sideEvidence(analysis, layer, side, question, pass)),
  );
}

/** What decides one side in one layer. */
export function sideEvidence(
  analysis: Analysis,
  layer: LayerName,
  side: Direction,
  question: Question,
  pass: Pass,
): SideEvidence {
  const { from, to, protocol, port } = question;
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  const guards = guardsOf(analysis, layer, side)
    .map((guard) => ({ guard, selected: both(carries(guard.selected, own), guard.direction.isolates) }))
    .filter(({ selected }) => selected !== "no");
  return {
    layer,
    side,
    isolatedBy: guards.map(({ guard, selected }) => reason(guard, undefined, selected)),
    admittedBy: guards.flatMap(({ guard, selected }) =>
      guard.direction.rules.flatMap((rule): Reason[] => {
        const admits = both(
          selected,
          both(peersMatch(analysis, guard, rule, other, pass), opens(analysis, rule, to, protocol, port)),
        );
        return admits === "no" ? [] : [reason(guard, rule.place, admits)];
      }),
    ),
  };
}

const reason = ({ text, source }: GuardView, place: string | undefined, match: Match): Reason => ({
  guard: text,
  place,
  source,
  certain: match === "yes",
});

/** The guards of one layer, whomever they select. */
export function guardsOf(
  { world, relation: { targets } }: Analysis,
  layer: LayerName,
  side: Direction,
): GuardView[] {
  if (layer === "policies") {
    return world.policies.map((policy) => ({
      text: `NetworkPolicy ${policy.namespace}/${policy.name}`,
      policy,
      source: policy.source,
      selected: targets.pods(policy.namespace, policy.podSelector),
      namespace: policy.namespace,
      direction: policy[side],
    }));
  }
  return (world.groups?.groups ?? []).map(({ id, name, [side]: rules }) => ({
    text: `security group ${name === id ? id : `${name} (${id})`}`,
    policy: undefined,
    source: undefined,
    selected: exactly(targets.group(id).lower),
    namespace: "",
    direction: { isolates: "yes", rules },
  }));
}

function carries({ lower, upper }: ClassSets, { classes }: End): Match {
  if (classes.every((number) => lower.has(number))) return "yes";
  return classes.some((number) => upper.has(number)) ? "maybe" : "no";
}

function peersMatch(
  { relation: { targets } }: Analysis,
  { namespace }: GuardView,
  { peers }: Rule,
  other: End,
  pass: Pass,
): Match {
  if (peers === "everyone") return "yes";
  return peers.reduce<Match>(
    (match, peer) => either(match, carries(targets.peer(peer, namespace, pass), other)),
    "no",
  );
}

function opens({ relation }: Analysis, { ports }: Rule, to: End, protocol: Protocol, port: number): Match {
  if (ports.numbers.contains(protocol, port)) return "yes";
  const named = to.classes.map((number): Match => {
    const one = relation.classes.all[number];
    const names = ports.named.filter((name) => name.protocol === protocol);
    if (names.some(({ name }) => one?.namedPorts.get(`${protocol}/${name}`)?.includes(port) === true))
      return "yes";
    return names.length > 0 && one?.portsComplete === false ? "maybe" : "no";
  });
  const maybe: Match = ports.maybe.overlaps(PortSet.of([{ protocol, from: port, to: port }]))
    ? "maybe"
    : "no";
  if (named.length > 0 && named.every((match) => match === "yes")) return "yes";
  return named.some((match) => match !== "no") ? "maybe" : maybe;
}
