// Tests: test/policypack/admission.test.ts
import { NAMESPACE_NAME_LABEL } from "../../kubernetes";
import type { GuardedPods } from "../invariants";
import { writtenPorts } from "../judgment";
import { isWithin } from "./blocks";
import { all, any, expressions, isEmptyAt, labels, map, not, text } from "./cel";
import { asksFor, isForEveryone, peersOf, rulesVariable } from "./networkPolicies";
import { type AdmissionRule, type TwinContext, NETWORK_POLICIES } from "./rule";

/**
 * The twins of protected-ends, for NetworkPolicies: one denies what admits others for certain, one warns of what may, because it selects by labels
 * that the configuration doesn't name or opens ports by name.
 */
export function protectedEndsRules(
  given: TwinContext<{ readonly ends: readonly GuardedPods[] }>,
): AdmissionRule[] {
  const { ends } = given.config;
  const rule = (isCertain: boolean) => ({
    resources: NETWORK_POLICIES,
    decidedBy: ["spec"],
    variables: rulesVariable("ingress", given),
    validations: ends.map((one) => ({
      expression: not(
        all([
          concerns(one, isCertain),
          `variables.rules.exists(r, ${all([opens(one, isCertain), admitsOthers(one)])})`,
        ]),
      ),
      message: `${isCertain ? "admits" : "may admit"} others to ${one.name} than protected-ends lists`,
    })),
  });
  return [rule(true), { part: "undecided", warns: true, ...rule(false) }];
}

const SELECTOR = "object.spec.podSelector";

/** Whether a policy selects pods of an end: those for certain, or those that other labels of theirs decide too. */
function concerns({ namespace, labels: own }: GuardedPods, isCertain: boolean): string {
  const known = map(Object.entries(own));
  const expected = (key: string) => `${known}[${key}]`;
  const others = all([
    not(`${labels(SELECTOR)}.exists(k, k in ${known} && ${labels(SELECTOR)}[k] != ${expected("k")})`),
    not(
      `${expressions(SELECTOR)}.exists(x, x.key in ${known} && (x.operator == "In" ? !(${expected("x.key")} in x.values) : x.operator == "NotIn" ? ${expected("x.key")} in x.values : x.operator == "DoesNotExist"))`,
    ),
  ]);
  const certain =
    Object.keys(own).length === 0
      ? "true"
      : any([
          all([
            `${labels(SELECTOR)}.all(k, k in ${known})`,
            `${expressions(SELECTOR)}.all(x, x.key in ${known})`,
          ]),
          `${labels(SELECTOR)}.exists(k, k in ${known})`,
          `${expressions(SELECTOR)}.exists(x, x.operator == "In" && x.key in ${known})`,
        ]);
  return all([`object.metadata.namespace == ${text(namespace)}`, others, ...(isCertain ? [certain] : [])]);
}

/** Whether a rule opens one of an end's ports; a name may stand for any. */
function opens({ ports }: GuardedPods, isCertain: boolean): string {
  if (ports.length === 0) return "true";
  const ranges = writtenPorts(ports).ranges();
  const numbered = ranges.map(({ protocol, from, to }) =>
    all([
      `p.protocol == ${text(protocol)}`,
      `!has(p.port) || (type(p.port) == int && p.port <= ${to} && (has(p.endPort) ? p.endPort : p.port) >= ${from})`,
    ]),
  );
  return any([
    isEmptyAt("r.ports"),
    `r.ports.exists(p, ${any([...numbered, ...(isCertain ? [] : ["has(p.port) && type(p.port) == string"])])})`,
  ]);
}

/** Whether a rule admits somebody that an end doesn't list. */
function admitsOthers(one: GuardedPods): string {
  const cidrs = one.from.flatMap(({ cidr }) => (cidr === undefined ? [] : [cidr]));
  return any([
    isForEveryone("ingress"),
    `${peersOf("ingress")}.exists(p, has(p.ipBlock) ? ${not(isWithin("p.ipBlock", cidrs))} : ${not(isListed(one))})`,
  ]);
}

/** Whether a peer of pods is one that an end lists, or several. */
function isListed(one: GuardedPods): string {
  const listedIn = (namespace: string): string =>
    any(
      one.from
        .filter(({ cidr }) => cidr === undefined)
        .map((item) =>
          all([
            `${namespace} == ${text(item.namespace ?? one.namespace)}`,
            ...Object.entries(item.labels ?? {}).map(([key, value]) => asksFor("p.podSelector", key, value)),
          ]),
        ),
    );
  const selector = "p.namespaceSelector";
  const key = text(NAMESPACE_NAME_LABEL);
  const byExpression = `${expressions(selector)}.filter(x, x.key == ${key} && x.operator == "In")`;
  return (
    `(!has(${selector}) ? ${listedIn(text(one.namespace))} : ` +
    `${key} in ${labels(selector)} ? [${labels(selector)}[${key}]].all(n, ${listedIn("n")}) : ` +
    `size(${byExpression}) > 0 && ${byExpression}[0].values.all(n, ${listedIn("n")}))`
  );
}
