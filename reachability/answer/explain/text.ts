import type { Change } from "./change";

/** What to add where: YAML for a policy, words for a security group. */
export interface ChangeText {
  readonly to: string;
  readonly yaml: string;
}

/** A change as people read it. */
export function changeText(change: Exclude<Change, { kind: "none" }>): ChangeText {
  switch (change.kind) {
    case "rule":
      return {
        to: `spec.${change.side} of NetworkPolicy ${change.policy.namespace}/${change.policy.name}`,
        yaml: yamlOf([change.rule]),
      };
    case "policy":
      return { to: `namespace ${change.object.metadata.namespace}`, yaml: yamlOf(change.object) };
    case "group":
      return { to: `${change.group}, ${change.side}`, yaml: change.rule };
  }
}

/** A change as advice: what to add and where, and whom else that allows; or why nothing that could be added would do. */
export function adviceOf(change: Change): {
  readonly text: string;
  readonly yaml: string;
  readonly also: string;
} {
  if (change.kind === "none")
    return {
      text: `No rule that could be added allows its ${change.side}: ${change.reason}.`,
      yaml: "",
      also: "",
    };
  const { to, yaml } = changeText(change);
  const also = change.also.length === 0 ? "" : `That also holds for ${some(change.also)}.`;
  return { text: `To allow it, add to ${to}:`, yaml, also };
}

/** The first of some names. */
export const some = (names: readonly string[]) =>
  `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""}`;

/** A plain value as block YAML. All texts but plain words are quoted, so that any reader takes them for texts. */
export function yamlOf(value: unknown): string {
  return linesOf(value).join("\n");
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return ["[]"];
    return value.flatMap((item) => linesOf(item).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)));
  }
  if (typeof value !== "object" || value === null) return [scalar(value)];
  const entries = Object.entries(value);
  if (entries.length === 0) return ["{}"];
  return entries.flatMap(([key, item]) => {
    const [first = "", ...rest] = linesOf(item);
    const nested = typeof item === "object" && item !== null && first !== "{}" && first !== "[]";
    return nested
      ? [`${keyText(key)}:`, ...[first, ...rest].map((line) => `  ${line}`)]
      : [`${keyText(key)}: ${first}`];
  });
}

/** Fields' names and values of their kind, which no version of YAML takes for anything but texts. */
const WORDS =
  /^(apiVersion|kind|metadata|name|namespace|spec|ingress|egress|from|to|ports?|protocol|cidr|except|ipBlock|key|operator|values|podSelector|namespaceSelector|matchLabels|matchExpressions|policyTypes|Ingress|Egress|TCP|UDP|SCTP|NetworkPolicy|In|NotIn|Exists|DoesNotExist|networking\.k8s\.io\/v1|kubernetes\.io\/metadata\.name)$/;

/** Label keys such as `app` stay bare; `on`, `1e3` and the like are not texts to every reader. */
const BARE_KEY = /^[A-Za-z][\w./-]*$/;
const NOT_TEXT = /^(y|n|yes|no|on|off|true|false|null)$/i;

const keyText = (key: string) => (BARE_KEY.test(key) && !NOT_TEXT.test(key) ? key : JSON.stringify(key));

const scalar = (value: unknown): string =>
  typeof value === "string" && WORDS.test(value) ? value : JSON.stringify(value);
