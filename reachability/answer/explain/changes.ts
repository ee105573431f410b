import type { Analysis, ReportedEnd, Pass } from "../../compute";
import { bestPackets, noCommonFamily } from "../packets";
import { type LayerName, layersOf, sideEvidence } from "../evidence";
import type { Question } from "../question";
import type { TierStep } from "../tierEvidence";
import { type Direction, isObjectName } from "../../../kubernetes";
import type { Change, PolicyObject, RuleObject } from "./change";
import { groupChange } from "./groupChange";
import { type EndPeers, peersFor, type Unnamed } from "./naming";
import { bestPlace } from "./places";
import type { SelectorObject } from "./selectors";

/**
 * The smallest changes that together let a blocked connection through: for each side that isn't surely open, a rule in a
 * policy that isolates nobody else, or else a policy of its own. That one selects only pods that are isolated in this
 * direction already, so that nothing is lost, and no others than this end, as far as labels tell. For packets of a pass; without
 * one, of the pass that is nearest to open.
 */
export function changesFor(
  analysis: Analysis,
  question: Question,
  pass = bestPackets(analysis, question)?.pass,
): readonly Change[] {
  const { traits } = analysis.world;
  if (question.protocol === "SCTP" && !traits.sctp) {
    const reason = "Cilium drops SCTP unless its enable-sctp is set (--sctp)";
    return [{ kind: "none", side: "egress", reason }];
  }
  if (pass === undefined) {
    const reason = noCommonFamily(analysis, question.from, question.to);
    return [{ kind: "none", side: "egress", reason }];
  }
  return layersOf(analysis).flatMap((layer) =>
    (["egress", "ingress"] as const).flatMap((side) => {
      const byTier = layer === "policies" ? tierChange(analysis, side, question, pass) : undefined;
      if (byTier !== undefined) return byTier;
      const closed = closedClasses(analysis, layer, side, question, pass);
      if (closed.length === 0) return [];
      return layer === "groups"
        ? groupChange(analysis, side, question, closed, pass)
        : policyChanges(analysis, side, question, closed, pass);
    }),
  );
}

/** What tiers make of a side that no NetworkPolicy can change; undefined where it is for NetworkPolicies to say. */
export function tierChange(
  analysis: Analysis,
  side: Direction,
  question: Question,
  pass: Pass,
): readonly Change[] | undefined {
  const { admin, baseline, isolatedBy } = sideEvidence(analysis, "policies", side, question, pass);
  const [first] = admin;
  if (first?.certain === true && first.action === "accept") return [];
  const denying = admin.find(({ action }) => action === "deny");
  if (denying?.tier === "deny") {
    const reason = `${denying.guard} ${denies(denying)} it, which no rule that admits can change: that policy has to`;
    return [{ kind: "none", side, reason }];
  }
  if (denying !== undefined) {
    const reason = `${denying.guard} ${denies(denying)} it in the Admin tier, which no NetworkPolicy can change: that policy has to, or one with a lower priority number`;
    return [{ kind: "none", side, reason }];
  }
  const below = isolatedBy.some(({ certain }) => certain) ? [] : baseline;
  const closing = below.find(({ action }) => action === "deny");
  if (closing === undefined) return undefined;
  const own = side === "egress" ? question.from : question.to;
  const reason = `${closing.guard} ${denies(closing)} it in the Baseline tier: a NetworkPolicy that isolates ${own.id} there decides instead, and has to admit all else that it needs`;
  return [{ kind: "none", side, reason }];
}

const denies = ({ certain }: TierStep): string => (certain ? "denies" : "may deny");

/** The classes of a side's own end that something isolates without surely letting this through. */
function closedClasses(
  analysis: Analysis,
  layer: LayerName,
  side: Direction,
  question: Question,
  pass: Pass,
): readonly number[] {
  const [own, other] = side === "egress" ? [question.from, question.to] : [question.to, question.from];
  const one = (end: ReportedEnd, number: number): ReportedEnd => ({
    ...end,
    labels: end.labels,
    classes: [number],
  });
  return own.classes.filter((mine) =>
    other.classes.some((theirs) => {
      const [from, to] =
        side === "egress" ? [one(own, mine), one(other, theirs)] : [one(other, theirs), one(own, mine)];
      const found = sideEvidence(analysis, layer, side, { ...question, from, to }, pass);
      const { isolatedBy, admittedBy } = found;
      if (isolatedBy.some(({ certain }) => certain)) return !admittedBy.some(({ certain }) => certain);
      return isolatedBy.some(({ guard }) => !admittedBy.some((reason) => reason.guard === guard));
    }),
  );
}

function policyChanges(
  analysis: Analysis,
  side: Direction,
  { from, to, protocol, port }: Question,
  closed: readonly number[],
  pass: Pass,
): readonly Change[] {
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  return namedChanges(analysis, side, {
    own,
    closed,
    named: peersFor(analysis, own.namespace, other, pass),
    protocol,
    port,
  });
}

/** What is to be opened on one side: to whom, on which port, for which classes of its own end. */
interface NeededOpening extends Pick<Question, "protocol" | "port"> {
  readonly own: ReportedEnd;
  readonly closed: readonly number[];
  readonly named: EndPeers | Unnamed;
}

/** The changes that open a port to named peers, for all classes of an end that are closed. */
export function namedChanges(
  analysis: Analysis,
  side: Direction,
  { own, closed, named, protocol, port }: NeededOpening,
): readonly Change[] {
  if ("reason" in named) return [{ kind: "none", side, reason: named.reason }];
  const ports = [{ protocol, port }];
  const rule: RuleObject = side === "egress" ? { to: named.peers, ports } : { from: named.peers, ports };
  const changes: Change[] = [];
  const remaining = new Set(closed);
  while (remaining.size > 0) {
    const place = bestPlace(analysis, side, own, remaining);
    if (place.kind === "none") return [...changes, { kind: "none", side, reason: place.reason }];
    for (const number of place.covers) remaining.delete(number);
    const also = [...new Set([...place.also, ...named.also])];
    changes.push(
      place.kind !== "policy"
        ? { kind: "rule", side, policy: place.policy, rule, also }
        : {
            kind: "policy",
            side,
            object: policyObject(analysis, side, own, place.selector, rule, changes),
            also,
          },
    );
  }
  return changes;
}

function policyObject(
  { world }: Analysis,
  side: Direction,
  { namespace, name, labels }: ReportedEnd,
  podSelector: SelectorObject,
  rule: RuleObject,
  earlier: readonly Change[],
): PolicyObject {
  const taken = new Set([
    ...world.policies.filter((policy) => policy.namespace === namespace).map((policy) => policy.name),
    ...earlier.flatMap((change) => (change.kind === "policy" ? [change.object.metadata.name] : [])),
  ]);
  const subject = isObjectName(name) ? name : nameFrom(Object.values(labels));
  let chosen = `${subject.slice(0, 240)}-${side}`;
  for (let count = 2; taken.has(chosen); count++) chosen = `${subject.slice(0, 240)}-${side}-${count}`;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: chosen, namespace },
    spec: {
      podSelector,
      policyTypes: [side === "egress" ? "Egress" : "Ingress"],
      [side]: [rule],
    },
  };
}

/** A name for pods that have none yet, from their labels. */
function nameFrom(values: readonly string[]): string {
  const text = values
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return text === "" ? "allow" : text;
}
