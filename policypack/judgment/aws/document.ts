import { isMap } from "../../../data";

/** A statement of an IAM policy document, each list as a list. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly everyone: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Its conditions by operator and key, both in lower case. */
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Reads a policy document; undefined for what is none. What a statement has in no known shape matches nothing. */
export function readDocument(value: unknown): Statement[] | undefined {
  if (!isMap(value)) return undefined;
  return listOf(value["Statement"]).flatMap((item, index) => {
    if (!isMap(item)) return [];
    return [
      {
        sid: typeof item["Sid"] === "string" ? item["Sid"] : `Statement[${index}]`,
        effect: textOf(item["Effect"]),
        everyone: isEveryone(item["Principal"]),
        actions: texts(item["Action"]),
        resources: texts(item["Resource"]),
        conditions: conditionsOf(item["Condition"]),
      },
    ];
  });
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null ? [] : [value];

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** IAM takes a boolean or a number where a text is meant. */
const texts = (value: unknown): string[] =>
  listOf(value).flatMap((item) =>
    typeof item === "string" || typeof item === "boolean" || typeof item === "number" ? [String(item)] : [],
  );

const isEveryone = (principal: unknown): boolean =>
  principal === "*" || (isMap(principal) && texts(principal["AWS"]).includes("*"));

function conditionsOf(value: unknown): Condition[] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isMap(keys) ? keys : {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );
}

/** Whether one of IAM's patterns (`*` and `?`) covers a text; actions compare without case. */
export function covers(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const escaped = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${escaped}$`, "i").test(text);
  });
}
