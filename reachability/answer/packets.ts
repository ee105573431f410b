import { type Analysis, type End, inPass, type Pass } from "../compute";
import { type Question, type SideEvidence, evidenceFor } from "./evidence";

/** The packets that may pass between two ends: of each family in which all pods of both have, or may have, an address. */
export const packetsBetween = ({ relation: { classes } }: Analysis, from: End, to: End): readonly Pass[] =>
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

/** How many sides don't surely let a connection pass. */
const closedSides = (evidence: readonly SideEvidence[]): number =>
  evidence.reduce(
    (sum, { isolatedBy, admittedBy }) =>
      sum +
      (isolatedBy.length === 0 || admittedBy.some(({ certain }) => certain)
        ? 0
        : admittedBy.length > 0
          ? 1
          : 2),
    0,
  );

/** Why no packet of any family passes between two ends: which families each has. */
export function noCommonFamily({ relation: { classes } }: Analysis, from: End, to: End): string {
  const familiesOf = ({ classes: own }: End): string => {
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
