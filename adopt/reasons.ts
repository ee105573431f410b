import { reasonFault, TODO_REASON } from "../flows";
import type { RuleOrigin, WrittenBeside } from "./plan";

/** Words of a policy's name that say nothing of why. */
const FILLER = new Set(
  "a access all allow allowed allows and any block by can communication connection connections default deny egress external for from in incoming ingress internal into inter internet namespace netpol network networkpolicy np of only or out outgoing pod pods policy pol restrict rule service services svc the to traffic via with".split(
    " ",
  ),
);

/**
 * Why a connection is open, as somebody wrote it: in a comment at the rule, in the policy's description, or in what its name
 * says beyond its ends. Where nobody did, that it is to be asked: a reason is never made up.
 * @param ends names of the flow's ends, which a policy's name repeats
 */
export function reasonFor(
  origins: readonly RuleOrigin[],
  ends: readonly string[],
  written: WrittenBeside,
): string {
  const said = [
    ...origins.map(({ policy, place }) => written.ruleReason(policy, place)),
    ...origins.map(({ policy }) => written.policyReason(policy)),
    ...origins.map(({ policy }) => reasonInName(policy.name, [policy.namespace, ...ends])),
  ];
  const found = said.find((text) => text !== undefined && reasonFault(text) === undefined);
  return found ?? TODO_REASON;
}

/** What a policy's name says besides its ends: `allow-web-payment-webhooks` of web says "payment webhooks". */
export function reasonInName(name: string, ends: readonly string[]): string | undefined {
  const known = new Set(ends.flatMap(wordsOf));
  const words = wordsOf(name);
  const left = words.filter((word) => !known.has(word) && !known.has(`${word}s`) && !FILLER.has(word));
  // One word is the name of something, not a reason.
  if (left.length < 2) return undefined;
  return left.join(" ");
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z][a-z0-9]*/g) ?? [];
