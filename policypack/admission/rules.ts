// Tests: test/policypack/admission.test.ts
import { type Direction, DIRECTIONS, POLICY_TYPE } from "../../kubernetes";
import { AddressSet, formatCidr } from "../../net";
import { withTranslated } from "../judgment";
import { overlaps } from "./blocks";
import { all, any, expressions, labels, listAt, not, text, texts } from "./cel";
import { peersOf, rulesVariable } from "./networkPolicies";
import { type AdmissionRule, type TwinContext, NETWORK_POLICIES } from "./rule";

/** The twin of network-policy-no-metadata-egress. */
export function metadataRule(given: TwinContext<{ readonly addresses: readonly string[] }>): AdmissionRule {
  const addresses = withTranslated(AddressSet.of(...given.config.addresses))
    .toCidrs()
    .map(formatCidr);
  const open = any(addresses.map((address) => overlaps("p.ipBlock", address)));
  return {
    resources: NETWORK_POLICIES,
    decidedBy: ["spec"],
    variables: rulesVariable("egress", given),
    validations: [
      {
        expression: not(
          `variables.rules.exists(r, ${peersOf("egress")}.exists(p, has(p.ipBlock) && (${open})))`,
        ),
        message: "an egress rule holds the address of the instance metadata service",
      },
    ],
  };
}

/** The twin of network-policy-explicit-types. What is left to the API server it has filled in before it asks. */
export function typesRule(): AdmissionRule {
  return {
    resources: NETWORK_POLICIES,
    decidedBy: ["spec"],
    variables: [],
    validations: DIRECTIONS.map((direction) => ({
      expression: any([
        `size(${listAt(`object.spec.${direction}`)}) == 0`,
        `${text(POLICY_TYPE[direction])} in ${listAt("object.spec.policyTypes")}`,
      ]),
      message: `its ${direction} rules do nothing, because spec.policyTypes leaves ${POLICY_TYPE[direction]} out`,
    })),
  };
}

/** The twin of network-policy-trusted-namespace-selectors: for each direction a rule, because what is observed is none of either. */
export function trustedRules(
  given: TwinContext<{ readonly trustedLabels: readonly string[] }>,
): AdmissionRule[] {
  return DIRECTIONS.map((direction) => ({
    part: direction,
    resources: NETWORK_POLICIES,
    decidedBy: ["spec"],
    variables: rulesVariable(direction, given),
    validations: [
      {
        expression: not(
          `variables.rules.exists(r, ${peersOf(direction)}.exists(p, ${isUntrusted(direction, given.config.trustedLabels)}))`,
        ),
        message: `an ${direction} rule names namespaces by labels that anyone who may label one can set`,
      },
    ],
  }));
}

/** Whether a peer rests on labels that anyone can set; outwards, pods of any namespace by their own labels are no such peer. */
function isUntrusted(direction: Direction, trusted: readonly string[]): string {
  const selector = "p.namespaceSelector";
  const some = `size(${labels(selector)}) > 0 || size(${expressions(selector)}) > 0`;
  return all([
    `has(${selector})`,
    not(`${texts(trusted)}.exists(t, t in ${labels(selector)})`),
    not(`${expressions(selector)}.exists(x, x.operator == "In" && x.key in ${texts(trusted)})`),
    ...(direction === "egress" ? [some] : []),
  ]);
}
