import { AddressSet } from "../../../net";
import { analyze, type Analysis, ask, type ReportedEnd, type Verdict, verdictOf } from "../../compute";
import {
  type Cni,
  type CniTraits,
  DEPARTING,
  type DepartingCni,
  enforcedAs,
  traitsOf,
  type World,
} from "../../read";
import { blocksOf } from "../endFilter";
import { sidePasses } from "../evidence";
import type { Question, ServiceRoute } from "../question";
import { targetsOf, wayConnection } from "../services";
import { explain } from "./explain";
import type { Explanation } from "./explanation";

/** Does as the API's words say. */
const AS_WRITTEN: Cni = "calico";

/** What each trait does, where it isn't as the API's words say. */
const TRAIT_TEXTS: Readonly<Record<keyof CniTraits, string>> = {
  blocksMatch: "ipBlocks don't match pods and nodes there",
  ownNodeOpen: "a pod reaches its own node by a rule only",
  rulesBeyondTypes: "rules count, and isolate, in a direction that policyTypes leaves out",
  sidecarNames: "port names of sidecars don't count there",
  nameIsOf: "a port's name stands for the last port of that name only",
  sctp: "SCTP from and to pods doesn't pass",
  services: "policies see a Service's address before it becomes a pod's",
  leavesByV4:
    "what pods with IPv6 addresses send by IPv4 isn't filtered: it passes unless ENABLE_V4_EGRESS is false",
};

/** What a plugin does otherwise besides: in how it reads policies, and in what it makes of all together. */
const OTHER_TEXTS: Readonly<Record<DepartingCni, { readonly reading: string; readonly together: string }>> = {
  cilium: {
    reading: "it reads the policies' rules otherwise",
    together:
      "labels that controllers set, and those of kubernetes.io, aren't part of a pod's identity, nor are its namespace's of beta.kubernetes.io",
  },
  k3s: {
    reading: "its controller reads port names, or blocks of one rule that overlap, otherwise",
    together: "a policy with rules in both directions is one chain, which opens both between its own pods",
  },
  "aws-vpc-cni": {
    reading: "it resolves port names otherwise",
    together:
      "all rules of a pod are one table, in which an exception cuts into other blocks, one spelling of a block overwrites another, and a peer keeps 24 ports",
  },
};

const WOULD: Readonly<Record<Verdict, string>> = {
  allowed: "it would pass",
  blocked: "it would be blocked",
  unknown: "it wouldn't be known",
};

/** An answer, and what decides it. */
type Decided = Pick<Explanation, "verdict" | "evidence">;

/**
 * What is to be said of plugins that do otherwise than the API's words say, where the answer depends on it: of the one that is asked
 * about, what decides; where none is, each that answers otherwise.
 */
export function departureSentences(
  analysis: Analysis,
  question: Question,
  decided: Decided,
): readonly string[] {
  const { world } = analysis;
  const { verdict } = decided;
  const { from, to } = question;
  // Where the address is decides, not what the plugin makes of policies.
  if (question.mayBeInside === true) return [];
  const homes = new Set([from.namespace, to.namespace]);
  // Policies act in their own namespaces only.
  const small = { ...world, written: world.written.filter(({ namespace }) => homes.has(namespace)) };
  if (world.cni === "any") {
    const words = verdictIn(enforcedAs(small, "any"), question);
    if (words !== verdict) return [];
    return DEPARTING.flatMap((cni) => {
      const traits = traitsOf(cni);
      const other = verdictIn(enforcedAs(small, cni, traits), question);
      return other === undefined || other === verdict
        ? []
        : [`On ${cni} ${WOULD[other]}: ${causeOf(small, cni, traits, question, other)}.`];
    });
  }
  const cni = DEPARTING.find((one) => one === world.cni);
  // By no other plugin's words do Cilium's own policies mean anything.
  if (cni === undefined || world.writtenCilium.length > 0) return [];
  const words = verdictIn(enforcedAs(small, AS_WRITTEN), question);
  if (words === verdict && verdict === "blocked" && isAdmitted(decided))
    return [`What admits it doesn't open it: on ${cni} ${OTHER_TEXTS[cni].together}.`];
  if (words === undefined || words === verdict) return [];
  return [
    `By the policies' words ${WOULD[words]}; on ${cni} ${causeOf(small, cni, world.traits, question, verdict)}.`,
  ];
}

