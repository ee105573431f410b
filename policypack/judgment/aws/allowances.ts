// Tests: test/policypack/cases/cases.test.ts
import { both, type Match } from "../../../kubernetes";
import { type StatementFact, unreadInStatement } from "../../facts";
import type { Unread } from "../../values";
import { conditionText, isNarrowed } from "./conditions";
import { hasEffect, isEveryone, not } from "./document";

/** Whether a statement allows something to everybody: without a condition, or under conditions that leave nobody out. */
function allowsEveryone(statement: StatementFact): Match {
  const { principals, notPrincipals } = statement;
  const everyone = notPrincipals === undefined ? isEveryone(principals) : "yes";
  return both(both(hasEffect(statement, "Allow"), everyone), not(isNarrowed(statement)));
}

/** The statements that allow everybody, and what keeps open whether others do. */
export interface OpenStatements {
  readonly open: readonly StatementFact[];
  readonly unread: readonly Unread[];
}

/** Sorts a document's statements by whether they allow everybody. `also`: what must hold besides. */
export function openStatements(
  statements: readonly StatementFact[],
  also: (statement: StatementFact) => Match = () => "yes",
): OpenStatements {
  const answers = statements.map((statement) => ({
    statement,
    answer: both(allowsEveryone(statement), also(statement)),
  }));
  return {
    open: answers.flatMap(({ statement, answer }) => (answer === "yes" ? [statement] : [])),
    unread: answers.flatMap(({ statement, answer }) =>
      answer === "maybe" ? unreadInStatement(statement) : [],
    ),
  };
}

/** How evidence names a statement that allows everybody. */
export function allowanceText({ name, conditions, notPrincipals }: StatementFact): string {
  const written = conditions.known ? conditions.value.map(conditionText) : [];
  const whom = notPrincipals === undefined ? "everybody" : "everybody but those that NotPrincipal names";
  return written.length === 0
    ? `${name} allows ${whom} without a condition`
    : `${name} allows ${whom}, and its conditions (${written.join(", ")}) leave nobody out`;
}
