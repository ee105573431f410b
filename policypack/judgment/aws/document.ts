// Tests: test/policypack/invariants/s3TlsAndEndpointOnly.test.ts
import { both, either, type Match } from "../../../kubernetes";
import type { PrincipalFact, StatementFact, TextList } from "../../facts";
import type { Field } from "../../values";

/** The opposite answer. */
export const not = (match: Match): Match => (match === "yes" ? "no" : match === "no" ? "yes" : "maybe");

/** Whether some item of a list is one that `test` takes; an unknown one may be. */
export function some<T>(list: Field<readonly Field<T>[]>, test: (value: T) => boolean): Match {
  if (!list.known) return "maybe";
  return list.value.reduce<Match>(
    (found, item) => either(found, item.known ? (test(item.value) ? "yes" : "no") : "maybe"),
    "no",
  );
}

/** Whether a statement has an effect. */
export const hasEffect = ({ effect }: StatementFact, wanted: "Allow" | "Deny"): Match =>
  effect.known ? (effect.value === wanted ? "yes" : "no") : "maybe";

const readOnce = new Map<string, RegExp>();

/** Whether one of IAM's patterns (`*` and `?`) covers a text, without case, as actions compare. */
export function patternCovers(pattern: string, text: string): boolean {
  const known = readOnce.get(pattern);
  if (known !== undefined) return known.test(text);
  const escaped = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${escaped}$`, "is");
  readOnce.set(pattern, expression);
  return expression.test(text);
}

/** Whether a statement is about an action. */
export function concernsAction({ actions, notActions }: StatementFact, action: string): Match {
  const covers = (list: TextList) => some(list, (pattern) => patternCovers(pattern, action));
  return notActions === undefined ? covers(actions) : not(covers(notActions));
}

/** Whether everyone is among some principals, of whatever kind. */
export const isEveryone = (principals: Field<readonly PrincipalFact[]>): Match =>
  principals.known
    ? some({ known: true, value: principals.value.map(({ value }) => value) }, (value) => value === "*")
    : "maybe";

/** Whether a denial is for everyone, or for everyone but principals that NotPrincipal names one by one. */
export function deniesEveryone({ principals, notPrincipals }: StatementFact): Match {
  if (notPrincipals === undefined) return isEveryone(principals);
  if (!notPrincipals.known) return "maybe";
  return not(some({ known: true, value: notPrincipals.value.map(({ value }) => value) }, isManyPrincipals));
}

/**
 * Whether a bucket itself, or all of its objects, are among a statement's resources; which bucket it is, AWS checks. An exclusion by
 * NotResource isn't followed: it counts for nothing.
 */
export function concernsTarget(
  { resources, notResources }: StatementFact,
  target: "bucket" | "objects",
): Match {
  if (notResources !== undefined) return "no";
  return some(resources, (resource) => TARGETS[target].some((pattern) => pattern.test(resource)));
}

/** With the prefix `arn:aws:s3:::name*` both are meant. */
const BOTH = [/^\*+$/, /^arn:[^:]*:s3:::[^/]*\*$/];
const TARGETS = {
  bucket: [...BOTH, /^arn:[^:]*:s3:::[^/]+$/, /^arn:[^:]*:s3express:[^:]*:[^:]*:bucket\/[^/]+$/],
  objects: [...BOTH, /^arn:[^:]*:s3:::[^/]+\/\*+$/],
} as const;

/** The name of nobody's role, user or session: a pattern that covers it covers whoever likes. */
export const NOBODY = "q7z-nobody-in-particular";

/**
 * Whether a pattern of principals' ARNs or ids means more than it names: every principal, those of any account, or every role or user of
 * one. A role's path (`role/aws-service-role/*`) or the beginning of a name is a choice.
 */
export function isManyPrincipals(pattern: string): boolean {
  const [, partition = "aws", , account = ""] = /^arn:([^:]*):([^:]*)::([^:]*):/.exec(pattern) ?? [];
  const accounts = /^\d+$/.test(account) ? [account, "000000000000"] : ["000000000000"];
  const names = [
    `role/${NOBODY}`,
    `role/any/path/${NOBODY}`,
    `user/${NOBODY}`,
    `assumed-role/${NOBODY}/${NOBODY}`,
  ];
  const arns = accounts.flatMap((one) =>
    ["iam", "sts"].flatMap((service) =>
      names.map((name) => `arn:${partition.includes("*") ? "aws" : partition}:${service}::${one}:${name}`),
    ),
  );
  const samePlace = pattern.startsWith("arn:") && /[*?]/.test(account);
  return samePlace || [...arns, `AROA0000000000000000:${NOBODY}`].some((arn) => patternCovers(pattern, arn));
}

/** Every one of some answers. */
export const every = (matches: readonly Match[]): Match => matches.reduce(both, "yes");

/** Any one of some answers. */
export const any = (matches: readonly Match[]): Match => matches.reduce(either, "no");

/** Whether a text is itself, and no pattern. */
export const isFixed = (value: string): boolean => value !== "" && !/[*?]/.test(value);
