// Tests: test/engine/functions/policyDocument.test.ts
import { type Fields, isMap } from "../../data";
import type { Value } from "../values";

/** A policy document as the provider holds it while it merges: "" and empty lists for what isn't there. */
export interface DocumentModel {
  Version: string;
  Id: string;
  readonly Statement: StatementModel[];
}

export interface StatementModel {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: Value | undefined;
  readonly NotAction: Value | undefined;
  readonly Resource: Value | undefined;
  readonly NotResource: Value | undefined;
  readonly Principal: readonly Principals[];
  readonly NotPrincipal: readonly Principals[];
  readonly Condition: readonly ConditionModel[];
}

/** Principals of one type: AWS, Service, Federated, CanonicalUser or *. */
export interface Principals {
  readonly type: string;
  readonly identifiers: string | readonly string[];
}

export interface ConditionModel {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}

/** A document that is given as JSON. Throws Error for what the provider's decoder refuses: one statement that isn't in a list, say. */
export function documentOf(json: unknown): DocumentModel {
  if (!isMap(json)) throw new Error("isn't a JSON object");
  const statements = field(json, "Statement") ?? [];
  if (!Array.isArray(statements)) throw new Error("Statement isn't a list");
  return {
    Version: textOf(json, "Version"),
    Id: textOf(json, "Id"),
    Statement: statements.map((statement: unknown) => {
      if (!isMap(statement)) throw new Error("a statement isn't an object");
      return {
        Sid: textOf(statement, "Sid"),
        Effect: textOf(statement, "Effect"),
        Action: field(statement, "Action"),
        NotAction: field(statement, "NotAction"),
        Resource: field(statement, "Resource"),
        NotResource: field(statement, "NotResource"),
        Principal: principalsOf(field(statement, "Principal")),
        NotPrincipal: principalsOf(field(statement, "NotPrincipal")),
        Condition: conditionsOf(field(statement, "Condition")),
      };
    }),
  };
}

/** Go's decoder takes a field's name in any case; null is as if it weren't there. */
function field(fields: Fields, name: string): Value | undefined {
  const key =
    name in fields ? name : Object.keys(fields).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : ((fields[key] as Value | null) ?? undefined);
}

function textOf(fields: Fields, name: string): string {
  const value = field(fields, name) ?? "";
  if (typeof value !== "string") throw new Error(`${name} isn't text`);
  return value;
}

function principalsOf(value: Value | undefined): Principals[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [{ type: "*", identifiers: ["*"] }];
  if (!isMap(value)) throw new Error("a principal is neither text nor an object");
  return Object.entries(value).map(([type, identifiers]) => {
    if (typeof identifiers === "string") return { type, identifiers };
    if (!isTexts(identifiers))
      throw new Error(`principals of type ${type} are neither text nor a list of texts`);
    return { type, identifiers };
  });
}

/** As the provider: a number as a condition's value is lost, a truth value becomes text. */
function conditionsOf(value: Value | undefined): ConditionModel[] {
  if (value === undefined) return [];
  if (!isMap(value)) throw new Error("a condition isn't an object");
  return Object.entries(value).flatMap(([test, variables]) => {
    if (!isMap(variables)) throw new Error(`condition ${test} isn't an object`);
    return Object.entries(variables).flatMap(([variable, values]): ConditionModel[] => {
      if (typeof values === "string" || typeof values === "boolean")
        return [{ test, variable, values: [String(values)] }];
      if (!Array.isArray(values)) return [];
      if (!isTexts(values)) throw new Error(`values of condition ${test} ${variable} aren't all text`);
      return [{ test, variable, values }];
    });
  });
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