/** Whether rules that count to the plugin admit a connection on both sides, each read by itself. */
const isAdmitted = ({ evidence }: Decided): boolean =>
  evidence.length > 0 && evidence.every((side) => sidePasses(side) === "yes");

/** What of a plugin decides an answer: the first of its departures without which it would be another. */
function causeOf(
  world: World,
  cni: DepartingCni,
  traits: CniTraits,
  question: Question,
  verdict: Verdict,
): string {
  const there = enforcedAs(world, cni, traits);
  const alone = there.uncomputed.filter(({ because }) => because !== "shared rules");
  if (
    alone.length < there.uncomputed.length &&
    verdictIn({ ...there, uncomputed: alone }, question) !== verdict
  )
    return "pods of one node whose names differ only after the last dash share their rules, and these may share some";
  if (question.way !== undefined && verdictIn(enforcedAs(world, AS_WRITTEN), question) === verdict)
    return "policies see the pods behind, not the Service's address";
  if (there.cilium.length > 0 && verdictIn(withoutOwnKinds(there), question) !== verdict)
    return "policies of its own kinds count";
  const { tiers, uncomputed } = enforcedAs(world, AS_WRITTEN);
  if (tiers.length > 0 && verdictIn({ ...there, tiers, uncomputed }, question) !== verdict)
    return "what it makes of policies in tiers isn't known";
  const written = traitsOf(AS_WRITTEN);
  const keys = (Object.keys(TRAIT_TEXTS) as (keyof CniTraits)[]).filter(
    (key) => JSON.stringify(traits[key]) !== JSON.stringify(written[key]),
  );
  const decisive = keys.find(
    (key) => verdictIn(enforcedAs(world, cni, { ...traits, [key]: written[key] }), question) !== verdict,
  );
  if (decisive !== undefined) return TRAIT_TEXTS[decisive];
  const readOnly = { ...there, cni: AS_WRITTEN };
  return verdictIn(readOnly, question) === verdict ? OTHER_TEXTS[cni].reading : OTHER_TEXTS[cni].together;
}

/** A world of Cilium's without the policies of its own kinds. */
const withoutOwnKinds = (world: World): World => ({
  ...world,
  cilium: [],
  tiers: world.tiers.filter(({ tier }) => tier !== "deny"),
});

/** The answer in another world of the same ends; undefined where that has several, because it tells addresses apart otherwise. */
function verdictIn(world: World, question: Question): Verdict | undefined {
  const { from, to, protocol, port } = question;
  const analysis = analyze(world);
  const verdicts = new Set(
    sameEnds(analysis, from).flatMap((source) =>
      question.way === undefined
        ? sameEnds(analysis, to).map((target) => ask(analysis, source, target, protocol, port))
        : byService(analysis, { ...question, from: source }, question.way),
    ),
  );
  const [only, ...others] = verdicts;
  return others.length === 0 ? only : undefined;
}

/** The answers in another analysis of a connection that goes by a Service. */
function byService(
  analysis: Analysis,
  question: Question,
  { service, path }: ServiceRoute,
): readonly Verdict[] {
  const { protocol, port, to } = question;
  const targets = path?.port === undefined ? [] : targetsOf(analysis, service, protocol, path.port, path.by);
  return (targets ?? []).flatMap((target) => {
    const there = target.way?.path;
    return there === undefined || target.to.id !== to.id || target.port !== port
      ? []
      : [verdictOf(wayConnection(analysis, { ...question, to: target.to }, there), protocol, port)];
  });
}

/** The ends that an end is in another analysis: several where that tells addresses outside apart. */
function sameEnds({ ends, relation }: Analysis, end: ReportedEnd): readonly ReportedEnd[] {
  if (end.kind !== "IPBlock") return ends.filter(({ id }) => id === end.id);
  const addresses = blocksOf(end)
    .map(({ cidr, except }) => AddressSet.of(cidr).subtract(AddressSet.of(...except)))
    .reduce((sum, set) => sum.union(set), AddressSet.empty);
  return [...relation.classes.outside].flatMap(([number, part]) =>
    part.overlaps(addresses) ? [{ ...end, classes: [number] }] : [],
  );
}

/** An explanation with what plugins do otherwise, where the answer depends on it. */
export function explainWithDepartures(analysis: Analysis, question: Question): Explanation {
  const answer = explain(analysis, question);
  return {
    ...answer,
    sentences: [...answer.sentences, ...departureSentences(analysis, question, answer)],
  };
}
