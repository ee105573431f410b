import { OPERATORS } from "./operators/all";

/** What became of a mutant. */
export type Outcome = { readonly operator: string; readonly stack: string; readonly at: string } & (
  | { readonly kind: "caught"; readonly by: readonly string[] }
  | { readonly kind: "harmless" }
  /** `opened`: a connection that it opens. */
  | { readonly kind: "survived"; readonly opened: string }
);

/** Operator by operator: how many mutants, what became of them, and which policies caught them; then the survivors. */
export function table(outcomes: readonly Outcome[]): string {
  const lines = OPERATORS.flatMap(({ name }) => {
    const own = outcomes.filter(({ operator }) => operator === name);
    return own.length === 0 ? [] : [row(name, own)];
  });
  const survivors = outcomes.flatMap((one) =>
    one.kind === "survived" ? [`survived: ${one.operator}: ${one.stack} ${one.at}: opens ${one.opened}`] : [],
  );
  const header = columns("operator", "mutants", "caught", "harmless", "survived", "by");
  const operators = `${lines.length} operators`;
  return `${[header, ...lines, ...survivors, row(operators, outcomes, false)].join("\n")}\n`;
}

function row(name: string, own: readonly Outcome[], policies = true): string {
  const count = (kind: Outcome["kind"]) => own.filter((one) => one.kind === kind).length;
  const by = new Map<string, number>();
  for (const one of own) {
    if (one.kind === "caught") for (const policy of one.by) by.set(policy, (by.get(policy) ?? 0) + 1);
  }
  const listed = [...by].sort(([, a], [, b]) => b - a).map(([policy, times]) => `${policy} ${times}`);
  return columns(
    name,
    own.length,
    count("caught"),
    count("harmless"),
    count("survived"),
    policies ? listed.join(", ") : "",
  );
}

const columns = (name: string, ...[a, b, c, d, by]: readonly (string | number)[]): string =>
  `${name.padEnd(56)}${[a, b, c, d].map((cell) => String(cell).padStart(9)).join("")}  ${by ?? ""}`.trimEnd();
