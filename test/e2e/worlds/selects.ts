import type { TwinSelector } from "../../twin/world";

/** Whether labels are what a selector selects. */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: TwinSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const has = (key: string) => Object.hasOwn(labels, key);
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const listed = has(key) && values.includes(labels[key] ?? "");
      if (operator === "In") return listed;
      if (operator === "NotIn") return !listed;
      return operator === "Exists" ? has(key) : !has(key);
    })
  );
}
