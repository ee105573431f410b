// Tests: test/policypack/invariants/networkPolicyNoEveryoneIngress.test.ts
import * as z from "zod";
import { parsePortSpec, type PortRange, PortSet, PortSpecError, PROTOCOLS } from "../../net";
import { portText } from "../policyConfig";
import { type Direction, PEERS_FIELD } from "../../kubernetes";
import { isIgnored, type NetworkPolicyFact, unreadInRules } from "../facts";
import { type Finding, undecided, violation, type ViolationText } from "../finding";
import type { Context } from "../invariant";
import { type Exposure, openings } from "./everyone";
import { internetPeer } from "./internet";
import type { JudgedRules } from "./judgedRules";
import { type Reach, reachOf } from "./reach";
import { isObservation, linesToObserve } from "../settings";
import { writtenPorts } from "./writtenPorts";

/** Ports that hold a protocol's well-known ones all stand for no choice: nothing would be judged. */
function refuseWellKnown(texts: readonly string[], context: z.RefinementCtx): void {
  const ports = PortSet.of(texts.flatMap(readPort));
  for (const protocol of PROTOCOLS) {
    if (!ports.covers(PortSet.of([{ protocol, from: 1, to: 1023 }]))) continue;
    const message = `holds every well-known ${protocol} port, so nothing would be judged; list the ports that are public`;
    context.addIssue({ code: "custom", message });
  }
}

/** None for a text that isn't a port: that is a problem of its own. */
function readPort(text: string): PortRange[] {
  try {
    return [parsePortSpec(text)];
  } catch (error) {
    if (error instanceof PortSpecError) return [];
    throw error;
  }
}

/** The config of both directions' invariants. */
export const openConfig = z.strictObject({
  publicPorts: z
    .array(portText)
    .superRefine(refuseWellKnown)
    .default([])
    .describe("Ports that may be open to everyone, like tcp/443. A rule that opens only these isn't judged."),
});

/** Judges one direction of a policy: openings that are certain are violations, those that may come are undecided. */
export function judgeOpenings(
  policy: NetworkPolicyFact,
  direction: Direction,
  config: z.output<typeof openConfig>,
  context: Context,
): Finding[] {
  if (isIgnored(policy, direction) || isObservation(policy, context.settings, context.today)) return [];
  const rules = policy[direction];
  const lines = linesToObserve(policy, context.settings, context.today);
  return openingsFound(
    { of: policy, under: (bound) => reachOf(rules, bound), unread: () => unreadInRules(rules) },
    direction,
    config,
    context,
    (opening, reach) => {
      const { remedy, ...text } = explain(opening, direction, reach, context.settings.clusterRanges);
      return { ...text, remedy: lines === undefined ? remedy : `${remedy}; ${OBSERVE} ${lines}` };
    },
  );
}

/**
 * The openings to everyone among a policy's rules of one direction.
 * @param textOf what a violation says of one, given all of the rules.
 */
export function openingsFound(
  { of, under, unread }: JudgedRules,
  direction: Direction,
  config: z.output<typeof openConfig>,
  { settings }: Context,
  textOf: (opening: Exposure, reach: readonly Reach[]) => ViolationText,
): Finding[] {
  const around = {
    direction,
    clusterRanges: settings.clusterRanges,
    publicPorts: writtenPorts(config.publicPorts),
  };
  const reach = under("lower");
  const certain = openings(reach, around);
  const violations = certain.map((opening) => violation(of, textOf(opening, reach)));
  const told = new Set(certain.flatMap((opening) => opening.rules));
  const open = openings(under("upper"), around).filter((opening) =>
    opening.rules.some((path) => !told.has(path)),
  );
  if (open.length === 0) return violations;
  const question = direction === "ingress" ? "everyone may come in" : "the pods may go everywhere";
  return [...violations, undecided(of, unread(), question)];
}

/** What stage: observe is in the pack's eyes: decided by its configuration alone. */
export const OBSERVE =
  "or, if the namespace is observed and nothing is to be blocked yet, add to the policies' configuration";

function explain(
  opening: Exposure,
  direction: Direction,
  reach: readonly Reach[],
  clusterRanges: readonly string[],
) {
  const field = PEERS_FIELD[direction];
  const where = opening.rules.join(" with ");
  const whom = direction === "ingress" ? "connect to these pods" : "be reached from these pods";
  const ports = reach.filter(({ path }) => opening.rules.includes(path)).map(portsText);
  const on = `on ${[...new Set(ports)].join(", ")}`;
  const blocks = "blocks" in opening ? opening.blocks.map(({ path, text }) => `${path} is ${text}`) : [];
  switch (opening.kind) {
    case "no-peers":
      return {
        wrong: `opens ${direction} to everyone ${on}: ${where} names no peer`,
        why: `every pod, node and outside address may ${whom}`,
        evidence: `${where} has no \`${field}\` entry, or an empty one, which the API reads as everyone`,
        remedy: `name the peers in ${where}, such as ${field}: [{ podSelector: { matchLabels: { app: NAME } } }]`,
      };
    case "every-pod":
      return {
        wrong: `opens ${direction} to every pod of the cluster ${on}`,
        why: `pods of every namespace, including those made tomorrow, may ${whom}`,
        evidence: `${opening.peers.join(" and ")} ${opening.peers.length === 1 ? "asks" : "ask"} for no label with a value, so all are meant, or all but a few`,
        remedy:
          "name the namespace and the pods in one peer: { namespaceSelector: { matchLabels: " +
          '{ "kubernetes.io/metadata.name": NAMESPACE } }, podSelector: { matchLabels: { app: NAME } } }',
      };
    case "internet":
      return {
        wrong: `opens ingress to the internet ${on}`,
        why: `strangers anywhere on the internet may ${whom}`,
        evidence: blocks.join("; "),
        remedy: `name the addresses that need it in ${where}, or list the ports under publicPorts`,
      };
    case "internet-and-inside":
      return {
        wrong: `opens egress to the internet ${on}, and to private addresses with it`,
        why: `pods, nodes and private hosts in ${opening.inside.join(", ")} may ${whom}`,
        evidence: blocks.join("; "),
        remedy: `write the internet as ${internetPeer(clusterRanges)} and each private destination as a peer of its own`,
      };
    case "internet-every-port":
      return {
        wrong: `opens egress to the internet on half of all ports or more (${on})`,
        why: "an attacker in one of the pods can send data to anyone, over any protocol",
        evidence: `${where} states no port, or most of a protocol's; ${blocks.join("; ")}`,
        remedy: `state the ports in ${where}, such as ports: [{ protocol: TCP, port: 443 }]`,
      };
    case "cluster":
      return {
        wrong: `opens ${direction} to the whole cluster ${on}`,
        why: `everything in ${opening.inside.join(", ")} may ${whom}`,
        evidence: `${blocks.join("; ")}; ${
          clusterRanges.length > 0
            ? `clusterRanges lists ${opening.inside.join(", ")}`
            : "the cluster's pods may be in it, because settings.clusterRanges doesn't say where they are"
        }`,
        remedy:
          "name pods by namespaceSelector and podSelector, and other hosts by the subnets that they are in" +
          (clusterRanges.length > 0
            ? ""
            : "; settings.clusterRanges tells which addresses are the cluster's"),
      };
  }
}

/** The ports of a rule, for people. */
export function portsText({ ports: { numbers, names } }: Reach): string {
  if (numbers.isAll()) return "every port";
  const parts = [...(numbers.isEmpty() ? [] : [numbers.toString()]), ...names];
  return parts.length === 0 ? "ports known only after deployment" : parts.join(", ");
}
