import { type Analysis, type ReportedEnd, inPass, type Pass } from "../compute";
import { evidenceFor, type SideEvidence, sidePasses } from "./evidence";
import type { Question } from "./question";

/** The packets that may pass between two ends: of each family in which all pods of both have, or may have, an address. */
export const packetsBetween = (
  { relation: { classes } }: Analysis,
  from: ReportedEnd,
  to: ReportedEnd,
): readonly Pass[] =>
  classes.passes.filter((pass) =>
    [...from.classes, ...to.classes].every((number) => {
      const families = classes.all[number]?.families;
      return families !== undefined && inPass(families, pass) !== "no";
    }),
  );

/** What a family of packets is called in sentences. */
export const packetName = (pass: Pass): string => (pass === "any" ? "" : `IPv${pass}`);

/** The packets that come furthest, IPv4 where both do; undefined where two ends have no family in common. */
export function bestPackets(
  analysis: Analysis,
  question: Question,
): { readonly pass: Pass; readonly evidence: readonly SideEvidence[] } | undefined {
  const [best] = packetsBetween(analysis, question.from, question.to)
    .map((pass) => ({ pass, evidence: evidenceFor(analysis, question, pass) }))
    .sort((a, b) => closedSides(a.evidence) - closedSides(b.evidence));
  return best;
}

/** How far sides are from surely letting a connection pass. */
const closedSides = (evidence: readonly SideEvidence[]): number =>
  evidence.reduce((sum, side) => sum + DISTANCE[sidePasses(side)], 0);

const DISTANCE = { yes: 0, maybe: 1, no: 2 } as const;

/** Why no packet of any family passes between two ends: which families each has. */
export function noCommonFamily(
  { relation: { classes } }: Analysis,
  from: ReportedEnd,
  to: ReportedEnd,
): string {
  const familiesOf = ({ classes: own }: ReportedEnd): string => {
    const found = ([4, 6] as const).filter((family) =>
      own.some((number) => classes.all[number]?.families[family] !== "no"),
    );
    return found.map((family) => `IPv${family}`).join(" and ");
  };
  const [one, other] = [familiesOf(from), familiesOf(to)];
  return one === other
    ? `not all pods of ${from.id} and ${to.id} have a family of addresses in common`
    : `${from.id} has ${one} addresses and ${to.id} ${other} ones, and a packet has one family`;
}
