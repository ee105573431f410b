// Tests: test/cli/check.test.ts
import { matches, NAMESPACE_NAME_LABEL, type Selector } from "../../kubernetes";
import { type RulePeer, Warnings, type World } from "../../reachability/read";

/**
 * What is said of namespaces that rules mean and of which the input has nothing: whether pods there are as rules want them isn't judged.
 * @param all whether every one is named.
 */
export function unseenNamespaces({ policies, namespaces }: World, all: boolean): readonly string[] {
  const warnings = new Warnings();
  for (const { ingress, egress } of policies) {
    for (const { peers } of [...ingress.rules, ...egress.rules]) {
      for (const peer of peers === "everyone" ? [] : peers) {
        for (const name of unseenIn(peer, namespaces))
          warnings.add(
            "rules mean namespaces of which the input has nothing; their pods weren't looked up",
            name,
          );
      }
    }
  }
  return warnings.texts(all);
}

/** The namespaces that a peer names, or else the labels by which it means some, where the input has none such. */
function unseenIn(peer: RulePeer, given: World["namespaces"]): readonly string[] {
  if (peer.kind !== "pods" || peer.namespaces === "own") return [];
  const selector = peer.namespaces;
  const { requirements } = selector;
  const named = requirements.find(
    ({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === "In",
  )?.values;
  if (named !== undefined)
    return named.filter((name): name is string => typeof name === "string" && !given.has(name));
  const isUnseen = [...given.values()].every((labels) => matches(selector, labels) === "no");
  return isUnseen && requirements.length > 0 && !contradicts(requirements) ? [labelsText(selector)] : [];
}

/** Whether one label has to be there and absent: such a peer is nobody on purpose. */
const contradicts = (requirements: Selector["requirements"]): boolean =>
  requirements.some(
    ({ key, operator }) =>
      operator === "DoesNotExist" &&
      requirements.some((other) => other.key === key && other.operator !== operator),
  );

const labelsText = ({ requirements }: Selector): string =>
  requirements
    .map(({ key, operator, values }) =>
      operator === "In" && values.length === 1
        ? `${key}=${String(values[0])}`
        : `${key} ${operator} ${values.map(String).join(", ")}`.trim(),
    )
    .join(" and ");
