// Tests: test/policypack/invariants/networkPolicyTrustedNamespaceSelectors.test.ts
import * as z from "zod";
import { type Direction, NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { PeerFact, RequirementFact } from "../facts";
import { filledText } from "../policyConfig";
import { UNKNOWN_TEXT, type Unread, unreadOf } from "../values";

/** The config of the invariants about namespaces' labels. */
export const trustedLabelsConfig = z.strictObject({
  trustedLabels: z
    .array(filledText)
    .default([NAMESPACE_NAME_LABEL])
    .describe(
      "Namespace labels that only the API server, or an admission policy of yours, sets. A selector needs one of them with its values.",
    ),
});

/** What stays open where a part of a rule isn't known, as a clause after "whether". */
export const TRUSTED_QUESTION = "its rules name namespaces by labels that a namespace's owner can't set";

/** A peer that rests on labels that anyone can set: its requirements on namespaces, or none where pods of any namespace are meant. */
export interface UntrustedPeer {
  readonly kind: "untrusted";
  readonly path: string;
  readonly requirements: readonly RequirementFact[];
}

type TrustAnswer =
  { readonly kind: "fine" } | { readonly kind: "maybe"; readonly unread: Unread[] } | UntrustedPeer;

const FINE: TrustAnswer = { kind: "fine" };

/** Whether a peer names namespaces by labels that their owners can't set. */
export function judgeNamespaceLabels(
  { path, namespaceSelector, podSelector }: PeerFact,
  direction: Direction,
  trusted: readonly string[],
): TrustAnswer {
  if (!namespaceSelector.known) return { kind: "maybe", unread: [namespaceSelector] };
  if (namespaceSelector.value === undefined) return FINE;
  const selector = namespaceSelector.value;
  const requirements = selector.flatMap((requirement) => (requirement.known ? [requirement.value] : []));
  if (requirements.some(({ key, operator }) => operator === "In" && trusted.includes(key))) return FINE;
  const unread = unreadOf(selector);
  if (unread.length > 0) return { kind: "maybe", unread };
  if (requirements.length > 0) return { kind: "untrusted", path, requirements };
  // Every namespace: what narrows the peer are the labels of pods.
  return direction === "egress" ? FINE : judgePodLabels(path, podSelector);
}

function judgePodLabels(path: string, podSelector: PeerFact["podSelector"]): TrustAnswer {
  if (!podSelector.known) return { kind: "maybe", unread: [podSelector] };
  const unread = unreadOf(podSelector.value ?? []);
  return unread.length > 0 && unread.length === podSelector.value?.length
    ? { kind: "maybe", unread }
    : { kind: "untrusted", path, requirements: [] };
}

/** Requirements, for people: `team In (a)`. */
export const requirementTexts = (requirements: readonly RequirementFact[]): string[] =>
  requirements.map(({ key, operator, values }) => {
    const listed = values.known ? values.value.join(", ") : UNKNOWN_TEXT;
    return listed === "" ? `${key} ${operator}` : `${key} ${operator} (${listed})`;
  });
